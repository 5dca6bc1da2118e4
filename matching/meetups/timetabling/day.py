"""A timetable while it is worked on. Sets of slots are bits of whole numbers: bit t is slot t."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from matching.meetups.timetabling.places import Places

NOWHERE = -1


def as_bits(rows: npt.NDArray[np.bool_]) -> list[int]:
    """(n × slots) → n whole numbers."""
    return [sum(1 << int(t) for t in np.flatnonzero(row)) for row in rows]


def bits(mask: int) -> Iterable[int]:
    """The slots in a set, earliest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


class Day:
    """Who meets when. Requests are numbered as in Places; `slot[e]` is where request e stands, or NOWHERE.

    startup_free, corporation_free, room_free: the slots in which there is place for one more.
    """

    def __init__(self, places: Places) -> None:
        self.slots = places.slots
        self.startup: list[int] = places.startup.tolist()
        self.corporation: list[int] = places.corporation.tolist()
        self.room: list[int] = places.room.tolist()
        self.slot = [NOWHERE] * len(self.startup)
        self.left: list[int] = places.most.tolist()
        self.met: list[int] = places.met_already.astype(int).tolist()
        self.startup_here = as_bits(places.seats > 0)
        self.startup_free = list(self.startup_here)
        self.tables: list[list[int]] = places.tables.tolist()
        self.rooms: list[list[int]] = places.rooms.tolist()
        self.corporation_free = as_bits(places.tables > 0)
        self.room_free = as_bits(places.rooms > 0)
        self.corporation_here = list(self.corporation_free)
        self.room_here = list(self.room_free)
        self.of_startup: list[dict[int, int]] = [{} for _ in range(len(places.seats))]
        self.of_corporation: list[list[dict[int, None]]] = [
            [{} for _ in range(self.slots)] for _ in range(len(places.tables))
        ]
        self.corporations_in: list[list[int]] = [[] for _ in range(len(places.rooms))]
        for c, r in enumerate(places.room_of.tolist()):
            self.corporations_in[r].append(c)

    def free(self, e: int) -> int:
        """Slots in which request e could be put without moving anything; its startup's maximum aside."""
        s, c, r = self.startup[e], self.corporation[e], self.room[e]
        return self.startup_free[s] & self.corporation_free[c] & self.room_free[r]

    def possible(self, e: int) -> int:
        """Slots in which request e could stand if all others gave way."""
        s, c, r = self.startup[e], self.corporation[e], self.room[e]
        return self.startup_here[s] & self.corporation_here[c] & self.room_here[r]

    def put(self, e: int, t: int) -> None:
        """Put request e into slot t, where `free` has it."""
        s, c, r, bit = self.startup[e], self.corporation[e], self.room[e], 1 << t
        self.slot[e] = t
        self.left[s] -= 1
        self.met[s] += 1
        self.startup_free[s] ^= bit
        self.of_startup[s][t] = e
        self.of_corporation[c][t][e] = None
        self.tables[c][t] -= 1
        if not self.tables[c][t]:
            self.corporation_free[c] ^= bit
        self.rooms[r][t] -= 1
        if not self.rooms[r][t]:
            self.room_free[r] ^= bit

    def take(self, e: int) -> int:
        """Take request e out of its slot, which is returned."""
        t = self.slot[e]
        s, c, r, bit = self.startup[e], self.corporation[e], self.room[e], 1 << t
        self.slot[e] = NOWHERE
        self.left[s] += 1
        self.met[s] -= 1
        self.startup_free[s] |= bit
        del self.of_startup[s][t]
        del self.of_corporation[c][t][e]
        self.tables[c][t] += 1
        self.corporation_free[c] |= bit
        self.rooms[r][t] += 1
        self.room_free[r] |= bit
        return t

    def restore(self, slots: list[int]) -> None:
        """Put every request back to where `slots`, a copy of `slot` of this day, has it."""
        for e, t in enumerate(self.slot):
            if t not in (NOWHERE, slots[e]):
                self.take(e)
        for e, t in enumerate(slots):
            if t not in (NOWHERE, self.slot[e]):
                self.put(e, t)

    def placed(self) -> list[int]:
        """Requests that stand somewhere."""
        return [e for e, t in enumerate(self.slot) if t != NOWHERE]
