"""Reads about demands that are more than the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from portal.kernel.formats import SEOUL
from portal.kernel.roles import Kind
from portal.kernel.workdays import is_workday, workdays_after
from portal.organizations.models import Organization
from portal.security.actor import Actor, system
from portal.web.page import Tone
from programs.demands import wording
from programs.demands.models import Demand, DetailRevision, Reminder, Revision
from programs.demands.workflow import State
from programs.plans.models import Program, Stage
from programs.plans.workflow import State as ProgramState


def with_closing(rows: QuerySet[Demand], actor: Actor) -> QuerySet[Demand]:
    """The demands with `closes_at`: until when the actor's side may answer them."""
    kind = Stage.Kind.RECOMMENDATION if actor.kind == Kind.CENTER else Stage.Kind.APPLICATION
    stage = Stage.objects.filter(program=OuterRef("program"), kind=kind).values("closes_at")[:1]
    return rows.annotate(closes_at=Subquery(stage))


def current_revision(demand_id: UUID, at: datetime) -> Revision | None:
    """What had been handed in last at the instant: what a recommendation or a score of then was based on."""
    with system("the revision of an instant"):
        found = Revision.objects.filter(demand_id=demand_id, handed_in_at__lte=at)
        latest: Revision | None = found.order_by("-number").first()
    return latest


@dataclass(frozen=True, slots=True)
class Shown:
    """A submission as the page shows it: all of it, and what has changed since the one before that the viewer sees."""

    revision: Revision
    content: Sequence[tuple[str, str]]
    changed: Sequence[wording.Difference]
    first: bool
    detail: bool  # what stands under NDA is among it


def revisions(demand: Demand, actor: Actor) -> list[Shown]:
    """The submissions that the actor may see, the latest first."""
    found = list(Revision.objects.visible_to(actor).filter(demand=demand).order_by("number"))
    details = DetailRevision.objects.visible_to(actor).filter(demand=demand)
    under_nda = {number: {wording.DETAIL: text} for number, text in details.values_list("number", "text")}
    answers = [revision.content | under_nda.get(revision.number, {}) for revision in found]
    shown = []
    for place, revision in enumerate(found):
        changed = wording.differences(answers[place - 1], answers[place]) if place else []
        detail = wording.DETAIL in answers[place]
        shown.append(Shown(revision, wording.content(answers[place]), changed, place == 0, detail))
    return shown[::-1]


@dataclass(frozen=True, slots=True)
class Answer:
    """How far one corporation is with the survey. Of a draft it is told only that there is one."""

    corporation: Organization
    standing: str  # submitted, draft or none
    submitted: int
    reminded_on: date | None

    @property
    def words(self) -> str:
        if self.standing == "submitted":
            return _("제출 %(count)d건") % {"count": self.submitted}
        return _("작성 중") if self.standing == "draft" else _("응답 없음")

    @property
    def tone(self) -> Tone:
        tones: dict[str, Tone] = {"submitted": "success", "draft": "info", "none": "warning"}
        return tones[self.standing]


def surveyed(actor: Actor) -> Program | None:
    """The program whose demand survey is the latest to have begun."""
    begun = Stage.objects.visible_to(actor).filter(kind=Stage.Kind.DEMAND_SURVEY, opens_at__lte=actor.now)
    programs = Program.objects.visible_to(actor).filter(
        state__in=[ProgramState.OPEN, ProgramState.RUNNING], pk__in=begun.values("program")
    )
    latest: Program | None = programs.order_by("-year", "-id").first()
    return latest


def survey(program: Program) -> list[Answer]:
    """Every corporation's standing in the survey; those that haven't answered first."""
    with system("who has answered the survey"):  # that there is a draft, never what it says
        houses = list(Organization.objects.filter(kind=Kind.CORPORATION, merged_into=None).order_by("name"))
        rows: Any = Demand.objects.filter(program=program).exclude(state=State.WITHDRAWN)
        states = list(rows.order_by().values_list("corporation_id", "state").annotate(count=Count("pk")))
        last = dict(
            Reminder.objects.filter(program=program).order_by("day").values_list("corporation_id", "day").iterator()
        )
    drafts = {house for house, state, _count in states if state == State.DRAFT}
    counts: dict[UUID, int] = {}
    for house, state, count in states:
        if state != State.DRAFT:
            counts[house] = counts.get(house, 0) + count
    found = [
        Answer(
            house,
            "submitted" if house.pk in counts else "draft" if house.pk in drafts else "none",
            counts.get(house.pk, 0),
            last.get(house.pk),
        )
        for house in houses
    ]
    order = {"none": 0, "draft": 1, "submitted": 2}
    return sorted(found, key=lambda a: order[a.standing])


def reminder_day(at: datetime) -> date:
    """The working day to which a reminder of this instant counts: on a day off the one before."""
    day = at.astimezone(SEOUL).date()
    return day if is_workday(day) else workdays_after(day, -1)
