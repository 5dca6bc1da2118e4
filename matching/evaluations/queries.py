"""What evaluations can be asked, beyond what `visible_to` answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.applications.models import Application
from matching.applications.workflow import State
from matching.evaluations.engine import Criterion, Entry, Figures, SheetScores, digest, frozen
from matching.evaluations.models import Assignment, Result, Round, Sheet
from matching.evaluations.workflow import AssignmentState, SheetState
from portal.kernel.roles import Role
from portal.organizations.models import Membership
from portal.security.actor import Actor, system
from portal.security.models import Block

ASSIGNABLE = [State.ELIGIBLE, State.INVITED, State.MET]
RECUSED = gettext_lazy("이해충돌을 신고하신 신청이 들어 있어 처리하실 수 없습니다. 다른 협업 담당자가 처리해야 합니다.")


def round_of(application: Application, actor: Actor) -> Round | None:
    """The round that evaluates the application, if it has been opened."""
    found: Round | None = Round.objects.visible_to(actor).filter(demand_id=application.demand_id).first()
    return found


def assignable(round: Round, actor: Actor) -> QuerySet[Application]:
    """The applications that may be given to evaluators."""
    found: QuerySet[Application] = (
        Application.objects.visible_to(actor)
        .filter(demand_id=round.demand_id, state__in=ASSIGNABLE)
        .select_related("startup")
        .order_by("number")
    )
    return found


def evaluators(corporation_id: UUID, at: datetime) -> Sequence[Membership]:
    """The corporation's evaluators of the moment. Asked by whoever may assign; the names are all that is shown."""
    with system("a corporation's evaluators, to assign one"):
        return list(
            Membership.objects.filter(Q(ended_at=None) | Q(ended_at__gt=at), started_at__lte=at)
            .filter(organization_id=corporation_id, roles__contains=[str(Role.EVALUATOR)], user__is_active=True)
            .select_related("user")
            .order_by("user__name", "id")
        )


def recused(round: Round, actor: Actor) -> bool:
    """Whether a Block stands between the actor and one of the round's applications.

    Who is recused decides nothing about the round, and sees no ranks: a gap in them would tell of the other one.
    """
    if actor.user_id is None:
        return False
    with system("which applications a round is about"):
        pairs = Assignment.objects.filter(round=round).values_list("application_id", "startup_id")
        subjects = {subject for pair in pairs for subject in pair}
        return bool(Block.stands(actor, list(subjects)))


def incomplete(round: Round, actor: Actor) -> str:
    """What is missing before the round can be closed: for each application without a sheet, how many are awaited."""
    if recused(round, actor):
        return ""
    with system("whether the round can be closed"):
        found = (
            Assignment.objects.filter(round=round, application__state__in=ASSIGNABLE)
            .values("application__number")
            .annotate(
                done=Count("id", filter=Q(state=AssignmentState.SUBMITTED)),
                awaited=Count("id", filter=Q(state__in=[AssignmentState.ASSIGNED, AssignmentState.ACCEPTED])),
            )
            .order_by("application__number")
        )
        rows = list(found)
    if not any(row["done"] for row in rows):
        return _("제출된 평가표가 아직 없습니다.")
    lacking = [row for row in rows if not row["done"] and row["awaited"]]
    if not lacking:
        return ""
    words = ", ".join(
        _("%(number)s(미제출 %(count)d명)") % {"number": row["application__number"], "count": row["awaited"]}
        for row in lacking
    )
    return _("평가표가 한 건도 제출되지 않은 신청이 있습니다: %(words)s") % {"words": words}


def criteria_of(round: Round) -> list[Criterion]:
    return [Criterion(c["code"], c["label"], c["weight"]) for c in round.criteria]


def entries(round: Round, applications: Sequence[UUID]) -> list[Entry]:
    """What the figures of these applications rest on: their submitted sheets. Only the system's computation asks."""
    found: dict[UUID, list[SheetScores]] = {name: [] for name in applications}
    with system("the round's figures"):
        sheets = Sheet.objects.filter(round=round, application_id__in=applications, state=SheetState.SUBMITTED)
        for sheet in sheets.order_by("id"):
            given = {code: part["score"] for code, part in sheet.scores.items()}
            found[sheet.application_id].append(SheetScores(str(sheet.pk), given))
    return [Entry(str(name), tuple(rows)) for name, rows in found.items()]


def evaluated(round: Round) -> list[UUID]:
    """The applications that the round's figures are about: assigned, and neither withdrawn nor refused since."""
    with system("the round's figures"):
        found = Assignment.objects.filter(round=round, application__state__in=ASSIGNABLE)
        return list(
            found.order_by("application_id").distinct("application_id").values_list("application_id", flat=True)
        )


def unaltered(round: Round) -> bool:
    """Whether the stored sheets and figures still have the hash that closing gave them."""
    with system("whether the figures are unaltered"):
        stored = {
            str(r.application_id): Figures(str(r.application_id), r.sheets, r.mean, r.spread, r.rank, r.passed)
            for r in Result.objects.filter(round=round)
        }
    found = entries(round, [UUID(name) for name in stored])
    content = frozen(criteria_of(round), round.pass_mark, found, list(stored.values()))
    return digest(content) == round.figures_hash


@dataclass(slots=True)
class Progress:
    """How far one application is: how many evaluators stand where. Nothing of what they think."""

    application: Application
    assigned: int = 0
    accepted: int = 0
    submitted: int = 0
    conflicted: int = 0


def progress(round: Round, actor: Actor) -> list[Progress]:
    """The progress of the round's applications, over the assignments that the actor may see."""
    found: dict[UUID, Progress] = {}
    rows = Assignment.objects.visible_to(actor).filter(round=round).select_related("application__startup")
    for row in rows.order_by("application__number"):
        line = found.setdefault(row.application_id, Progress(row.application))
        setattr(line, row.state, getattr(line, row.state) + 1)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One application's figures, with the total of each evaluator's sheet (None: none, or not to be seen)."""

    result: Result
    rank: int | None
    totals: dict[UUID, Decimal]


def results(round: Round, actor: Actor) -> tuple[list[ResultRow], dict[UUID, str]]:
    """The results that the actor may see, best first, and the evaluators' names by membership."""
    hidden = recused(round, actor)
    rows = list(
        Result.objects.visible_to(actor)
        .filter(round=round)
        .select_related("application", "startup")
        .order_by("application__number" if hidden else "rank", "application__number")
    )
    totals: dict[UUID, dict[UUID, Decimal]] = {}
    names: dict[UUID, str] = {}
    sheets: Any = Sheet.objects.visible_to(actor).filter(round=round, disclosed_at__isnull=False)
    for sheet in sheets.select_related("assignment").order_by("assignment__evaluator_name", "id"):
        totals.setdefault(sheet.application_id, {})[sheet.evaluator_id] = sheet.total
        names[sheet.evaluator_id] = sheet.assignment.evaluator_name
    found = [ResultRow(r, None if hidden else r.rank, totals.get(r.application_id, {})) for r in rows]
    return found, names
