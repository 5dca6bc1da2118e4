"""Improving a day by chains until nothing more is gained or the ceiling is reached."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from matching.meetups.timetabling.chains import Search
from matching.meetups.timetabling.day import NOWHERE, Day
from matching.meetups.timetabling.flows import Worth
from matching.meetups.timetabling.places import Places

# Work is counted in requests looked at, about 200,000 a second: the result does not depend on the machine's speed.
MOST_STEPS, SHAKE_STEPS, SHAKES, SHAKEN = 4_000_000, 400_000, 30, 40


@dataclass(frozen=True, slots=True)
class Aim:
    """What a day is worth, and `ceiling`, which no day exceeds."""

    worth: list[int]
    first: int
    per_grade: int
    ceiling: int
    met_already: list[bool]

    def value(self, day: Day) -> int:
        newly = sum(n > 0 and not before for n, before in zip(day.met, self.met_already, strict=True))
        return sum(self.worth[e] for e in day.placed()) + self.first * newly


def aim(places: Places, worth: Worth, ceiling: int) -> Aim:
    return Aim(worth.of(places).tolist(), worth.first, worth.grade, ceiling, places.met_already.tolist())


def improve(
    day: Day, aim: Aim, seed: int, stopped: Callable[[], bool], tell: Callable[[], None], shakes: int = SHAKES
) -> None:
    """Insert what can be inserted; then shake: exchange equals at random, insert again, keep the best."""
    dice = random.Random(f"timetable/{seed}")  # noqa: S311 - chance, not secrecy
    search = Search(day, aim.worth, aim.first, dice)
    _insert_all(search, stopped, MOST_STEPS)
    best, kept = aim.value(day), list(day.slot)
    limit = search.steps + SHAKE_STEPS
    for _ in range(shakes):
        if best >= aim.ceiling or stopped() or search.steps > limit:
            break
        tell()
        out = _outside(day)
        for e in dice.sample(out, min(len(out), SHAKEN)):
            search.forget()
            if day.slot[e] == NOWHERE:
                search.insert(e, 1 - aim.per_grade)
        _insert_all(search, stopped, limit)
        if (value := aim.value(day)) >= best:
            best, kept = value, list(day.slot)
    day.restore(kept)
    _fill(day)


def _outside(day: Day) -> list[int]:
    return [e for e, t in enumerate(day.slot) if t == NOWHERE]


def _insert_all(search: Search, stopped: Callable[[], bool], limit: int) -> None:
    """Pass after pass over what stays out, the most valuable first, until a pass gains nothing."""
    day, gained = search.day, True
    while gained and not stopped() and search.steps < limit:
        gained = False
        out = _outside(day)
        search.dice.shuffle(out)
        out.sort(key=search.gain, reverse=True)
        search.forget()
        for e in out:
            if search.steps > limit or stopped():
                return
            if day.slot[e] == NOWHERE and search.insert(e):
                gained = True


def _fill(day: Day) -> None:
    """Whatever finds a free place is held; only a search that was stopped leaves such."""
    for e in _outside(day):
        if day.left[day.startup[e]] > 0 and (free := day.free(e)):
            day.put(e, (free & -free).bit_length() - 1)
