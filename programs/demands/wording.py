"""How a demand's answers read: on its page, in the differences of two submissions, and on paper."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from django.utils.translation import gettext as _

from portal.web.forms import code_names
from programs.demands.models import Demand, Investment, Level, Offer

FIELDS = (
    "title", "problem", "scope", "tech_fields", "required_spec", "min_trl", "collaboration_types", "wanted_startups",
    "offers", "offer_text", "sponsor", "timetable", "follow_up", "max_age_years", "regions", "excluded_regions",
    "stages", "certificates", "excluded_ties", "nda_required", "level",
)  # fmt: skip
"""The survey's questions in their order; the detail under NDA aside."""

TOKENS = re.compile(r"\s+|\S+")


def _labels(choices: Any) -> Callable[[Sequence[str]], str]:
    return lambda values: ", ".join(str(choices(v).label) for v in values)


_SAID: Mapping[str, Callable[[Any], str]] = {
    "tech_fields": lambda v: code_names("tech_field", v),
    "collaboration_types": lambda v: code_names("collaboration_type", v),
    "regions": lambda v: code_names("region", v),
    "excluded_regions": lambda v: code_names("region", v),
    "offers": _labels(Offer),
    "stages": _labels(Investment),
    "level": lambda v: str(Level(v).label),
    "nda_required": lambda v: _("예") if v else _("아니요"),
    "wanted_startups": lambda v: _("%(count)d개사") % {"count": v},
    "max_age_years": lambda v: _("%(years)d년 이하") % {"years": v},
}


def label(name: str) -> str:
    """The question's name."""
    return str(Demand._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def said(name: str, value: Any) -> str:
    """An answer in words; "" where there is none."""
    if value in (None, "", []):
        return ""
    return _SAID[name](value) if name in _SAID else str(value)


def answers(demand: Demand) -> dict[str, Any]:
    """The demand's answers as plain data, for freezing."""
    return {name: getattr(demand, name) for name in FIELDS}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that stayed, was added or was removed."""

    kind: Literal["same", "added", "removed"]
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    pieces: Sequence[Piece]


DETAIL = "detail"


def detail_label() -> str:
    """What the part under NDA is called."""
    return _("세부 내용(비밀유지계약)")


def content(answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """All of a submission in words; what stands under NDA (`DETAIL`) where it is among the answers."""
    told = [(label(name), said(name, answers.get(name))) for name in FIELDS]
    return [*told, (detail_label(), answers[DETAIL])] if DETAIL in answers else told


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What has changed between two submissions, question by question."""
    empty = {DETAIL: ""} if DETAIL in before or DETAIL in after else {}
    pairs = zip(content({**empty, **before}), content({**empty, **after}), strict=True)
    return [Difference(name, list(_pieces(old, new))) for (name, old), (_name, new) in pairs if old != new]


def _pieces(before: str, after: str) -> Iterator[Piece]:
    old, new = TOKENS.findall(before), TOKENS.findall(after)
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(old[a:b]))
            continue
        if a < b:
            yield Piece("removed", "".join(old[a:b]))
        if c < d:
            yield Piece("added", "".join(new[c:d]))
