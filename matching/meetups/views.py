"""The pages of meetups and meetings."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from matching.meetups import meetings, operations
from matching.meetups.forms import (
    MeetupForm,
    NewMeetingForm,
    NewMeetupForm,
    OutcomeForm,
    RatingForm,
    initial,
    outcome_initial,
    rating_initial,
)
from matching.meetups.hall import HALL_PAGES, hall_actions
from matching.meetups.models import Meeting, Meetup, Outcome, Rating
from matching.meetups.onday import DAY_PAGES, day_actions, outcome_lines
from matching.meetups.planning import moves, preferences
from matching.meetups.planning import views as _timetables  # noqa: F401  (the room of the calculations)
from matching.meetups.planning.forms import (
    BarForm,
    HostForm,
    MoveForm,
    PreferencesForm,
    ReplanForm,
    breaks_text,
    preferences_initial,
)
from matching.meetups.planning.queries import bars_of, calculations_of, hosts_of, joint_grades, progress_of_grades
from matching.meetups.queries import outcome_of, plan_of, ratings_of, visible_application
from matching.meetups.tables import (
    MeetingFilter,
    MeetingTable,
    MeetupFilter,
    MeetupTable,
    OutcomeFilter,
    OutcomeTable,
)
from matching.meetups.timetable import Placed, timetable
from matching.meetups.workflow import MeetingState, MeetupState
from portal.security.actor import Actor
from portal.security.policy import may
from portal.web.page import Action, Fact, Status
from portal.web.rooms import Act, Create, Edit, Room, Step, register, status_of
from portal.web.templatetags.portal import period


def meetup_facts(meetup: Meetup, _actor: Actor) -> list[Fact]:
    return [
        Fact(str(_("사업")), meetup.program),
        Fact(str(_("날짜")), meetup.day),
        Fact(str(_("장소")), meetup.venue),
        *([Fact(str(_("희망 등급 마감")), meetup.grades_close_at)] if meetup.grades_close_at else []),
        *([Fact(str(_("쉬는 시간")), breaks_text(meetup.breaks))] if meetup.breaks else []),
    ]


ACTIONS = (
    ("preferences", _("희망 등급과 불참 시간"), "primary"),
    ("replan", _("남은 시간표 다시 짜기"), "primary"),
    ("host", _("기업 자리 정하기"), "secondary"),
    ("bar", _("만날 수 없는 상대"), "secondary"),
    ("add_meeting", _("만남 추가"), "secondary"),
)


def meetup_actions(meetup: Meetup, actor: Actor) -> list[Action]:
    found = [
        Action(name, str(label), reverse(f"meetups:{name}", args=[meetup.pk]), weight=weight)  # type: ignore[arg-type]
        for name, label, weight in ACTIONS
        if may(actor, name, meetup)
    ]
    if may(actor, "compute", meetup):
        url = f"{reverse('timetables:new')}?meetup={meetup.pk}"
        found.insert(0, Action("compute", str(_("시간표 계산")), url, weight="primary"))
    return [*found, *day_actions(meetup, actor), *hall_actions(meetup, actor)]


def plan(meetup: Meetup, actor: Actor, _request: HttpRequest) -> dict[str, Any]:
    """The day's timetable: everybody in it sees who meets whom; how a meeting stands only whom it concerns, and the
    grades only who plans."""
    meetings = {m.pk: m for m in Meeting.objects.visible_to(actor).filter(meetup=meetup)}
    entries, planning = plan_of(meetup, actor), may(actor, "add_meeting", meetup)
    grades = joint_grades(meetup, [e.application_id for e in entries], actor) if planning else {}
    cells = [Placed(e, *_standing_of(meetings.get(e.meeting_id), actor), grades.get(e.application_id)) for e in entries]
    context: dict[str, Any] = {"plan": timetable(cells)}
    if may(actor, "replan", meetup):
        moves.warm_up()
    if planning:
        context |= {
            "graded": progress_of_grades(meetup, actor) if meetup.state == MeetupState.COLLECTING else (),
            "hosts": hosts_of(meetup, actor),
            "bars": bars_of(meetup, actor),
            "calculations": calculations_of(meetup, actor)[:5],
        }
    return context


def _standing_of(meeting: Meeting | None, actor: Actor) -> tuple[Status | None, bool]:
    return (status_of(meeting, actor), meeting.locked) if meeting else (None, False)


def replanned(done: Any) -> list[str]:
    _meetup, changes = done
    words = gettext("남은 시간표를 다시 짰습니다: 옮긴 만남 %(moved)d건, 취소 %(dropped)d건, 새 만남 %(added)d건.")
    return [words % {"moved": changes.moved, "dropped": changes.dropped, "added": changes.added}]


MEETUPS = register(
    Room(
        name="meetups",
        api_fields=["state", "program", "name", "day", "venue", "published_at"],
        model=Meetup,
        param="meetup",
        title=pgettext_lazy("list", "공동 밋업"),
        titled=lambda m: m.name,
        lead=_("수요 기업과 스타트업이 만나는 행사입니다."),
        table=MeetupTable,
        filterset=MeetupFilter,
        facts=meetup_facts,
        related=("program",),
        order=("-day", "-id"),
        create=Create(operations.create, NewMeetupForm, _("밋업 등록")),
        edit=Edit(operations.edit, MeetupForm, initial),
        steps={
            "collect": Step(preferences.collect),
            "publish": Step(operations.publish),
            "start": Step(operations.start),
            "close": Step(operations.close),
        },
        actions=meetup_actions,
        extra=plan,
        template="meetups/detail.html",
        empty=_("아직 공개된 밋업이 없습니다."),
        empty_hint=_("시간표가 공개되면 이곳에서 볼 수 있습니다."),
        sensitive=False,  # the plan is meant for everybody in it
        acts=[
            Act(name="add_meeting", label=_("만남 추가"), operation=operations.add_meeting, form=NewMeetingForm),
            Act(
                name="preferences",
                label=_("희망 등급과 불참 시간"),
                operation=preferences.give,
                form=PreferencesForm,
                initial=preferences_initial,
                partial=True,
            ),
            Act(name="host", label=_("기업 자리 정하기"), operation=preferences.set_host, form=HostForm),
            Act(name="bar", label=_("만날 수 없는 상대"), operation=preferences.bar, form=BarForm),
            Act(
                name="replan", label=_("남은 시간표 다시 짜기"), operation=moves.replan, form=ReplanForm, told=replanned
            ),
        ],
        more=[*DAY_PAGES, *HALL_PAGES],
    )
)


class MeetingRoom(Room):
    """A held meeting is its host's turn until the outcome is there."""

    def status(self, obj: Any, actor: Actor) -> Status | None:
        found = super().status(obj, actor)
        if found and obj.state == MeetingState.HELD and outcome_of(obj, actor):
            return replace(found, next_step=str(_("결과가 기록되었습니다.")), mine=False)
        return found


