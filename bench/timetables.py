"""Meetup timetables: total of their bound, startups left out, CPU seconds, beside a greedy timetable."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from bench.meetup.check import check
from bench.meetup.generate import generate
from matching.meetups.engine import as_json, solve
from matching.meetups.timetabling.day import Day
from matching.meetups.timetabling.instance import Instance, parse
from matching.meetups.timetabling.places import places

DAYS = [
    ("small", "near", "some"),
    ("medium", "over", "some"),
    ("large", "near", "some"),
    ("large", "over", "some"),
    ("large", "dense", "none"),
]


@dataclass(frozen=True)
class Planned:
    """One day with one aim. ratio: total of the proven bound; greedy: the same of the floor's timetable."""

    name: str
    first: str
    ratio: float
    greedy: float
    left_out: int
    least_left_out: int
    seconds: float
    floor: float

    def shown(self) -> list[str]:
        return [
            f"{self.name}, {self.first} first", f"{self.ratio:.5f}", f"{self.greedy:.5f}",
            f"{self.left_out} (≥ {self.least_left_out})", f"{self.seconds:.2f}", f"{self.seconds / self.floor:.1f}",
        ]  # fmt: skip


HEAD = ["timetable, 1 = proven bound", "total", "greedy total", "left out", "CPU s", "× greedy"]


def measure() -> list[Planned]:
    return [_planned(*day, first) for day in DAYS for first in ("total", "coverage")]


def _planned(size: str, load: str, absences: str, first: str) -> Planned:
    raw = generate(size, 1, load, absences)
    instance = parse(raw)
    begin = time.process_time()
    found = solve(instance, first=first)
    middle = time.process_time()
    greedy = _greedy(instance)
    end = time.process_time()
    if check(raw, as_json(found)) != found.total:
        raise AssertionError("the total is not the sum of the grades")
    return Planned(
        raw["name"], first, found.total / found.bound, greedy / found.bound, found.left_out, found.left_out_bound,
        middle - begin, end - middle,
    )  # fmt: skip


def _greedy(instance: Instance) -> int:
    """The floor: the best grade first, each into its first free slot. Its total."""
    open_ones = places(instance)
    day, total = Day(open_ones), 0
    for e in np.argsort(-open_ones.grade, kind="stable").tolist():
        if day.left[day.startup[e]] > 0 and (free := day.free(e)):
            day.put(e, (free & -free).bit_length() - 1)
            total += int(open_ones.grade[e])
    return total
