"""What place is left once the fixed meetings stand: absences, locks and the past all are just less place."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from matching.meetups.timetabling.instance import Instance

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Places:
    """Place and wishes of what is still open.

    seats (startups × slots) and tables (corporations × slots) and rooms (rooms × slots) count free places;
    most (startups) how many meetings each may still have; room_of (corporations).
    Of each open request: number (in the instance), startup, corporation, grade; met_already (startups) is true where
    a fixed meeting covers the startup.
    """

    seats: Whole
    tables: Whole
    rooms: Whole
    most: Whole
    room_of: Whole
    number: Whole
    startup: Whole
    corporation: Whole
    grade: Whole
    met_already: npt.NDArray[np.bool_]
    fixed_total: int

    @property
    def slots(self) -> int:
        return int(self.seats.shape[1])

    @property
    def room(self) -> Whole:
        """Room of each open request."""
        return self.room_of[self.corporation]

    def together(self) -> npt.NDArray[np.bool_]:
        """(open requests × slots) whether both sides and the room have a place at all."""
        open_here = np.minimum(self.tables, self.rooms[self.room_of]) > 0
        return (self.seats[self.startup] > 0) & open_here[self.corporation]


def places(instance: Instance) -> Places:
    """The instance less its fixed meetings. Requests that could not be held even on an empty day are left out."""
    slots, fixed = instance.slots, instance.fixed
    shape = (len(instance.startups), slots)
    seats = np.ones(shape, np.int64)
    for s, firm in enumerate(instance.startups):
        seats[s, list(firm.absent)] = 0
    tables = np.zeros((len(instance.corporations), slots), np.int64)
    for c, host in enumerate(instance.corporations):
        tables[c] = host.tables
        tables[c, list(host.absent)] = 0
    rooms = np.repeat(np.array(instance.rooms, np.int64)[:, None], slots, axis=1).reshape(len(instance.rooms), slots)
    most = np.array([s.max_meetings for s in instance.startups], np.int64)
    met_already = np.zeros(len(instance.startups), np.bool_)
    for held in fixed.values():
        request = instance.requests[held.request]
        seats[request.startup, held.slot] = 0
        tables[request.corporation, held.slot] -= 1
        rooms[instance.corporations[request.corporation].room, held.slot] -= 1
        most[request.startup] -= 1
        met_already[request.startup] = True
    for less in (seats, tables, rooms):
        less[:, : instance.from_slot] = 0
    rows = [(n, r.startup, r.corporation, r.grade) for n, r in enumerate(instance.requests) if n not in fixed]
    number, startup, corporation, grade = np.array(rows, np.int64).reshape(len(rows), 4).T
    found = Places(
        seats, tables, rooms, most,
        np.array([c.room for c in instance.corporations], np.int64),
        number, startup, corporation, grade, met_already,
        sum(instance.requests[n].grade for n in fixed),
    )  # fmt: skip
    able = found.together().any(axis=1) & (most[found.startup] > 0)
    return replace(found, number=number[able], startup=startup[able], corporation=corporation[able], grade=grade[able])
