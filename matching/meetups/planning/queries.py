"""Reads for planning: the board of a meetup, who has graded, and what a side has said."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from matching.applications.models import Application
from matching.applications.workflow import State as Applied
from matching.meetups.models import Meeting, Meetup
from matching.meetups.planning.board import Board, Place, Seat, Wish
from matching.meetups.planning.grades import joint, weights_on
from matching.meetups.planning.grid import Slot, slots_of
from matching.meetups.planning.models import Absence, Bar, Calculation, CorporationGrade, Host, StartupGrade
from matching.meetups.workflow import MeetingState
from portal.kernel.roles import Kind
from portal.organizations.models import Organization
from portal.security.actor import Actor, system

# Of a meeting, what a board is made from: a large plan has thousands.
PLACED = ("application_id", "corporation_id", "startup_id", "starts_at", "table", "locked", "state")
OFF = (MeetingState.CANCELLED, MeetingState.NO_SHOW)
UNDER_WAY = (MeetingState.CHECKED_IN, MeetingState.HELD)


def standing(meetup: Meetup, actor: Actor) -> QuerySet[Meeting]:
    """Meetings that have their place in the plan."""
    found: QuerySet[Meeting] = Meeting.objects.visible_to(actor).filter(meetup=meetup).exclude(state__in=OFF)
    return found


def _rows(model: Any, actor: Actor | None) -> Any:
    """What the actor may see; without an actor, inside `system()`, everything."""
    return model.objects.all() if actor is None else model.objects.visible_to(actor)


def invited(meetup: Meetup, actor: Actor | None) -> QuerySet[Application]:
    """Invited applications of the meetup's program that have no place in another meetup."""
    elsewhere = _rows(Meeting, actor).exclude(meetup=meetup).exclude(state__in=OFF)
    found: QuerySet[Application] = _rows(Application, actor).filter(program_id=meetup.program_id, state=Applied.INVITED)
    return found.exclude(pk__in=elsewhere.values("application_id")).order_by("number")


def own_requests(meetup: Meetup, actor: Actor) -> list[Application]:
    """The invited applications that the actor's organisation grades, with the other side's name."""
    side = "corporation" if actor.kind == Kind.CORPORATION else "startup"
    return list(invited(meetup, actor).filter(**{f"{side}_id": actor.organization_id}))


def others_of(applications: Collection[Application], actor: Actor) -> dict[UUID, str]:
    """Application → whom its own side would meet, and about which demand."""
    with system("whom one is invited to meet"):
        rows = Application.objects.filter(pk__in=[a.pk for a in applications])
        other = "startup__name" if actor.kind == Kind.CORPORATION else "corporation__name"
        return {pk: f"{name} · {title}" for pk, name, title in rows.values_list("pk", other, "demand__title")}


def grades_of(meetup: Meetup, actor: Actor) -> dict[UUID, int]:
    """Application → the grade that the actor's side has given."""
    model: Any = CorporationGrade if actor.kind == Kind.CORPORATION else StartupGrade
    found = model.objects.visible_to(actor).filter(meetup=meetup)
    return dict(found.values_list("application_id", "grade"))


def joint_grades(meetup: Meetup, applications: Collection[UUID], actor: Actor) -> dict[UUID, int]:
    """Application → the rounded weighted mean of both sides' grades. For whoever reads both."""
    given: list[dict[UUID, int]] = [
        dict(model.objects.visible_to(actor).filter(meetup=meetup).values_list("application_id", "grade"))
        for model in (CorporationGrade, StartupGrade)
    ]
    weights = weights_on(meetup.day)
    return {a: joint(given[0].get(a), given[1].get(a), weights) for a in applications}


def absent_slots(meetup: Meetup, actor: Actor) -> list[int]:
    found = Absence.objects.visible_to(actor).filter(meetup=meetup, organization_id=actor.organization_id).first()
    return list(found.slots) if found else []


@dataclass(frozen=True, slots=True)
class Graded:
    """How far one party of the meetup is with its grades."""

    organization: UUID
    name: str
    kind: str
    asked: int
    given: int

    @property
    def missing(self) -> int:
        return self.asked - self.given