def meeting_facts(meeting: Meeting, actor: Actor) -> list[Fact]:
    application = visible_application(meeting, actor)
    found = [
        Fact(str(_("행사")), _link("meetups:detail", meeting.meetup)),
        Fact(str(_("장소")), meeting.meetup.venue),
        Fact(str(_("시간")), period(meeting.starts_at, meeting.ends_at)),
        Fact(str(_("테이블")), meeting.table),
        Fact(str(_("수요 기업")), meeting.corporation_name),
        Fact(str(_("스타트업")), meeting.startup_name),
    ]
    if application is not None:
        found.append(Fact(str(_("신청서")), _link("applications:detail", application)))
    return found


def _link(view: str, obj: Any) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse(view, args=[obj.pk]), obj)


def meeting_actions(meeting: Meeting, actor: Actor) -> list[Action]:
    found = []
    if may(actor, "move", meeting):
        toggle = ("unlock", _("고정 풀기")) if meeting.locked else ("lock", _("자리 고정"))
        for name, label, method in (("move", _("옮기기"), "get"), (*toggle, "post")):
            url = reverse(f"meetings:{name}", args=[meeting.pk])
            found.append(Action(name, str(label), url, method=method))  # type: ignore[arg-type]
    return [*found, *_outcome_action(meeting, actor), *_rating_action(meeting, actor)]


