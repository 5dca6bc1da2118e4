"""What can happen to a demand. Nothing else writes demands."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel.errors import Invalid
from portal.kernel.ids import new_id
from portal.kernel.roles import Role
from portal.outbox.drafts import changing
from portal.outbox.post import Audience, announce
from portal.outbox.transition import transition
from portal.security.actor import Actor, system
from portal.security.policy import require
from programs.demands.models import Demand
from programs.plans.models import Program, Stage
from programs.plans.windows import require_open

FIELDS = ("title", "problem", "scope", "tech_fields", "min_trl", "collaboration_types", "wanted_startups", "level")
REQUIRED = ("problem", "scope", "tech_fields", "collaboration_types")


def create(*, actor: Actor, program: Program, id: UUID | None = None, **fields: Any) -> Demand:
    """Begin a demand as a draft of the actor's corporation. Raises StageClosed outside the demand survey."""
    require(actor, "create", Demand)
    require_open(program_id=program.pk, kind=Stage.Kind.DEMAND_SURVEY, actor=actor)
    demand = Demand(
        id=id or new_id(),
        program=program,
        corporation_id=actor.organization,
        created_at=actor.now,
        **{name: value for name, value in fields.items() if name in FIELDS},
    )
    with transaction.atomic():
        demand.number = _number(program)
        demand.save(force_insert=True)
    return demand


def _number(program: Program) -> str:
    """The next demand number of the program, such as D2025-014. Locks the program's row: no number twice."""
    with system("a demand's number"):
        Program.objects.select_for_update().get(pk=program.pk)
        return f"D{program.year}-{Demand.objects.filter(program=program).count() + 1:03d}"


def edit(*, demand: Demand, actor: Actor, version: int | None = None, **fields: Any) -> Demand:
    """Change a draft, or what was flagged. Raises as `portal.outbox.drafts.changing`."""
    with changing(demand, actor, given=fields, names=FIELDS, version=version) as locked:
        pass
    return locked


def submit(*, demand: Demand, actor: Actor) -> Demand:
    """Hand the demand in; tells the officers.

    Raises Invalid where a required part is empty, StageClosed outside the survey's window, NotAllowed where the
    policy says no, WrongState if somebody was faster.
    """
    with transition(demand, "submit", actor) as demand:
        require_open(program_id=demand.program_id, kind=Stage.Kind.DEMAND_SURVEY, actor=actor)
        if lacking := {n: _("제출하려면 적어 주셔야 합니다.") for n in REQUIRED if not getattr(demand, n)}:
            raise Invalid(
                _("아직 비어 있는 항목이 있습니다: %(names)s")
                % {"names": ", ".join(str(Demand._meta.get_field(n).verbose_name) for n in lacking)},  # type: ignore[union-attr]
                fields=lacking,
            )
        announce("demand.submitted", demand, to=Audience.ministry(Role.OFFICER), title=demand.title)
    return demand


def return_(*, demand: Demand, actor: Actor, reason: str, remarks: Mapping[str, str] | None = None) -> Demand:
    """Ask the corporation to mend the demand: the fields that `remarks` names, or all of it."""
    with transition(demand, "return_", actor, reason=reason, remarks=dict(remarks or {})) as demand:
        announce(
            "demand.returned", demand, to=Audience.of(demand.corporation_id, roles=(Role.MANAGER,)), title=demand.title
        )
    return demand


def publish(*, demand: Demand, actor: Actor) -> Demand:
    """Open the demand to its level's readers; tells the corporation and the centers' coordinators."""
    with transition(demand, "publish", actor) as demand:
        announce(
            "demand.published", demand, to=Audience.of(demand.corporation_id, roles=(Role.MANAGER,)), title=demand.title
        )
    return demand


def close(*, demand: Demand, actor: Actor) -> Demand:
    with transition(demand, "close", actor) as demand:
        pass
    return demand


def withdraw(*, demand: Demand, actor: Actor, reason: str) -> Demand:
    with transition(demand, "withdraw", actor, reason=reason) as demand:
        pass
    return demand