def progress_of_grades(meetup: Meetup, actor: Actor | None) -> list[Graded]:
    """Each side's grades asked and given; those who owe most come first. For whoever reads all grades."""
    rows = list(invited(meetup, actor).values_list("pk", "corporation_id", "startup_id"))
    found: dict[UUID, list[Any]] = {}
    for model, column in ((CorporationGrade, 1), (StartupGrade, 2)):
        given = set(_rows(model, actor).filter(meetup=meetup).values_list("application_id", flat=True))
        for row in rows:
            counts = found.setdefault(row[column], [column, 0, 0])
            counts[1] += 1
            counts[2] += row[0] in given
    names = _names(found, actor)
    kinds = {1: Kind.CORPORATION, 2: Kind.STARTUP}
    made = [Graded(o, names[o], str(kinds[column].label), asked, given) for o, (column, asked, given) in found.items()]
    return sorted(made, key=lambda g: (-g.missing, g.name))


def _names(organizations: Collection[UUID], actor: Actor | None) -> dict[UUID, str]:
    return dict(_rows(Organization, actor).filter(pk__in=organizations).values_list("pk", "name"))


def upcoming(slots: list[Slot], at: datetime) -> int:
    """The first slot that has not begun."""
    return next((s.number for s in slots if s.starts_at > at), len(slots))


def board_of(meetup: Meetup, actor: Actor, from_slot: int = 0) -> Board:
    """The meetup's board as it stands. What is locked, past or under way stays."""
    slots = slots_of(meetup)
    at = {s.starts_at: s.number for s in slots}
    rows = standing(meetup, actor).order_by("starts_at", "table").only(*PLACED)
    meetings = [m for m in rows if m.starts_at in at]
    wishes = _wishes(meetup, meetings, actor)
    hosts = Host.objects.visible_to(actor).filter(meetup=meetup).order_by("tables")
    parties = {w.corporation for w in wishes.values()} | {w.startup for w in wishes.values()}
    return Board(
        slots=slots,
        rooms={room["name"]: room["capacity"] for room in meetup.rooms},
        seats={h.corporation_id: Seat(h.room, tuple(h.tables)) for h in hosts},
        wishes=wishes,
        names=_names(parties | {h.corporation_id for h in hosts}, actor),
        absent={a.organization_id: frozenset(a.slots) for a in Absence.objects.visible_to(actor).filter(meetup=meetup)},
        most=meetup.max_meetings,
        places=[Place(m.application_id, at[m.starts_at], m.table) for m in meetings],
        fixed=frozenset(
            m.application_id
            for m in meetings
            if m.locked or m.state in UNDER_WAY or (from_slot and at[m.starts_at] < from_slot)
        ),
        from_slot=from_slot,
        published=meetup.published_at is not None,
    )


def _wishes(meetup: Meetup, meetings: list[Meeting], actor: Actor) -> dict[UUID, Wish]:
    rows = invited(meetup, actor).order_by("number").values_list("pk", "corporation_id", "startup_id")
    asked = {a: (corporation, startup) for a, corporation, startup in rows}
    asked |= {m.application_id: (m.corporation_id, m.startup_id) for m in meetings}
    grades = joint_grades(meetup, asked, actor)
    barred = set(
        Bar.objects.visible_to(actor).filter(meetup=meetup, standing=True).values_list("application_id", flat=True)
    )
    return {a: Wish(a, c, s, grades[a], a in barred) for a, (c, s) in asked.items()}


def seatless(board: Board) -> list[str]:
    """Corporations that are to meet somebody and have no table yet, by name."""
    return sorted({board.names[w.corporation] for w in board.wishes.values() if w.corporation not in board.seats})


def calculations_of(meetup: Meetup, actor: Actor) -> QuerySet[Calculation]:
    found: QuerySet[Calculation] = Calculation.objects.visible_to(actor).filter(meetup=meetup).order_by("-started_at")
    return found


def bars_of(meetup: Meetup, actor: Actor) -> list[Bar]:
    """Who may not meet whom, and why. For the ministry."""
    found = Bar.objects.visible_to(actor).filter(meetup=meetup, standing=True)
    return list(found.select_related("application__corporation", "application__startup").order_by("id"))


def hosts_of(meetup: Meetup, actor: Actor) -> list[Host]:
    """Which corporation receives where. For the ministry."""
    found = Host.objects.visible_to(actor).filter(meetup=meetup).select_related("corporation")
    return list(found.order_by("room", "tables"))
