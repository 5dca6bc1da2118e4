"""The figures of an evaluation: totals, means, spreads, ranks, and the hash that freezes them.

Pure functions over dataclasses; exact fractions inside, two decimals half up outside. Nothing here reads a database,
so the same sheets always give the same figures.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import floor, isqrt
from typing import Any

METHOD = {
    "version": 1,
    "sheet_total": "weighted mean of the scored criteria, weights renormalised, 2 decimals half up",
    "mean": "plain mean of the sheets' totals, 2 decimals half up",
    "spread": "sample standard deviation of the sheets' totals, 2 decimals half up, none below 2 sheets",
    "rank": "by mean; ties by the mean of fit, then of technology; the same rank where all three are equal",
}
TIE_BREAKERS = ("fit", "technology")


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is scored from 0 to 100, and what it weighs."""

    code: str
    label: str
    weight: int


@dataclass(frozen=True, slots=True)
class SheetScores:
    """One submitted sheet: a score per criterion; None where it does not apply."""

    sheet: str
    scores: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Entry:
    """One application with its submitted sheets."""

    application: str
    sheets: Sequence[SheetScores] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Figures:
    """What the sheets of one application come to."""

    application: str
    sheets: int
    mean: Decimal | None
    spread: Decimal | None
    rank: int | None
    passed: bool


def two_decimals(value: Fraction) -> Decimal:
    """Half up, exactly. Raises ValueError below zero, where half up would be ambiguous."""
    if value < 0:
        raise ValueError(f"scores are never negative: {value}")
    return _hundredths(floor(value * 100 + Fraction(1, 2)))


def _hundredths(count: int) -> Decimal:
    return Decimal(count).scaleb(-2)


def total(criteria: Sequence[Criterion], scores: Mapping[str, int | None]) -> Decimal | None:
    """The weighted mean of what was scored, None where nothing was. What does not apply is left out, never 0."""
    scored = [(c.weight, value) for c in criteria if (value := scores.get(c.code)) is not None]
    weights = sum(weight for weight, _ in scored)
    if not weights:
        return None
    return two_decimals(Fraction(sum(weight * value for weight, value in scored), weights))


def mean(values: Sequence[Decimal | int]) -> Decimal | None:
    """The plain mean, None of nothing."""
    return two_decimals(sum(map(Fraction, values), Fraction(0)) / len(values)) if values else None


def spread(values: Sequence[Decimal | int]) -> Decimal | None:
    """The sample standard deviation, None below two values. The root is taken in whole numbers: no rounding before."""
    if len(values) < 2:
        return None
    exact = [Fraction(v) for v in values]
    middle = sum(exact) / len(exact)
    variance = sum((v - middle) ** 2 for v in exact) / (len(exact) - 1)
    return _hundredths((isqrt(floor(variance * 40_000)) + 1) // 2)


def figures(criteria: Sequence[Criterion], pass_mark: int, entries: Sequence[Entry]) -> list[Figures]:
    """The figures of every application, in the order of the entries."""
    means = {e.application: mean(_totals(criteria, e)) for e in entries}
    ranks = _ranks(entries, means)
    return [
        Figures(
            application=e.application,
            sheets=len(_totals(criteria, e)),
            mean=(found := means[e.application]),
            spread=spread(_totals(criteria, e)),
            rank=ranks.get(e.application),
            passed=found is not None and found >= pass_mark,
        )
        for e in entries
    ]


def _totals(criteria: Sequence[Criterion], entry: Entry) -> list[Decimal]:
    return [t for s in entry.sheets if (t := total(criteria, s.scores)) is not None]


def _ranks(entries: Sequence[Entry], means: Mapping[str, Decimal | None]) -> dict[str, int]:
    """1 for the best; equal keys share a rank and the next one is left out (1, 2, 2, 4)."""
    keys: dict[str, tuple[Decimal, ...]] = {}
    for entry in entries:
        middle = means[entry.application]
        if middle is not None:
            keys[entry.application] = (middle, *(_criterion_mean(entry, code) for code in TIE_BREAKERS))
    return {name: 1 + sum(other > key for other in keys.values()) for name, key in keys.items()}


def _criterion_mean(entry: Entry, code: str) -> Decimal:
    found = mean([v for s in entry.sheets if (v := s.scores.get(code)) is not None])
    return Decimal(-1) if found is None else found


def frozen(
    criteria: Sequence[Criterion], pass_mark: int, entries: Sequence[Entry], found: Sequence[Figures]
) -> dict[str, Any]:
    """Everything that the figures rest on and the figures, in an order that does not depend on how they were read."""
    return {
        "method": METHOD,
        "criteria": [asdict(c) for c in criteria],
        "pass_mark": pass_mark,
        "entries": [
            {"application": e.application, "sheets": [asdict(s) for s in sorted(e.sheets, key=lambda s: s.sheet)]}
            for e in sorted(entries, key=lambda e: e.application)
        ],
        "figures": [asdict(f) for f in sorted(found, key=lambda f: f.application)],
    }


def canonical(content: Mapping[str, Any]) -> str:
    """The content's one spelling as JSON: sorted keys, no blanks, decimals as texts."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"not part of the figures: {type(value).__name__}")


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()
