"""What can happen to a program."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel.errors import Invalid, WrongState
from portal.kernel.ids import new_id
from portal.kernel.money import CAP_PER_STARTUP, Won
from portal.kernel.roles import Role
from portal.outbox.post import Audience, announce
from portal.outbox.transition import lock, save_changes, transition
from portal.security.actor import Actor, system
from portal.security.policy import may, require
from programs.plans.models import Program, Stage

FIELDS = ("name", "budget", "target_startups", "cap_per_startup")


def create(
    *,
    actor: Actor,
    year: int,
    name: str,
    budget: int,
    target_startups: int,
    cap_per_startup: int,
    id: UUID | None = None,
) -> Program:
    """Prepare a program year. Money in whole won. The person who prepares it can't open it.

    Raises Invalid where the year has a program of that name, or the money is out of its bounds.
    """
    require(actor, "create", Program)
    assert actor.user_id  # an officer is a user
    id = id or new_id()
    _require_sound(id=id, year=year, name=name, budget=budget, cap_per_startup=cap_per_startup)
    program = Program(
        id=id,
        year=year,
        name=name,
        budget=int(Won(budget)),
        target_startups=target_startups,
        cap_per_startup=cap_per_startup,
        prepared_at=actor.now,
        prepared_by_id=actor.user,
    )
    with transaction.atomic():
        program.save(force_insert=True)
    return program


def _require_sound(*, id: UUID, year: int, name: str, budget: int, cap_per_startup: int) -> None:
    """The bounds that the database holds, in words."""
    wrong: dict[str, str] = {}
    if budget <= 0:
        wrong["budget"] = _("예산은 1원 이상이어야 합니다.")
    if not 0 < cap_per_startup <= CAP_PER_STARTUP:
        wrong["cap_per_startup"] = _("기업당 한도는 1원 이상 %(cap)s 이하여야 합니다.") % {
            "cap": CAP_PER_STARTUP.format()
        }
    with system("a program's name is free"):
        if Program.objects.filter(year=year, name=name).exclude(pk=id).exists():
            wrong["name"] = _("같은 연도에 같은 이름의 사업이 있습니다. 다른 이름을 적어 주십시오.")
    if wrong:
        raise Invalid(fields=wrong)


def set_stages(*, program: Program, actor: Actor, windows: dict[str, tuple[datetime, datetime]]) -> None:
    """Set the windows of the program's stages: {kind: (opens_at, closes_at)}. Stages left out stay as they are.

    Raises Invalid (at `<kind>_closes`) where a stage closes before it opens, WrongState in a program that is over.
    """
    require(actor, "edit", program)
    backward = [kind for kind, (opens_at, closes_at) in windows.items() if closes_at <= opens_at]
    if backward:
        raise Invalid(fields={f"{kind}_closes": _("마감은 시작보다 뒤여야 합니다.") for kind in backward})
    with transaction.atomic():
        if not may(actor, "edit", program := lock(program)):
            raise WrongState
        for kind, (opens_at, closes_at) in windows.items():
            stage = Stage.objects.visible_to(actor).filter(program=program, kind=kind).first()
            if stage is None:
                stage = Stage(program=program, kind=kind, published=program.opened_at is not None)
            stage.opens_at, stage.closes_at = opens_at, closes_at
            stage.save()


def open_(*, program: Program, actor: Actor) -> Program:
    """Make the program public. Another person than the one who prepared it. Tells the officers."""
    with transition(program, "open", actor) as program:
        Stage.objects.visible_to(actor).filter(program=program).update(published=True)
        announce("program.opened", program, to=Audience.ministry(Role.OFFICER), name=program.name)
    return program


def run(*, program: Program, actor: Actor) -> Program:
    """From receiving to evaluating, agreeing and paying."""
    with transition(program, "run", actor) as program:
        pass
    return program


def close(*, program: Program, actor: Actor) -> Program:
    """End the program. Tells the officers and who pays."""
    with transition(program, "close", actor) as program:
        announce("program.closed", program, to=Audience.ministry(Role.OFFICER, Role.FINANCE), name=program.name)
    return program


def archive(*, program: Program, actor: Actor) -> Program:
    """Keep the program as a record."""
    with transition(program, "archive", actor) as program:
        pass
    return program


def edit(*, program: Program, actor: Actor, **fields: Any) -> Program:
    """Change what may still change. Raises WrongState in a program that is over, Invalid as `create` does,
    OverLimit below what is awarded already.
    """
    require(actor, "edit", program)
    with transaction.atomic():
        locked = lock(program)
        if not may(actor, "edit", locked):
            raise WrongState
        before = {f.attname: getattr(locked, f.attname) for f in locked._meta.concrete_fields}
        for name in FIELDS:
            if name in fields:
                setattr(locked, name, fields[name])
        _require_sound(
            id=locked.pk,
            year=locked.year,
            name=locked.name,
            budget=locked.budget,
            cap_per_startup=locked.cap_per_startup,
        )
        save_changes(locked, before)
    return locked
