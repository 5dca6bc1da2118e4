"""How both sides' grades become one, and how much each counts from which day on."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Weights:
    """In percent; the two make 100."""

    corporation: int
    startup: int


WEIGHTS: tuple[tuple[date, Weights], ...] = ((date(2024, 1, 1), Weights(50, 50)),)
"""From which day on which weights hold, oldest first. [ours]: no published rule says how the sides count."""
UNGRADED = 3
"""The grade of a request that neither side has graded [ours]: the middle, so that silence neither helps nor harms."""


def weights_on(day: date) -> Weights:
    """The weights of a meetup on that day. Raises LookupError before the first."""
    found = [weights for since, weights in WEIGHTS if since <= day]
    if not found:
        raise LookupError(f"no weights on {day}")
    return found[-1]


def joint(corporation: int | None, startup: int | None, weights: Weights) -> int:
    """The rounded weighted mean, halves up; where one side has not graded, the other's grade alone."""
    if corporation is None or startup is None:
        return corporation or startup or UNGRADED
    return (2 * (weights.corporation * corporation + weights.startup * startup) + 100) // 200
