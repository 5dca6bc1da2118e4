"""What can happen to a program."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel.errors import Invalid, WrongState
from portal.kernel.formats import SEOUL
from portal.kernel.ids import new_id
from portal.kernel.money import CAP_PER_STARTUP, Won
from portal.kernel.roles import Role
from portal.kernel.workdays import is_workday, workdays_after
from portal.organizations.models import Organization
from portal.outbox.post import Audience, announce
from portal.outbox.transition import lock, save_changes, transition
from portal.security.actor import Actor, system
from portal.security.policy import may, require
from programs.plans.models import Extension, Program, Setting, Stage
from programs.plans.settings import WHOLE, settings_of
from programs.plans.windows import closing

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


Follower = Callable[[Program, Actor], None]
_followers: list[Follower] = []


def on_closing(follower: Follower) -> None:
    """Declare what else ends with a program: (program, actor), in the same transaction."""
    if follower not in _followers:
        _followers.append(follower)


def close(*, program: Program, actor: Actor) -> Program:
    """End the program, and what was given until then. Tells the officers and who pays."""
    with transition(program, "close", actor) as program:
        for follow in _followers:
            follow(program, actor)
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


def set_rule(
    *, program: Program, actor: Actor, kind: str, percents: Sequence[int], valid_from: date, origin: str, source: str
) -> Setting:
    """Set a rule from a day on, with its source. What held before stays on the record.

    Raises Invalid where the percentages can't be, WrongState in a program that is over.
    """
    require(actor, "edit", program)
    assert actor.user_id  # an officer is a user
    if any(not 0 <= n <= WHOLE for n in percents):
        raise Invalid(_("비율은 0%에서 100% 사이여야 합니다."))
    if kind == Setting.Kind.TRANCHES and sum(percents) != WHOLE:
        raise Invalid(fields={"tranches": _("비율을 모두 더하면 100%가 되어야 합니다.")})
    with transaction.atomic():
        if not may(actor, "edit", program := lock(program)):
            raise WrongState
        made = Setting(
            program=program,
            state=program.state,
            kind=kind,
            percents=list(percents),
            valid_from=valid_from,
            origin=origin,
            source=source,
            made_at=actor.now,
            made_by_id=actor.user,
        )
        made.save(force_insert=True)
    return made


def set_shares(*, program: Program, actor: Actor, government: int, cash: int, kind: int, **source: Any) -> Setting:
    """Set who pays how much of a budget. Raises as `set_rule`."""
    return set_rule(program=program, actor=actor, kind=Setting.Kind.SHARES, percents=(government, cash, kind), **source)


def set_tranches(*, program: Program, actor: Actor, tranches: Sequence[int], **source: Any) -> Setting:
    """Set in which parts the government's contribution is paid. Raises as `set_rule`."""
    return set_rule(program=program, actor=actor, kind=Setting.Kind.TRANCHES, percents=tranches, **source)


def extend(
    *, program: Program, actor: Actor, kind: str, organization: Organization, closes_at: datetime, reason: str
) -> Extension:
    """Give one organisation more time in one stage, on the record; tells it.

    Raises Invalid where the program has no such stage or the instant isn't later than what holds now, WrongState in
    a program that isn't open.
    """
    require(actor, "extend", program)
    assert actor.user_id  # an officer is a user
    with transaction.atomic():
        if not may(actor, "extend", program := lock(program)):
            raise WrongState
        stage = Stage.objects.visible_to(actor).filter(program=program, kind=kind).first()
        if stage is None:
            raise Invalid(fields={"kind": _("이 사업의 일정에 없는 단계입니다. 먼저 일정을 정해 주십시오.")})
        if closes_at <= max(closing(stage, organization.pk), actor.now):
            raise Invalid(fields={"closes_at": _("지금 정해진 마감과 현재 시각보다 뒤여야 합니다.")})
        made = Extension(
            stage=stage,
            organization=organization,
            closes_at=closes_at,
            reason=reason,
            granted_at=actor.now,
            granted_by_id=actor.user,
        )
        made.save(force_insert=True)
        to = Audience.of(organization.pk)
        announce("program.extended", program, to=to, stage=stage.get_kind_display(), at=closes_at, name=program.name)
    return made


def copy(*, program: Program, actor: Actor, year: int, name: str) -> Program:
    """Prepare a year like this one: its amounts, its rules as they hold now, its stages moved to working days.

    Raises as `create`.
    """
    require(actor, "copy", program)
    with transaction.atomic():
        made = create(
            actor=actor,
            year=year,
            name=name,
            budget=program.budget,
            target_startups=program.target_startups,
            cap_per_startup=program.cap_per_startup,
        )
        stages = Stage.objects.visible_to(actor).filter(program=program)
        years = year - program.year
        windows = {s.kind: _moved(s.opens_at, s.closes_at, years) for s in stages}
        set_stages(program=made, actor=actor, windows=windows)
        held, first = settings_of(program, actor.now), date(year, 1, 1)
        for rule in (held.shares, held.tranches):
            given: dict[str, Any] = {
                "kind": rule.kind,
                "percents": rule.percents,
                "origin": rule.origin,
                "source": rule.source,
            }
            if rule.official:  # what was published for one year isn't published for the next
                given["origin"] = Setting.Origin.OURS
            set_rule(program=made, actor=actor, valid_from=first, **given)
    return made


def _moved(opens_at: datetime, closes_at: datetime, years: int) -> tuple[datetime, datetime]:
    """The window that many years later, both ends on working days at the same time of the day."""
    opens, closes = (_on_workday(at, years) for at in (opens_at, closes_at))
    while closes <= opens:
        closes = _on_workday(closes + timedelta(days=1), 0)
    return opens, closes


def _on_workday(at: datetime, years: int) -> datetime:
    there = at.astimezone(SEOUL)
    last = 28 if (there.month, there.day) == (2, 29) else there.day
    moved = there.replace(year=there.year + years, day=last)
    if is_workday(moved.date()):
        return moved
    return datetime.combine(workdays_after(moved.date(), 1), moved.timetz())
