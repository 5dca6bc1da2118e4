"""What selections can be asked, beyond what `visible_to` answers."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet

from matching.applications.models import Application
from matching.applications.workflow import State as ApplicationState
from matching.evaluations import queries as evaluations
from matching.evaluations.models import Result, Round
from matching.evaluations.workflow import RoundState
from matching.selections.models import Line, Selection
from matching.selections.ranking import Choice, departures
from portal.security.actor import Actor, system


def closed_rounds(actor: Actor) -> QuerySet[Round]:
    """The actor's rounds that are closed: a selection can be made from each of them, once."""
    found: QuerySet[Round] = Round.objects.visible_to(actor).filter(
        corporation_id=actor.organization_id, state=RoundState.CLOSED
    )
    return found.select_related("demand").order_by("-closed_at")


def concerned(round: Round) -> list[Application]:
    """The applications that a selection must decide on: who has met, and who was evaluated and is still there."""
    with system("whom a selection must decide on"):
        there = Application.objects.filter(demand_id=round.demand_id)
        met = Q(state=ApplicationState.MET)
        evaluated = Q(state__in=evaluations.ASSIGNABLE, result__isnull=False)
        return list(there.filter(met | evaluated).order_by("number"))


def choices(selection: Selection) -> list[Choice]:
    """The selection's lines with what the evaluation said, for comparing them with the ranking."""
    with system("a selection against its ranking"):
        passed = dict(Result.objects.filter(round_id=selection.round_id).values_list("application_id", "passed"))
        lines = Line.objects.filter(selection=selection).order_by("id")
        return [Choice(str(x.pk), x.rank, passed.get(x.application_id, False), x.decision) for x in lines]


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line as pages show it."""

    line: Line
    rank: int | None
    mean: Decimal | None
    departs: bool


def lines(selection: Selection, actor: Actor) -> Sequence[LineRow]:
    """The lines that the actor may see, best first. Who is recused sees no ranks."""
    hidden = evaluations.recused(selection.round, actor)
    means = dict(
        Result.objects.visible_to(actor).filter(round_id=selection.round_id).values_list("application_id", "mean")
    )
    departing = set() if hidden else departures(choices(selection))
    rows = Line.objects.visible_to(actor).filter(selection=selection).select_related("application", "startup")
    order = "application__number" if hidden else "rank"
    return [
        LineRow(x, None if hidden else x.rank, means.get(x.application_id), str(x.pk) in departing)
        for x in rows.order_by(order, "application__number")
    ]


def fingerprint(rows: Sequence[Line]) -> str:
    """What the lines say, in one short word: tells whether somebody has saved since they were read."""
    said = sorted([str(x.pk), x.decision, x.amount, x.departure_reason, x.message] for x in rows)
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:32]


def amounts(selection: Selection) -> dict[UUID, int]:
    """The amounts proposed, by line."""
    with system("a selection's amounts"):
        found = Line.objects.filter(selection=selection, decision=Line.Decision.SELECT)
        return dict(found.values_list("id", "amount"))


def stored_fingerprint(selection: Selection) -> str:
    """The fingerprint of all lines as they are now."""
    with system("what a selection's lines say"):
        return fingerprint(list(Line.objects.filter(selection=selection)))
