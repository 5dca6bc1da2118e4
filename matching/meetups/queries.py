"""Reads of meetups and meetings that are more than `visible_to`."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from matching.applications.models import Application
from matching.applications.workflow import State as Applied
from matching.meetups.models import Meeting, Meetup, Outcome, PlanEntry, Rating
from matching.meetups.workflow import MeetingState
from portal.security.actor import Actor


def plan_of(meetup: Meetup, actor: Actor) -> list[PlanEntry]:
    """The day's plan in the order of time and table, cancelled meetings aside."""
    found = PlanEntry.objects.visible_to(actor).filter(meetup=meetup, cancelled=False)
    return list(found.order_by("starts_at", "table"))


def to_place(program_id: UUID | None, actor: Actor) -> QuerySet[Application]:
    """Invited applications, of one program or (None) of all."""
    found: QuerySet[Application] = Application.objects.visible_to(actor).filter(state=Applied.INVITED)
    return found.filter(program_id=program_id) if program_id else found


def unplaced(actor: Actor) -> QuerySet[Application]:
    """Invited applications without a meeting that stands."""
    placed = Meeting.objects.visible_to(actor).exclude(state__in=[MeetingState.CANCELLED, MeetingState.NO_SHOW])
    return to_place(None, actor).exclude(pk__in=placed.values("application_id"))


def without_outcome(actor: Actor) -> QuerySet[Meeting]:
    """Meetings of the actor's corporation that were held and of which nothing is said yet."""
    found: QuerySet[Meeting] = Meeting.objects.visible_to(actor).filter(
        corporation_id=actor.organization_id, state=MeetingState.HELD
    )
    return found.exclude(pk__in=Outcome.objects.visible_to(actor).values("meeting_id"))


def outcome_of(meeting: Meeting, actor: Actor) -> Outcome | None:
    found: Outcome | None = Outcome.objects.visible_to(actor).filter(meeting=meeting).first()
    return found


def visible_application(meeting: Meeting, actor: Actor) -> Any:
    return Application.objects.visible_to(actor).filter(pk=meeting.application_id).first()


def ratings_of(meetings: Collection[Meeting], actor: Actor) -> dict[UUID, list[Rating]]:
    """Meeting → how it was found: a side reads its own, the ministry both, the corporation's first."""
    found: dict[UUID, list[Rating]] = {}
    for rating in Rating.objects.visible_to(actor).filter(meeting__in=meetings).order_by("side"):
        found.setdefault(rating.meeting_id, []).append(rating)
    return found


def outcomes_of(meetings: Collection[Meeting], actor: Actor) -> dict[UUID, Outcome]:
    """Meeting → what came of it, for whoever reads that."""
    return {o.meeting_id: o for o in Outcome.objects.visible_to(actor).filter(meeting__in=meetings)}
