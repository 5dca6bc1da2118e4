"""What waits on somebody about meetups and meetings, and the messages about them."""

from collections.abc import Iterable
from datetime import datetime, time

from django.db.models import Count, Max, Min
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from matching.meetups import tasks  # noqa: F401  (declares the jobs)
from matching.meetups.models import Absence, CorporationGrade, Meeting, Meetup, Outcome, PlanEntry, Rating, StartupGrade
from matching.meetups.planning.queries import grades_of, own_requests
from matching.meetups.queries import unplaced, without_outcome
from matching.meetups.workflow import MeetingState, MeetupState
from portal.kernel.formats import SEOUL, active_language, time_range
from portal.kernel.roles import Kind, Role
from portal.merging.hanging import fills, moves
from portal.notifications.messages import declare
from portal.security.actor import Actor
from portal.web.page import Todo
from portal.web.registry import NavItem, add_nav, add_todos

MOST = 20


def todos(actor: Actor) -> Iterable[Todo]:
    if actor.kind == Kind.MINISTRY and actor.has(Role.OFFICER):
        yield from _plans(actor)
    elif actor.kind == Kind.CORPORATION and actor.has(Role.MANAGER):
        yield from _grades(actor)
        yield from _coming(actor)
        yield from _outcomes(actor)
    elif actor.kind == Kind.STARTUP and actor.has(Role.REPRESENTATIVE, Role.MEMBER):
        yield from _grades(actor)
        yield from _coming(actor)
        for application in unplaced(actor).select_related("demand").order_by("id")[:MOST]:
            url = reverse("applications:detail", args=[application.pk])
            yield Todo(
                _("밋업 일정: %(title)s") % {"title": application.demand.title}, url, waiting_for=_("중소벤처기업부")
            )


def _plans(actor: Actor) -> Iterable[Todo]:
    """For officers: invited applications without a meeting, plans that are not public, meetings to cancel."""
    if count := unplaced(actor).count():
        text = ngettext("밋업에 배치할 신청 %(count)d건", "밋업에 배치할 신청 %(count)d건", count)
        yield Todo(text % {"count": count}, reverse("meetups:list"))
    for meetup in Meetup.objects.visible_to(actor).filter(state=MeetupState.DRAFT).order_by("day", "id")[:MOST]:
        url = reverse("meetups:detail", args=[meetup.pk])
        due = datetime.combine(meetup.day, time(), tzinfo=SEOUL)
        yield Todo(_("밋업 시간표 공개: %(name)s") % {"name": meetup.name}, url, due=due)
    idle = Meeting.objects.visible_to(actor).filter(state=MeetingState.SCHEDULED, application__state="withdrawn")
    for meeting in idle.order_by("starts_at", "id")[:MOST]:
        text = _("철회된 신청의 만남 취소: %(startup)s") % {"startup": meeting.startup_name}
        yield Todo(text, reverse("meetings:detail", args=[meeting.pk]), due=meeting.starts_at)


def _grades(actor: Actor) -> Iterable[Todo]:
    """For a side: grades that are still to be given."""
    open_ = Meetup.objects.visible_to(actor).filter(state=MeetupState.COLLECTING, grades_close_at__gt=actor.now)
    for meetup in open_.order_by("grades_close_at", "id")[:MOST]:
        if owed := len(own_requests(meetup, actor)) - len(grades_of(meetup, actor)):
            yield Todo(
                _("희망 등급 주기: %(name)s") % {"name": meetup.name},
                reverse("meetups:preferences", args=[meetup.pk]),
                due=meetup.grades_close_at,
                detail=ngettext("%(count)d건 남음", "%(count)d건 남음", owed) % {"count": owed},
            )


def _coming(actor: Actor) -> Iterable[Todo]:
    """For a side: the days to come, each once, however many meetings it has."""
    own = {"corporation_id" if actor.kind == Kind.CORPORATION else "startup_id": actor.organization_id}
    found = Meeting.objects.visible_to(actor).filter(
        state=MeetingState.SCHEDULED, published=True, ends_at__gt=actor.now, **own
    )
    days = found.values("meetup_id", "meetup__name").annotate(
        first=Min("starts_at"), last=Max("ends_at"), meetings=Count("pk")
    )
    for day in days.order_by("first", "meetup_id")[:MOST]:
        count = ngettext("만남 %(count)d건", "만남 %(count)d건", day["meetings"]) % {"count": day["meetings"]}
        yield Todo(
            _("밋업 참석: %(name)s") % {"name": day["meetup__name"]},
            reverse("meetups:my_day", args=[day["meetup_id"]]),
            due=day["first"],
            detail=f"{count}, {time_range(day['first'], day['last'], active_language())}",
        )


