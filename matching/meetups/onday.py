"""The day itself on a phone: one's own meetings as cards and as a calendar file, and the check-in list."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext

from matching.meetups.calendars import calendar
from matching.meetups.models import Meeting, Meetup, Outcome
from matching.meetups.queries import outcomes_of, ratings_of
from matching.meetups.workflow import MeetingState, MeetupState
from portal.kernel.errors import NotAllowed, NotFound
from portal.kernel.roles import Kind
from portal.outbox.transition import missing
from portal.security.actor import Actor
from portal.security.policy import admits, may
from portal.web.page import Action, Crumb, Fact, Page
from portal.web.rooms import status_of
from portal.web.views import page

SIDES = {Kind.CORPORATION: "corporation_id", Kind.STARTUP: "startup_id"}
ATTENDANCE = ("check_in", "hold", "miss")


def day_actions(meetup: Meetup, actor: Actor) -> list[Action]:
    """Links from the meetup's page to the pages of the day."""
    if meetup.state not in (MeetupState.SCHEDULED, MeetupState.LIVE, MeetupState.CLOSED):
        return []
    found = []
    if actor.kind in SIDES:
        found.append(Action("my_day", gettext("나의 일정"), reverse("meetups:my_day", args=[meetup.pk])))
    if meetup.state != MeetupState.CLOSED and admits(actor, "check_in", Meeting):
        found.append(Action("attendance", gettext("참석 확인 목록"), reverse("meetups:attendance", args=[meetup.pk])))
    return found


def meetup_of(id: UUID, actor: Actor) -> Meetup:
    found: Meetup | None = Meetup.objects.visible_to(actor).filter(pk=id).first()
    if found is None:
        raise NotFound
    return found


def _own(meetup: Meetup, actor: Actor) -> list[Meeting]:
    """The published meetings of the actor's organisation that stand, in the order of time."""
    if actor.kind not in SIDES:
        raise NotAllowed
    found = Meeting.objects.visible_to(actor).filter(
        meetup=meetup, published=True, **{SIDES[actor.kind]: actor.organization_id}
    )
    return list(found.exclude(state=MeetingState.CANCELLED).order_by("starts_at", "table"))


def crumbs(meetup: Meetup) -> list[Crumb]:
    return [
        Crumb(gettext("공동 밋업"), reverse("meetups:list")),
        Crumb(meetup.name, reverse("meetups:detail", args=[meetup.pk])),
    ]


def outcome_lines(found: Outcome) -> list[Fact]:
    """What came of a meeting, as facts; a refusal in the words meant for the startup."""
    lines = [Fact(gettext("결과"), found.get_result_display())]
    if found.reason:
        return [*lines, Fact(gettext("사유"), found.reason)]
    owner = Fact(gettext("기업 측 담당자"), found.owner_name)
    return [*lines, owner, Fact(gettext("다음 연락 기한"), found.due_on)]


def _afterwards(meeting: Meeting, outcome: Outcome | None, score: int | None, actor: Actor) -> list[dict[str, str]]:
    """What is left to say after a meeting: what comes of it, and how it was."""
    said = gettext("평가 고치기 (%(score)d점)") % {"score": score} if score else gettext("만남 평가하기")
    labels = (
        ("outcome", "record_outcome", gettext("결과 고치기") if outcome else gettext("결과 남기기")),
        ("rate", "rate", said),
    )
    return [
        {"label": label, "url": reverse(f"meetings:{name}", args=[meeting.pk])}
        for name, action, label in labels
        if may(actor, action, meeting)
    ]


def _cards(meetings: list[Meeting], actor: Actor) -> list[dict[str, Any]]:
    outcomes, ratings = outcomes_of(meetings, actor), ratings_of(meetings, actor)
    scores = {pk: found[0].score for pk, found in ratings.items()}
    return [
        {
            "meeting": m,
            "other": m.startup_name if actor.kind == Kind.CORPORATION else m.corporation_name,
            "status": status_of(m, actor),
            "steps": [
                {"label": step.label, "url": reverse(f"meetings:{step.name}", args=[m.pk]), "weight": step.weight}
                for step in m.workflow
                if step.name in ATTENDANCE and may(actor, step.name, m) and not missing(step, m, actor)
            ],
            "outcome": outcome_lines(outcomes[m.pk]) if m.pk in outcomes else [],
            "links": _afterwards(m, outcomes.get(m.pk), scores.get(m.pk), actor),
        }
        for m in meetings
    ]


@page()
def my_day(request: HttpRequest, id: UUID) -> HttpResponse:
    """One's own meetings of the day, as cards."""
    actor = request.actor  # type: ignore[attr-defined]
    meetup = meetup_of(id, actor)
    shown = Page(title=gettext("나의 일정"), crumbs=crumbs(meetup), lead=f"{meetup.name} · {meetup.venue}")
    context = {"page": shown, "cards": _cards(_own(meetup, actor), actor), "meetup": meetup, "calendar": True}
    return render(request, "meetups/day.html", context)


@page()
def my_calendar(request: HttpRequest, id: UUID) -> HttpResponse:
    """One's own meetings as a calendar file."""
    actor = request.actor  # type: ignore[attr-defined]
    meetup = meetup_of(id, actor)
    host = request.get_host()
    entries = [
        {
            "uid": f"{m.pk}@{host}",
            "starts_at": m.starts_at,
            "ends_at": m.ends_at,
            "title": f"{meetup.name}: {m.startup_name if actor.kind == Kind.CORPORATION else m.corporation_name}",
            "place": gettext("%(venue)s, 테이블 %(table)d") % {"venue": meetup.venue, "table": m.table},
        }
        for m in _own(meetup, actor)
    ]
    response = HttpResponse(calendar(entries, actor.now), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="meetup.ics"'
    return response


@page()
def attendance(request: HttpRequest, id: UUID) -> HttpResponse:
    """The check-in list: meetings whose attendance the actor records, the next ones first."""
    actor = request.actor  # type: ignore[attr-defined]
    meetup = meetup_of(id, actor)
    if not admits(actor, "check_in", Meeting):
        raise NotAllowed
    found = Meeting.objects.visible_to(actor).filter(meetup=meetup, published=True)
    if actor.kind == Kind.CORPORATION:
        found = found.filter(corporation_id=actor.organization_id)
    open_ = found.filter(state__in=[MeetingState.SCHEDULED, MeetingState.CHECKED_IN]).order_by("starts_at", "table")
    shown = Page(title=gettext("참석 확인 목록"), crumbs=crumbs(meetup), lead=f"{meetup.name} · {meetup.venue}")
    context = {"page": shown, "cards": _cards(list(open_), actor), "meetup": meetup, "both": True}
    return render(request, "meetups/day.html", context)


DAY_PAGES = [
    path("<uuid:id>/my-day/", my_day, name="my_day"),
    path("<uuid:id>/my-day.ics", my_calendar, name="my_calendar"),
    path("<uuid:id>/attendance/", attendance, name="attendance"),
]
