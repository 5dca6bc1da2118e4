"""The meetup day's timetable: who meets whom when, its total, a proven upper bound, and why the others find no place.

Pure: no Django, no database. `python -m matching.meetups.engine < instance.json > timetable.json`; the form is in
bench/meetup/README.md, the method and the proof of the bound in docs/decisions/0006-timetables.md.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from matching.meetups.timetabling import flows
from matching.meetups.timetabling.day import NOWHERE, Day
from matching.meetups.timetabling.improving import SHAKES, Aim, aim, improve
from matching.meetups.timetabling.instance import BadInstanceError, Held, Instance, parse
from matching.meetups.timetabling.peeling import peel
from matching.meetups.timetabling.places import Places, Whole, places
from matching.meetups.timetabling.reasons import Unplaced, unplaced
from matching.meetups.timetabling.seating import seated
from matching.meetups.timetabling.waiting import Tidying, idle

if TYPE_CHECKING:
    from matching.meetups.timetabling.programs import Program

First = Literal["total", "coverage"]
SECONDS = 60.0
WIDE, MOST_PRICED = 0.999, 5_000_000  # below which part of the bound a tighter one is looked for; memory


@dataclass(frozen=True, slots=True)
class Progress:
    """What there is so far; `total` and `bound` are sums of grades, `left_out` counts startups without a meeting."""

    meetings: int
    total: int
    bound: int
    left_out: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Timetable:
    """total ≤ bound, which no timetable of the instance exceeds; left_out_bound ≤ left_out, startups with requests but
    without any meeting, of which no timetable has fewer. moved counts published meetings that stand elsewhere or
    nowhere now, idle the slots that startups wait between meetings. seconds: wall clock without imports."""

    meetings: tuple[Held, ...]
    total: int
    bound: int
    left_out: int
    left_out_bound: int
    moved: int
    idle: int
    unplaced: tuple[Unplaced, ...]
    seconds: float
    method: str
    stopped: bool = False


@dataclass(slots=True)
class Watch:
    """When to stop: the deadline (the only place where the clock decides) or whoever asked for the timetable."""

    seconds: float
    stop: Callable[[], bool]
    begin: float = field(default_factory=time.perf_counter)
    stopped: bool = False

    def passed(self) -> float:
        return time.perf_counter() - self.begin

    def over(self) -> bool:
        self.stopped = self.stopped or self.passed() > self.seconds or self.stop()
        return self.stopped


def never() -> bool:
    return False


def solve(
    instance: Instance,
    *,
    first: First = "total",
    seed: int = 0,
    seconds: float = SECONDS,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] = never,
) -> Timetable:
    """The best timetable found. Same instance, aim and seed give the same one on any machine, unless the `seconds` run
    out or `stop` says so; then it is the best so far, which breaks no rule either."""
    return _Solving(instance, first, seed, Watch(seconds, stop), progress).timetable()


class _Solving:
    def __init__(
        self, instance: Instance, first: First, seed: int, watch: Watch, progress: Callable[[Progress], None] | None
    ) -> None:
        self.instance, self.first, self.seed, self.watch, self.progress = instance, first, seed, watch, progress
        self.places: Places = places(instance)
        self.day = Day(self.places)
        self.asking = {r.startup for r in instance.requests}
        self.method = "min-cost flows"

    def timetable(self) -> Timetable:
        """Choose, place, improve, prove, tidy."""
        open_ones = self.places
        published = {p.request: p.slot for p in self.instance.published}
        kept = np.array([int(n) in published for n in open_ones.number], np.int64)
        worth = flows.worth(open_ones, kept, coverage_first=self.first == "coverage")
        chosen = flows.best_choice(open_ones, worth.of(open_ones), worth.first)
        goal = aim(open_ones, worth, self._relaxed(worth.of(open_ones), worth.first, chosen))
        self.bound = open_ones.fixed_total + self._sum(flows.best_choice(open_ones, open_ones.grade, 0))
        covered = flows.best_choice(open_ones, np.zeros_like(open_ones.grade), 1)
        self.left_out_bound = len(self.asking) - int(open_ones.met_already.sum()) - self._newly(covered)
        self._keep(published, chosen)
        peel(open_ones, self.day, np.flatnonzero(chosen), self.watch.over)
        self._tell()
        if goal.value(self.day) < goal.ceiling:
            self._improve(goal, worth)
        stay = {e for e, n in enumerate(open_ones.number.tolist()) if published.get(n) == self.day.slot[e]}
        tidying = Tidying(self.day, self._fixed_slots(), stay)
        if not self.watch.over():
            tidying.run()
        return self._result(published, sum(map(idle, tidying.busy)))

    def _improve(self, goal: Aim, worth: flows.Worth) -> None:
        """Chains; small days also exactly, with a tighter bound. Re-planning doesn't shake: few are to move."""
        improve(self.day, goal, self.seed, self.watch.over, self._tell, 0 if self.instance.published else SHAKES)
        self.method += ", ejection chains"
        from matching.meetups.timetabling import (
            programs,
        )  # SciPy's solvers take a second to load, and few days need them

        columns = int(self.places.together().sum())
        if columns > programs.MOST_COLUMNS:
            self._price(columns)
        if not 0 < columns <= programs.MOST_COLUMNS or self.watch.over():
            return
        lp = programs.program(self.places)
        if self._total() < self.bound and (bound := programs.proven_bound(self.places, lp)) is not None:
            self.bound = min(self.bound, bound + self.places.fixed_total)
        short = self._left_out() > self.left_out_bound if self.first == "coverage" else self._total() < self.bound
        if goal.value(self.day) < goal.ceiling and (short or columns <= programs.LESSER):
            self._exactly(goal, worth, lp)

    def _price(self, columns: int) -> None:
        """A tighter bound for a large day, where there is something to win and nobody waits for a re-planned day."""
        from matching.meetups.timetabling.prices import priced_bound

        wide = self._total() < WIDE * self.bound and columns <= MOST_PRICED
        if wide and not self.instance.published and not self.watch.over():
            self.bound = min(self.bound, self.places.fixed_total + priced_bound(self.places, self.watch.over))

    def _exactly(self, goal: Aim, worth: flows.Worth, lp: "Program") -> None:
        """The best day by the integer program, where it is better than what there is. Lesser aims make it much harder;
        beyond the smallest days they are left to the chains after it."""
        from matching.meetups.timetabling import programs

        left = self.watch.seconds - self.watch.passed()
        if self.first == "total" and len(lp.request) > programs.LESSER:
            worth = flows.Worth(1, 0, np.zeros_like(worth.kept))
        slots = programs.best_day(self.places, lp, worth, max(left, 0.1))
        self.method += ", integer program"
        if slots is not None:
            value, before = goal.value(self.day), list(self.day.slot)
            self.day.restore(slots.tolist())
            if goal.value(self.day) <= value:
                self.day.restore(before)
            improve(self.day, goal, self.seed, self.watch.over, self._tell, shakes=0)
        self._tell()

    def _keep(self, published: dict[int, int], chosen: np.ndarray) -> None:
        """Chosen requests that are published stay in their slots as far as these are still free."""
        for e, number in enumerate(self.places.number.tolist()):
            slot = published.get(number, NOWHERE)
            if chosen[e] and slot != NOWHERE and self.day.free(e) >> slot & 1:
                self.day.put(e, slot)

    def _relaxed(self, gains: Whole, first: int, chosen: np.ndarray) -> int:
        """What the choice would be worth if all of it found a slot."""
        return int(gains[chosen].sum()) + first * self._newly(chosen)

    def _newly(self, chosen: np.ndarray) -> int:
        met = np.unique(self.places.startup[chosen])
        return int((~self.places.met_already[met]).sum())

    def _sum(self, chosen: np.ndarray) -> int:
        return int(self.places.grade[chosen].sum())

    def _total(self) -> int:
        return self.places.fixed_total + int(self.places.grade[self.day.placed()].sum())

    def _left_out(self) -> int:
        return sum(not self.day.met[s] for s in self.asking)

    def _tell(self) -> None:
        if self.progress is not None:
            count = len(self.day.placed()) + len(self.instance.fixed)
            self.progress(Progress(count, self._total(), self.bound, self._left_out(), self.watch.passed()))

    def _fixed_slots(self) -> list[int]:
        masks = [0] * len(self.instance.startups)
        for held in self.instance.fixed.values():
            masks[self.instance.requests[held.request].startup] |= 1 << held.slot
        return masks

    def _result(self, published: dict[int, int], idle: int) -> Timetable:
        numbers = self.places.number.tolist()
        standing = [(numbers[e], self.day.slot[e]) for e in self.day.placed()]
        standing += [(held.request, held.slot) for held in self.instance.fixed.values()]
        meetings = seated(self.instance, standing)
        moved = len(published.items() - {(h.request, h.slot) for h in meetings})
        return Timetable(
            meetings=tuple(meetings),
            total=self._total(),
            bound=self.bound,
            left_out=self._left_out(),
            left_out_bound=self.left_out_bound,
            moved=moved,
            idle=idle,
            unplaced=tuple(unplaced(self.instance, meetings)),
            seconds=round(self.watch.passed(), 3),
            method=self.method,
            stopped=self.watch.stopped,
        )


def as_json(timetable: Timetable) -> dict[str, Any]:
    """The timetable in the form of bench/meetup/README.md."""
    return {
        "meetings": [{"request": h.request, "slot": h.slot, "table": h.table} for h in timetable.meetings],
        "total": timetable.total,
        "bound": timetable.bound,
        "left_out": timetable.left_out,
        "left_out_bound": timetable.left_out_bound,
        "moved": timetable.moved,
        "idle": timetable.idle,
        "unplaced": [{"request": u.request, "code": u.code, "reason": u.reason} for u in timetable.unplaced],
        "seconds": timetable.seconds,
        "method": timetable.method,
        "stopped": timetable.stopped,
    }


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m matching.meetups.engine", description=__doc__)
    parser.add_argument("--first", choices=["total", "coverage"], default="total")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    try:
        instance = parse(json.load(sys.stdin))
    except (BadInstanceError, json.JSONDecodeError, UnicodeDecodeError, RecursionError) as fault:
        sys.stderr.write(f"bad instance: {fault}\n")
        return 2
    found = solve(instance, first=options.first, seconds=options.seconds, seed=options.seed)
    json.dump(as_json(found), sys.stdout, ensure_ascii=False)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
