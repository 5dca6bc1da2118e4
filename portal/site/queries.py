"""What the public pages tell."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from matching.selections.models import Line
from matching.selections.workflow import State as SelectionState
from portal.security.actor import Actor, system
from programs.demands.models import Demand
from programs.demands.workflow import State as DemandState
from programs.plans.models import Program, Stage
from programs.plans.workflow import State as ProgramState

MOST_ON_HOME = 6


@dataclass(frozen=True, slots=True)
class Result:
    """One selected startup: public from the announcement on."""

    year: int
    program: str
    corporation: str
    startup: str


@dataclass(frozen=True, slots=True)
class Running:
    """A program that runs, with the stage that is open now, if one is."""

    program: Program
    stage: Stage | None


def result_years() -> list[int]:
    """The years with announced results, the newest first."""
    with system("public results"):
        return list(_announced().order_by("-program__year").values_list("program__year", flat=True).distinct())


def results(year: int) -> list[Result]:
    """The startups whose selection was announced in programs of the year: no amount, no rank, nobody else."""
    with system("public results"):
        rows = _announced().filter(program__year=year).order_by("corporation__name", "startup__name")
        rows = rows.select_related("program", "corporation", "startup")
        return [Result(r.program.year, r.program.name, str(r.corporation), str(r.startup)) for r in rows]


def _announced() -> QuerySet[Line]:
    announced: QuerySet[Line] = Line.objects.filter(
        decision=Line.Decision.SELECT, announced_at__isnull=False, selection__state=SelectionState.ANNOUNCED
    )
    return announced.exclude(program__state=ProgramState.DRAFT)


def running_programs(actor: Actor) -> list[Running]:
    """Programs that are open or running, the newest first, each with the stage that is open now."""
    found = Program.objects.visible_to(actor).filter(state__in=[ProgramState.OPEN, ProgramState.RUNNING])
    programs = list(found.order_by("-year", "-id")[:MOST_ON_HOME])
    now_open: dict[UUID, Stage] = {}
    stages = Stage.objects.visible_to(actor).filter(
        program__in=[p.pk for p in programs], opens_at__lte=actor.now, closes_at__gt=actor.now
    )
    for stage in stages.order_by("-closes_at"):  # the one that closes first is written last, and stays
        now_open[stage.program_id] = stage
    return [Running(program, now_open.get(program.pk)) for program in programs]


def open_demands(actor: Actor) -> list[Demand]:
    """Published demands that the actor may see, the newest first."""
    found = Demand.objects.visible_to(actor).filter(state=DemandState.PUBLISHED).select_related("corporation")
    return list(found.order_by("-published_at", "-id")[:MOST_ON_HOME])
