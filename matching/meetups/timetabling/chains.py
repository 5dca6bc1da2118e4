"""Improving a day by ejection chains: a request takes a place, who stood there takes another, and so on.

A chain ends where the last one finds a free place, or is dropped where it was worth less than the first. It is searched
breadth first, so the fewest meetings move; it is applied whole or not at all.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from matching.meetups.timetabling.day import NOWHERE, Day, bits


@dataclass(slots=True)
class Search:
    """Chains over a day. worth[e] counts request e, `first` the first meeting of a startup; `steps` counts the work
    done (requests looked at), which does not depend on the machine; no chain looks at more than `reach` requests."""

    day: Day
    worth: list[int]
    first: int
    dice: random.Random
    reach: int = 3000
    steps: int = 0
    dead: set[int] = field(default_factory=set)
    dead_cells: dict[int, int] = field(default_factory=dict)
    gain_applied: int = 0

    def gain(self, e: int, dropped: int = NOWHERE) -> int:
        """What the day is worth more with request e in it and `dropped` out of it."""
        day = self.day
        s = day.startup[e]
        if dropped == NOWHERE:
            return self.worth[e] + (0 if day.met[s] else self.first)
        gain = self.worth[e] - self.worth[dropped]
        if (other := day.startup[dropped]) != s:
            gain += self.first * ((not day.met[s]) - (day.met[other] == 1))
        return gain

    def insert(self, e: int, least: int = 1) -> int:
        """Bring request e into the day if that gains at least `least`; returns the gain, 0 where it stays out."""
        day = self.day
        if day.left[day.startup[e]] > 0:
            return self._chain(e, least)
        own = sorted(day.of_startup[day.startup[e]].values(), key=lambda f: self.worth[f])
        for f in own:
            gain = self.gain(e, f)
            if gain < least:
                break
            t = day.take(f)
            if self._chain(e, 0, may_drop=False):
                return gain
            day.put(f, t)
        return 0

    def forget(self) -> None:
        """After a change of the day, requests that led nowhere may lead somewhere again."""
        self.dead.clear()
        self.dead_cells.clear()

    def _chain(self, e: int, least: int, *, may_drop: bool = True) -> int:
        day, dice = self.day, self.dice
        nodes, parents, seen = [e], [-1], {e}
        dead, cells = self.dead, dict(self.dead_cells)
        best, best_gain = -1, least - 1
        at = 0
        while at < len(nodes) and at < self.reach:
            f = nodes[at]
            self.steps += 1
            if free := day.free(f):
                slots = list(bits(free))
                if self._apply(nodes, parents, at, dice.choice(slots)):
                    self.forget()
                    return max(1, self.gain_applied)
            elif may_drop and at and (gain := self.gain(e, f)) > best_gain:
                best, best_gain = at, gain
            for g in self._blocking(f, cells):
                if g not in seen and g not in dead:
                    seen.add(g)
                    nodes.append(g)
                    parents.append(at)
            at += 1
        if best > 0 and self._apply(nodes, parents, best, NOWHERE):
            self.forget()
            return best_gain or 1
        dead.update(nodes[:at])
        if at == len(nodes):
            self.dead_cells = cells
        return 0

    def _blocking(self, e: int, cells: dict[int, int]) -> Iterator[int]:
        """Whoever gives way alone leaves a place for request e. What was given already is left out: `cells` has the
        slots done of corporation c under c, and those of room r under -1 - r."""
        day = self.day
        s, c, r = day.startup[e], day.corporation[e], day.room[e]
        mine, theirs, space = day.startup_free[s], day.corporation_free[c], day.room_free[r]
        possible = day.possible(e)
        own = day.of_startup[s]
        for t in bits(possible & ~mine & theirs):
            g = own[t]
            if space >> t & 1 or day.room[g] == r:
                yield g
        done = cells.get(c, 0)
        full = possible & mine & ~theirs & ~done
        cells[c] = done | full
        seats = day.of_corporation[c]
        for t in bits(full):
            yield from seats[t]
        done = cells.get(-1 - r, 0)
        full = possible & mine & theirs & ~space & ~done
        cells[-1 - r] = done | full
        for t in bits(full):
            for other in day.corporations_in[r]:
                yield from day.of_corporation[other][t]

    def _apply(self, nodes: list[int], parents: list[int], end: int, last: int) -> bool:
        """Move along the path to node `end`, which goes to slot `last`. False, and nothing moved, where it crosses
        itself."""
        day = self.day
        path = []
        at = end
        while at >= 0:
            path.append(nodes[at])
            at = parents[at]
        path.reverse()
        gain = self.gain(path[0], path[-1] if last == NOWHERE else NOWHERE)
        before = [day.take(f) for f in path[1:]]
        targets = [*before, last]
        put: list[int] = []
        for f, t in zip(path, targets, strict=True):
            if t == NOWHERE:
                continue
            if not day.free(f) >> t & 1:
                for g in put:
                    day.take(g)
                for g, old in zip(path[1:], before, strict=True):
                    day.put(g, old)
                return False
            day.put(f, t)
            put.append(f)
        self.gain_applied = gain
        return True
