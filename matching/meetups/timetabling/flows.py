"""Meetings chosen with the slots forgotten, and one slot filled: both are min-cost flows, so both come exactly.

Source → startup → corporation → room → sink. Every limit lies on an arc, so the flow's linear program is integral;
OR-Tools' cost scaling works on whole numbers and ends with an optimum, not near one.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from matching.meetups.timetabling.places import Places, Whole


@dataclass(frozen=True, slots=True)
class Worth:
    """What a timetable is worth, in one whole number: `grade` per grade, `first` per startup met, `kept` per
    published request held again. The factors differ so much that the order of the aims is lexicographic."""

    grade: int
    first: int
    kept: Whole  # (open requests) 1 where published

    def of(self, places: Places) -> Whole:
        """(open requests) the worth of each, its startup's first meeting aside."""
        return places.grade * self.grade + self.kept


def worth(places: Places, kept: Whole, *, coverage_first: bool) -> Worth:
    """Factors so large that no sum of lesser aims outweighs one unit of the aim before."""
    finest = int(kept.sum()) + 1
    if coverage_first:
        return Worth(finest, finest * (int(places.grade.sum()) + 1), kept)
    return Worth(finest * (len(places.most) + 1), finest, kept)


class Network:
    """Arcs gathered as arrays; the gain of a flow is maximised."""

    def __init__(self) -> None:
        self._arcs: list[tuple[Whole, Whole, Whole, Whole]] = []

    def add(self, tails: Whole, heads: Whole, most: Whole | int, gains: Whole | int) -> None:
        size = len(tails)
        self._arcs.append((tails, heads, np.broadcast_to(np.int64(most), size), np.broadcast_to(np.int64(gains), size)))

    def solve(self, source: int, sink: int, units: int) -> Whole:
        """(arcs) the flow of at most `units` with the greatest gain, in the order in which arcs were added."""
        self.add(np.array([source]), np.array([sink]), units, 0)
        tails, heads, most, gains = (np.concatenate(part) for part in zip(*self._arcs, strict=True))
        solver = SimpleMinCostFlow()
        arcs = solver.add_arcs_with_capacity_and_unit_cost(tails, heads, most, -gains)
        solver.set_node_supply(source, units)
        solver.set_node_supply(sink, -units)
        if (status := solver.solve()) != solver.OPTIMAL:
            raise RuntimeError(f"a flow that always exists was not found: {status}")
        return np.asarray(solver.flows(arcs), np.int64)


def day_limits(places: Places) -> tuple[Whole, Whole, Whole]:
    """(startups), (corporations), (rooms): how many meetings each can have in the whole day."""
    startups = np.minimum(places.most, places.seats.sum(axis=1))
    at_once = np.minimum(places.tables, places.rooms[places.room_of])
    in_room = np.zeros_like(places.rooms)
    np.add.at(in_room, places.room_of, at_once)
    return startups, at_once.sum(axis=1), np.minimum(places.rooms, in_room).sum(axis=1)


def best_choice(places: Places, gains: Whole, first: int) -> npt.NDArray[np.bool_]:
    """(open requests) the b-matching with the greatest sum of `gains`, and `first` for each startup newly met."""
    startups, corporations, rooms = day_limits(places)
    s, c, r = len(startups), len(corporations), len(rooms)
    source, sink = s + c + r, s + c + r + 1
    net = Network()
    net.add(places.startup, s + places.corporation, 1, gains)
    every = np.arange(s)
    once = np.minimum(startups, np.where(places.met_already, 0, 1))
    net.add(np.full(s, source), every, once, first)
    net.add(np.full(s, source), every, startups - once, 0)
    net.add(s + np.arange(c), s + c + places.room_of, corporations, 0)
    net.add(s + c + np.arange(r), np.full(r, sink), rooms, 0)
    flow = net.solve(source, sink, int(min(startups.sum(), len(gains))))
    return flow[: len(gains)] > 0


def fill_slot(places: Places, slot: int, chosen: Whole, gains: Whole, must: tuple[Whole, Whole, Whole]) -> Whole:
    """The best set of `chosen` (numbers of open requests) that stands together in `slot`.

    gains (chosen) counts each; must (startups), (corporations), (rooms) is how many each ought to have now, because
    what is left of the day has no place for them; it goes before everything else as far as it can.
    """
    s, c, r = len(places.seats), len(places.tables), len(places.rooms)
    source, sink = s + c + r, s + c + r + 1
    units = min(len(chosen), int(places.seats[:, slot].sum()))
    urgent = units * int(gains.max(initial=0)) + 1
    net = Network()
    net.add(places.startup[chosen], s + places.corporation[chosen], 1, gains)
    sides = (
        (np.full(s, source), np.arange(s), places.seats[:, slot], must[0]),
        (s + np.arange(c), s + c + places.room_of, places.tables[:, slot], must[1]),
        (s + c + np.arange(r), np.full(r, sink), places.rooms[:, slot], must[2]),
    )
    for tails, heads, most, needed in sides:
        now = np.minimum(needed, most)
        net.add(tails, heads, now, urgent)
        net.add(tails, heads, most - now, 0)
    flow = net.solve(source, sink, units)
    return chosen[flow[: len(chosen)] > 0]