def _outcome_action(meeting: Meeting, actor: Actor) -> list[Action]:
    if not may(actor, "record_outcome", meeting):
        return []
    label = _("결과 고치기") if outcome_of(meeting, actor) else _("결과 남기기")
    return [Action("outcome", str(label), reverse("meetings:outcome", args=[meeting.pk]), weight="primary")]


def _rating_action(meeting: Meeting, actor: Actor) -> list[Action]:
    if not may(actor, "rate", meeting):
        return []
    label = _("평가 고치기") if ratings_of([meeting], actor) else _("만남 평가하기")
    return [Action("rate", str(label), reverse("meetings:rate", args=[meeting.pk]))]


def after(meeting: Meeting, actor: Actor, _request: HttpRequest) -> dict[str, Any]:
    """What came of the meeting, and how it was found, for those who read that."""
    found = outcome_of(meeting, actor)
    ratings = [line for rating in ratings_of([meeting], actor).get(meeting.pk, ()) for line in _rating_lines(rating)]
    return {"outcome": outcome_lines(found) if found else [], "ratings": ratings}


def _rating_lines(rating: Rating) -> list[Fact]:
    score = gettext("%(score)d점 (5점 만점)") % {"score": rating.score}
    given = [Fact(gettext("%(side)s의 평가") % {"side": rating.get_side_display()}, score)]
    return [*given, Fact(gettext("의견"), rating.comment)] if rating.comment else given


MEETINGS = register(
    MeetingRoom(
        name="meetings",
        api_fields=["state", "meetup", "corporation_name", "startup_name", "starts_at", "ends_at", "table", "held_at"],
        model=Meeting,
        param="meeting",
        title=_("만남"),
        titled=lambda m: f"{m.corporation_name} – {m.startup_name}",
        lead=_("밋업에서 예정되었거나 있었던 만남입니다."),
        table=MeetingTable,
        filterset=MeetingFilter,
        facts=meeting_facts,
        related=("meetup",),
        order=("starts_at", "table", "id"),
        steps={
            "check_in": Step(meetings.check_in),
            "hold": Step(meetings.hold),
            "miss": Step(meetings.miss),
            "cancel": Step(meetings.cancel),
        },
        actions=meeting_actions,
        extra=after,
        template="meetings/detail.html",
        empty=_("아직 만남이 없습니다."),
        empty_hint=_("밋업의 시간표가 공개되면 이곳에 나타납니다."),
        owner="startup",
        acts=[
            Act(
                name="outcome",
                label=_("결과 남기기"),
                operation=meetings.record_outcome,
                form=OutcomeForm,
                action="record_outcome",
                initial=outcome_initial,
                partial=True,
            ),
            Act(
                name="rate",
                label=_("만남 평가하기"),
                operation=meetings.rate,
                form=RatingForm,
                initial=rating_initial,
                partial=True,
            ),
            Act(name="move", label=_("옮기기"), operation=moves.move, form=MoveForm),
            Act(name="lock", label=_("자리 고정"), operation=moves.hold_place),
            Act(name="unlock", label=_("고정 풀기"), operation=moves.release),
        ],
    )
)


def outcome_facts(outcome: Outcome, _actor: Actor) -> list[Fact]:
    return [
        Fact(str(_("만남")), _link("meetings:detail", outcome.meeting)),
        Fact(str(_("수요 기업")), outcome.meeting.corporation_name),
        Fact(str(_("스타트업")), outcome.meeting.startup_name),
        *outcome_lines(outcome),
        Fact(str(_("기록일")), outcome.recorded_at),
    ]


OUTCOMES = register(
    Room(
        name="outcomes",
        model=Outcome,
        param="outcome",
        title=_("만남 결과"),
        titled=lambda o: f"{o.meeting.corporation_name} – {o.meeting.startup_name}",
        lead=_("완료된 만남에서 무엇이 정해졌고 누가 언제까지 이어 가는지 보여 드립니다."),
        table=OutcomeTable,
        filterset=OutcomeFilter,
        facts=outcome_facts,
        related=("meeting",),
        order=("-recorded_at", "-id"),
        empty=_("아직 기록된 결과가 없습니다."),
        empty_hint=_("수요 기업이 완료된 만남의 결과를 남기면 이곳에 나타납니다."),
        owner="startup",
    )
)
