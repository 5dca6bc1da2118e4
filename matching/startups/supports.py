"""Public support that a startup has had, and what speaks for a duplicate (중복수급), in words for the officer."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from matching.startups.models import PastSupport
from portal.kernel.errors import Invalid
from portal.kernel.ids import new_id
from portal.kernel.money import Won
from portal.outbox.transition import lock, save_changes
from portal.security.actor import Actor
from portal.security.policy import require

FIELDS = ("program_name", "agency", "year", "ended_on", "amount", "subject")


@dataclass(frozen=True, slots=True)
class Support:
    """One support as it is compared: from the startup's own list, or from what the portal itself has paid."""

    program_name: str
    agency: str
    year: int
    amount: int
    ended_on: date | None = None
    own_words: bool = True


Source = Callable[[Collection[UUID], Actor], Iterable[tuple[UUID, Support]]]
_sources: list[Source] = []


def add_support_source(source: Source) -> None:
    """Declare where else supports are known: (startups' ids, actor) → (startup's id, support) that one may see."""
    if source not in _sources:
        _sources.append(source)


def create(*, actor: Actor, id: UUID | None = None, **fields: Any) -> PastSupport:
    """Enter a support of the actor's startup."""
    require(actor, "create", PastSupport)
    support = PastSupport(id=id or new_id(), startup_id=actor.organization, **{n: fields[n] for n in FIELDS})
    _check(support, actor)
    with transaction.atomic():  # posted twice it is made once
        support.save(force_insert=True)
    return support


def edit(*, support: PastSupport, actor: Actor, **fields: Any) -> PastSupport:
    """Change an entered support."""
    require(actor, "edit", support)
    with transaction.atomic():
        locked = lock(support)
        before = {f.attname: getattr(locked, f.attname) for f in locked._meta.concrete_fields}
        for name in FIELDS:
            if name in fields:
                setattr(locked, name, fields[name])
        _check(locked, actor)
        save_changes(locked, before)
    return locked


def remove(*, support: PastSupport, actor: Actor) -> None:
    """Take an entry out that was made by mistake; the change history keeps it."""
    require(actor, "remove", support)
    PastSupport.objects.visible_to(actor).filter(pk=support.pk).delete()


def _check(support: PastSupport, actor: Actor) -> None:
    if support.year > actor.now.year:
        raise Invalid(fields={"year": _("이미 받은 지원만 적을 수 있습니다. 지원 연도를 확인해 주십시오.")})


@dataclass(frozen=True, slots=True)
class Evidence:
    """One support in words. `doubtful`: it may be a duplicate, somebody must look."""

    words: str
    doubtful: bool


def known_supports(startup_ids: Collection[UUID], actor: Actor) -> dict[UUID, list[Support]]:
    """What startups have had, as far as the actor may see it: a fixed number of queries, however many there are."""
    found: dict[UUID, list[Support]] = {pk: [] for pk in startup_ids}
    for s in PastSupport.objects.visible_to(actor).filter(startup__in=startup_ids):
        found[s.startup_id].append(Support(s.program_name, s.agency, s.year, s.amount, s.ended_on))
    for source in _sources:
        for startup_id, support in source(startup_ids, actor):
            found[startup_id].append(support)
    return found


def evidence(supports: Iterable[Support], *, year: int) -> list[Evidence]:
    """What the officer looks at before a support in the year: which program, when, how much. Empty: nothing known.

    What still runs in the year, or was given in it, may be a duplicate; what is over is told as well.
    """
    return [_judged(support, year) for support in sorted(supports, key=lambda s: (-s.year, s.program_name))]


def _judged(support: Support, year: int) -> Evidence:
    facts = {
        "year": support.year,
        "program": support.program_name,
        "agency": support.agency,
        "amount": Won(support.amount).format(),
    }
    words = _("%(year)d년 ‘%(program)s’(%(agency)s)에서 %(amount)s을 지원받았습니다.") % facts
    if support.year == year:
        return Evidence(f"{words} {_('같은 해의 지원이므로 같은 내용인지 확인해 주십시오.')}", True)
    if support.ended_on and support.ended_on.year >= year:
        return Evidence(f"{words} {_('지원 기간이 겹치므로 같은 내용인지 확인해 주십시오.')}", True)
    if support.ended_on is None and support.own_words:
        return Evidence(f"{words} {_('지원이 끝난 날을 적지 않았으므로 끝났는지 확인해 주십시오.')}", True)
    return Evidence(f"{words} {_('지원 기간이 겹치지 않습니다.')}", False)
