"""Decisions against the ranking: what it proposes, and where a proposal departs from it. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass

SELECT, WAIT, REJECT = "select", "wait", "reject"
_LEVEL = {SELECT: 2, WAIT: 1, REJECT: 0}


@dataclass(frozen=True, slots=True)
class Choice:
    """One application: its rank (None: not evaluated), whether it passed, and what is proposed for it."""

    key: str
    rank: int | None
    passed: bool
    decision: str = REJECT


def proposed(choices: Sequence[Choice], wanted: int) -> dict[str, str]:
    """What the ranking itself proposes: the best of those that passed are selected, the rest of them wait."""
    found = {c.key: REJECT for c in choices}
    good = sorted((c for c in choices if c.rank is not None and c.passed), key=lambda c: c.rank or 0)
    for place, choice in enumerate(good):
        found[choice.key] = SELECT if place < wanted else WAIT
    return found


def departures(choices: Sequence[Choice]) -> set[str]:
    """The applications whose decision is not the one that their rank gives them, for as many places as are given.

    With two places, rank 1 passed over and ranks 2 and 3 selected, ranks 1 and 3 depart. Equal ranks may stand in any
    order. Selected or waiting without a rank, or below the pass mark, departs as well.
    """
    ranked = [c for c in choices if c.rank is not None]
    ranked.sort(key=lambda c: (c.rank or 0, -_LEVEL[c.decision]))
    decisions = sorted((c.decision for c in ranked), key=_LEVEL.__getitem__, reverse=True)
    found = {c.key for c, due in zip(ranked, decisions, strict=True) if c.decision != due}
    return found | {c.key for c in choices if c.decision != REJECT and (c.rank is None or not c.passed)}
