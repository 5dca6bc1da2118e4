"""Fewer idle slots between meetings: moves and exchanges that leave who meets whom as it is."""

from matching.meetups.timetabling.day import Day, bits

PASSES, MOST_STEPS = 3, 300_000


def idle(mask: int) -> int:
    """Slots without a meeting between the first and the last of a set of slots."""
    return mask.bit_length() - (mask & -mask).bit_length() + 1 - mask.bit_count() if mask else 0


class Tidying:
    """busy[s] are the slots of startup s's meetings, fixed ones included; requests in `stay` don't move."""

    def __init__(self, day: Day, fixed: list[int], stay: set[int]) -> None:
        self.day, self.stay, self.steps = day, stay, 0
        self.busy = list(fixed)
        for e in day.placed():
            self.busy[day.startup[e]] |= 1 << day.slot[e]

    def run(self) -> None:
        """Passes over the startups that wait, the longest first, until nothing gets better."""
        for _ in range(PASSES):
            waiting = [s for s, mask in enumerate(self.busy) if idle(mask)]
            waiting.sort(key=lambda s: -idle(self.busy[s]))
            better = [self._shorten(s) for s in waiting]
            if not any(better) or self.steps > MOST_STEPS:
                return

    def _shorten(self, s: int) -> bool:
        better = False
        for t, e in list(self.day.of_startup[s].items()):
            if e not in self.stay and self.steps <= MOST_STEPS:
                better |= self._move(s, e, t)
        return better

    def _move(self, s: int, e: int, t: int) -> bool:
        day, mask = self.day, self.busy[s]
        now = idle(mask)
        others = mask ^ (1 << t)
        targets = sorted((idle(others | 1 << to), to) for to in bits(day.startup_free[s]))
        free = day.free(e)
        for then, to in targets:
            if then >= now:
                break
            if free >> to & 1 and len(day.of_corporation[day.corporation[e]][t]) > 1:
                day.take(e)
                day.put(e, to)
                self.busy[s] = others | 1 << to
                return True
            for f in day.of_corporation[day.corporation[e]][to]:
                self.steps += 1
                if f not in self.stay and self._exchange(e, t, f, to, now - then):
                    return True
        return False

    def _exchange(self, e: int, t: int, f: int, to: int, won: int) -> bool:
        """Let e and f, of one corporation, change slots where f's startup loses less than `won`."""
        day = self.day
        other = day.startup[f]
        if not day.startup_free[other] >> t & 1:
            return False
        mask = self.busy[other]
        new = mask ^ (1 << to) | 1 << t
        if idle(new) - idle(mask) >= won:
            return False
        day.take(e)
        day.take(f)
        day.put(e, to)
        day.put(f, t)
        self.busy[day.startup[e]] ^= (1 << t) | (1 << to)
        self.busy[other] = new
        return True
