"""Chosen meetings into slots, one slot after the other, each filled by one flow.

Where all slots are alike (nobody absent, nothing locked) this places everything that was chosen: what a side must have
now, because the rest of the day has no room for it, is at most an equal share of what it has left, and an equal share
of everything is a flow; so there is an integral one (the argument of König's edge colouring). Elsewhere it is a start.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from matching.meetups.timetabling.day import NOWHERE, Day
from matching.meetups.timetabling.flows import day_limits, fill_slot
from matching.meetups.timetabling.places import Places, Whole

# Gains of placing a request now: the fewer slots it has left, the fuller its sides' rest of the day, and where its
# startup has begun already, so that startups wait little between meetings. Found by trial; any values are correct.
LEAST, SCARCE, TIGHT, BEGUN = 10, 400, 200, 60


def peel(places: Places, day: Day, chosen: Whole, stopped: Callable[[], bool]) -> None:
    """Put the `chosen` open requests (numbers) into the day's slots as far as they find place."""
    places = rest(places, day)
    together = places.together()
    for slot in range(places.slots):
        waiting = chosen[[day.slot[e] == NOWHERE for e in chosen.tolist()]]
        here = waiting[together[waiting, slot]]
        if stopped() or not len(here):
            continue
        later = tuple(part[:, slot + 1 :] for part in (places.seats, places.tables, places.rooms))
        after = replace(places, seats=later[0], tables=later[1], rooms=later[2])
        gains, must = _pressure(places, after, waiting, here, together[here, slot + 1 :].sum(axis=1), day)
        for e in fill_slot(places, slot, here, gains, must).tolist():
            day.put(e, slot)


def rest(places: Places, day: Day) -> Places:
    """The places that the day's meetings leave."""
    seats, tables, rooms = places.seats.copy(), places.tables.copy(), places.rooms.copy()
    placed = np.array(day.placed(), np.int64)
    slots = np.array(day.slot, np.int64)[placed]
    for less, side in ((seats, places.startup), (tables, places.corporation), (rooms, places.room)):
        np.subtract.at(less, (side[placed], slots), 1)
    most = places.most - np.bincount(places.startup[placed], minlength=len(places.most))
    return replace(places, seats=seats, tables=tables, rooms=rooms, most=most)


def _pressure(
    places: Places, after: Places, waiting: Whole, here: Whole, alone: Whole, day: Day
) -> tuple[Whole, tuple[Whole, Whole, Whole]]:
    """Gains of placing each of `here` now, and what each side must have now. `after` has the later slots only."""
    limits = (after.seats.sum(axis=1), *day_limits(after)[1:])
    sides = (places.startup, places.corporation, places.room)
    wanted = [np.bincount(side[waiting], minlength=len(most)) for side, most in zip(sides, limits, strict=True)]
    must = [np.maximum(0, want - most) for want, most in zip(wanted, limits, strict=True)]
    tight = [np.minimum(want / (most + 1.0), 1) ** 2 for want, most in zip(wanted, limits, strict=True)]
    begun = np.array([bool(meetings) for meetings in day.of_startup], np.int64)
    startup, corporation = places.startup[here], places.corporation[here]
    gains = LEAST + SCARCE / (1 + alone) + TIGHT * (tight[0][startup] + tight[1][corporation]) + BEGUN * begun[startup]
    return gains.astype(np.int64), (must[0], must[1], must[2])
