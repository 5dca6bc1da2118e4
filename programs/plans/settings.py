"""The rules of a program at an instant, each with where it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from portal.kernel.formats import SEOUL
from portal.security.actor import system
from programs.plans.models import Program, Setting

WHOLE = 100  # per cent


@dataclass(frozen=True, slots=True)
class Rule:
    """Percentages with their source. `official` only where they were published for this very program."""

    kind: str
    percents: Sequence[int]
    origin: str
    source: str
    valid_from: date | None = None  # None: as long as nothing else was set

    @property
    def official(self) -> bool:
        return self.origin == Setting.Origin.OFFICIAL


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds at the instant: `shares` (government at most, cash at least, kind at most) and `tranches` in order."""

    shares: Rule
    tranches: Rule


def settings_of(program: Program, at: datetime) -> Settings:
    """The program's rules at the instant: the latest that is valid by then, else what sister programmes do."""
    day = at.astimezone(SEOUL).date()
    with system("a program's rules"):  # the same for whoever asks
        found = list(
            Setting.objects.filter(program=program, valid_from__lte=day).order_by("valid_from", "made_at", "id")
        )
    latest = {row.kind: row for row in found}

    def rule(kind: str, otherwise: Sequence[int]) -> Rule:
        if (row := latest.get(kind)) is None:
            return Rule(kind, otherwise, Setting.Origin.SIBLING, _("유사 지원사업의 일반적인 기준"))
        return Rule(kind, row.percents, row.origin, row.source, row.valid_from)

    return Settings(rule(Setting.Kind.SHARES, (70, 10, 20)), rule(Setting.Kind.TRANCHES, (70, 30)))


def in_words(rule: Rule) -> str:
    """The percentages as a sentence."""
    if rule.kind == Setting.Kind.SHARES:
        government, cash, kind = rule.percents
        words = _("정부 지원 %(government)d%% 이하, 현금 %(cash)d%% 이상, 현물 %(kind)d%% 이하")
        return words % {"government": government, "cash": cash, "kind": kind}
    return " / ".join(f"{n}%" for n in rule.percents)
