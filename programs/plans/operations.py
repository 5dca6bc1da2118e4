"""What can happen to a program."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel.errors import Invalid, StageClosed
from portal.kernel.formats import instant
from portal.kernel.ids import new_id
from portal.kernel.money import Won
from portal.outbox.transition import lock, save_changes, transition
from portal.security.actor import Actor, system
from portal.security.policy import require
from programs.plans.models import Program, Stage


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
    """Prepare a program year. Money in whole won. The person who prepares it can't open it."""
    require(actor, "create", Program)
    program = Program(
        id=id or new_id(),
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


def set_stages(*, program: Program, actor: Actor, windows: dict[str, tuple[datetime, datetime]]) -> None:
    """Set the windows of the program's stages: {kind: (opens_at, closes_at)}. Stages left out stay as they are.

    Raises Invalid where a stage closes before it opens.
    """
    require(actor, "edit", program)
    for kind, (opens_at, closes_at) in windows.items():
        if closes_at <= opens_at:
            raise Invalid(fields={kind: _("마감은 시작보다 뒤여야 합니다.")})
    with transaction.atomic():
        lock(program)
        for kind, (opens_at, closes_at) in windows.items():
            stage = Stage.objects.visible_to(actor).filter(program=program, kind=kind).first()
            if stage is None:
                stage = Stage(program=program, kind=kind, published=program.opened_at is not None)
            stage.opens_at, stage.closes_at = opens_at, closes_at
            stage.save()


def open_(*, program: Program, actor: Actor) -> Program:
    """Make the program public. Another person than the one who prepared it."""
    with transition(program, "open", actor) as program:
        Stage.objects.visible_to(actor).filter(program=program).update(published=True)
    return program


def run(*, program: Program, actor: Actor) -> Program:
    with transition(program, "run", actor) as program:
        pass
    return program


def close(*, program: Program, actor: Actor) -> Program:
    with transition(program, "close", actor) as program:
        pass
    return program


def archive(*, program: Program, actor: Actor) -> Program:
    with transition(program, "archive", actor) as program:
        pass
    return program


def edit(*, program: Program, actor: Actor, **fields: Any) -> Program:
    """Change what may still change. Raises NotAllowed in a state where nothing may."""
    require(actor, "edit", program)
    with transaction.atomic():
        locked = lock(program)
        before = {f.attname: getattr(locked, f.attname) for f in locked._meta.concrete_fields}
        for name in ("name", "budget", "target_startups", "cap_per_startup"):
            if name in fields:
                setattr(locked, name, fields[name])
        save_changes(locked, before)
    return locked


def require_open(*, program_id: UUID, kind: str, actor: Actor) -> Stage:
    """The stage's window at the actor's instant, to the second, on every path. Raises StageClosed outside it."""
    with system("a stage's window"):  # a fact of the program, whoever asks
        stage = Stage.objects.filter(program_id=program_id, kind=kind).first()
    if stage is None:
        raise StageClosed(_("이 사업에는 해당 단계가 없습니다."))
    if actor.now < stage.opens_at:
        raise StageClosed(
            _("%(stage)s 접수는 %(at)s에 시작합니다.")
            % {"stage": stage.get_kind_display(), "at": instant(stage.opens_at)}
        )
    if actor.now >= stage.closes_at:
        raise StageClosed(
            _("%(stage)s 접수가 %(at)s에 마감되었습니다.")
            % {"stage": stage.get_kind_display(), "at": instant(stage.closes_at)}
        )
    return cast(Stage, stage)
