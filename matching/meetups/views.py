"""The pages of meetups and meetings."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matching.meetups import meetings, operations
from matching.meetups.forms import (
    MeetupForm,
    NewMeetingForm,
    NewMeetupForm,
    OutcomeForm,
    initial,
    outcome_initial,
)
from matching.meetups.models import Meeting, Meetup, Outcome
from matching.meetups.queries import outcome_of, plan_of, visible_application
from matching.meetups.tables import (
    MeetingFilter,
    MeetingTable,
    MeetupFilter,
    MeetupTable,
    OutcomeFilter,
    OutcomeTable,
)
from matching.meetups.timetable import timetable
from matching.meetups.workflow import MeetingState
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
    ]


def meetup_actions(meetup: Meetup, actor: Actor) -> list[Action]:
    if not may(actor, "add_meeting", meetup):
        return []
    return [Action("add_meeting", str(_("만남 추가")), reverse("meetups:add_meeting", args=[meetup.pk]))]


def plan(meetup: Meetup, actor: Actor, _request: HttpRequest) -> dict[str, Any]:
    """The day's timetable: everybody in it sees who meets whom; how a meeting stands only whom it concerns."""
    statuses = {m.pk: status_of(m, actor) for m in Meeting.objects.visible_to(actor).filter(meetup=meetup)}
    return {"plan": timetable((entry, statuses.get(entry.meeting_id)) for entry in plan_of(meetup, actor))}


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
        ],
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
    if not may(actor, "record_outcome", meeting):
        return []
    label = _("결과 고치기") if outcome_of(meeting, actor) else _("결과 남기기")
    return [Action("outcome", str(label), reverse("meetings:outcome", args=[meeting.pk]), weight="primary")]


def outcome(meeting: Meeting, actor: Actor, _request: HttpRequest) -> dict[str, Any]:
    found = outcome_of(meeting, actor)
    return {"outcome": outcome_lines(found) if found else []}


def outcome_lines(found: Outcome) -> list[Fact]:
    """What came of a meeting, as facts."""
    lines = [Fact(str(_("결과")), found.get_result_display())]
    if found.reason:
        lines.append(Fact(str(_("사유")), found.reason))
    else:
        lines += [
            Fact(str(_("기업 측 담당자")), found.owner_name),
            Fact(str(_("다음 연락 기한")), found.due_on),
        ]
    return lines


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
        extra=outcome,
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
            )
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