def _outcomes(actor: Actor) -> Iterable[Todo]:
    """For a corporation: meetings of which nothing is said yet, and those on which it has not made up its mind."""
    for meeting in without_outcome(actor).order_by("held_at", "id")[:MOST]:
        yield Todo(
            _("만남 결과 남기기: %(startup)s") % {"startup": meeting.startup_name},
            reverse("meetings:outcome", args=[meeting.pk]),
        )
    open_ = Outcome.objects.visible_to(actor).filter(
        corporation_id=actor.organization_id, result=Outcome.Result.UNDECIDED
    )
    for outcome in open_.select_related("meeting").order_by("due_on", "id")[:MOST]:
        assert outcome.due_on is not None
        yield Todo(
            _("협업 여부 결정: %(startup)s") % {"startup": outcome.meeting.startup_name},
            reverse("meetings:outcome", args=[outcome.meeting_id]),
            due=datetime.combine(outcome.due_on, time(23, 59), tzinfo=SEOUL),
            detail=outcome.owner_name,
        )


def register() -> None:
    moves((Meeting, "startup"), (PlanEntry, "startup"), (Outcome, "startup"), (StartupGrade, "startup"))
    moves((CorporationGrade, "startup"), (Rating, "startup"))
    fills((Absence, "organization"))
    add_todos("meetups", todos)
    kinds = frozenset({Kind.MINISTRY, Kind.CORPORATION, Kind.STARTUP, Kind.CENTER})
    add_nav(NavItem(pgettext_lazy("list", "공동 밋업"), "meetups:list", kinds, order=45))
    add_nav(NavItem(gettext_lazy("만남"), "meetings:list", kinds, order=46))
    add_nav(NavItem(gettext_lazy("만남 결과"), "outcomes:list", kinds, order=47))
    officers = frozenset({Role.OFFICER})
    add_nav(
        NavItem(gettext_lazy("시간표 계산"), "timetables:list", frozenset({Kind.MINISTRY}), order=45, roles=officers)
    )
    _declare_planning()
    declare(
        "meetup.published",
        title=gettext_lazy("밋업 시간표 공개: %(name)s (%(day)s)"),
        body=gettext_lazy(
            "%(venue)s에서 열리는 밋업의 시간표가 공개되었습니다. 만남의 시간과 테이블을 확인해 주십시오."
        ),
        url_name="meetups:detail",
    )
    declare(
        "meeting.cancelled",
        title=gettext_lazy("만남 취소: %(time)s"),
        body=gettext_lazy("예정된 만남이 취소되었습니다. 만남 화면에서 사유를 확인해 주십시오."),
        url_name="meetings:detail",
    )
    declare(
        "meeting.outcome",
        title=gettext_lazy("만남 결과: %(corporation)s"),
        body=gettext_lazy("수요 기업이 만남의 결과를 남겼습니다. 만남 화면에서 확인해 주십시오."),
        url_name="meetings:detail",
    )


def _declare_planning() -> None:
    declare(
        "meetup.collecting",
        title=gettext_lazy("희망 등급 요청: %(name)s (%(until)s까지)"),
        body=gettext_lazy("만나고 싶은 정도와 참석할 수 없는 시간을 알려 주십시오. 등급은 상대에게 보이지 않습니다."),
        url_name="meetups:detail",
    )
    declare(
        "meetup.reminder",
        title=gettext_lazy("희망 등급이 아직 없습니다: %(name)s (%(until)s까지)"),
        body=gettext_lazy("마감까지 등급을 주지 않으시면 상대의 등급이나 보통으로 보고 시간표를 계산합니다."),
        url_name="meetups:detail",
    )
    declare(
        "meetup.outcomes_owed",
        title=gettext_lazy("만남의 결과를 남겨 주십시오: %(name)s"),
        body=gettext_lazy("완료된 만남 가운데 결과가 없는 것이 있습니다. 스타트업이 답을 기다립니다."),
        url_name="meetups:detail",
    )
    declare(
        "meetup.changed",
        title=gettext_lazy("밋업 시간표 변경: %(name)s (%(day)s)"),
        body=gettext_lazy("공개된 시간표가 바뀌었습니다. 바뀐 시간과 테이블을 확인해 주십시오."),
        url_name="meetups:detail",
    )
    declare(
        "meetup.computed",
        title=gettext_lazy("시간표 계산이 끝났습니다: %(name)s"),
        body=gettext_lazy("결과를 확인하고 시간표에 반영해 주십시오."),
        url_name="timetables:detail",
    )
