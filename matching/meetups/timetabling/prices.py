"""A tighter bound for large days: prices of places, found by descent, proven in whole numbers.

Give every place a price: u of a startup's meetings, y of a startup's slot, p of a corporation's tables in a slot, q of
a room's. Then no timetable is worth more than all places at their prices, and for each request what its best slot is
worth beyond the prices it uses, at least 0: weak duality, for any prices. The descent (Adam on the smoothed dual, the
smoothing shrinking) only looks for good ones; how well it does changes the bound, never its truth.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from matching.meetups.timetabling.places import Places

Real = npt.NDArray[np.float32]
ROUNDS = 500
SMOOTH, STEP = (0.3, 0.008), (0.08, 0.0015)  # at the beginning and at the end
SCALE = 1 << 16
NEVER = -1e6  # what a slot is worth in which a request cannot stand


def priced_bound(places: Places, stopped: Callable[[], bool]) -> int:
    """An upper limit of the open requests' total, tighter than the flow's on days with many absences."""
    descent = Descent(places)
    for done in range(ROUNDS):
        if stopped():
            break
        descent.step(done)
    return descent.proven()


class Descent:
    """prices: u (startups), y (startups × slots), p (corporations × slots), q (rooms × slots), not below 0."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.limits = [part.astype(np.float32) for part in (places.most, places.seats, places.tables, places.rooms)]
        self.prices: list[Real] = [np.zeros_like(limit) for limit in self.limits]
        self.mean: list[Real] = [np.zeros_like(limit) for limit in self.limits]
        self.square: list[Real] = [np.zeros_like(limit) for limit in self.limits]
        impossible = np.where(places.together(), 0, NEVER).astype(np.float32)
        self.worth: Real = places.grade.astype(np.float32)[:, None] + impossible
        self.of_startup = _groups(places.startup, len(places.seats))
        self.of_corporation = _groups(places.corporation, len(places.tables))
        self.of_room = _groups(places.room_of, len(places.rooms))

    def step(self, done: int) -> None:
        """One step against the gradient: free places less the smoothed use of them."""
        part = (done + 1) / ROUNDS
        smooth, step = (first * (last / first) ** part for first, last in (SMOOTH, STEP))
        u, y, p, q = self.prices
        places = self.places
        value = self.worth - (u[:, None] + y)[places.startup] - (p + q[places.room_of])[places.corporation]
        best = np.maximum(value.max(axis=1, initial=0), 0)
        use = np.exp((value - best[:, None]) / smooth)
        use /= (use.sum(axis=1) + np.exp(-best / smooth))[:, None]
        startups, corporations = self.of_startup @ use, self.of_corporation @ use
        used = (startups.sum(axis=1), startups, corporations, self.of_room @ corporations)
        for i, (limit, taken) in enumerate(zip(self.limits, used, strict=True)):
            slope = limit - taken
            self.mean[i] = 0.9 * self.mean[i] + 0.1 * slope
            self.square[i] = 0.99 * self.square[i] + 0.01 * slope * slope
            scaled = np.sqrt(self.square[i] / (1 - 0.99 ** (done + 1))) + 1e-3
            self.prices[i] = np.maximum(0, self.prices[i] - step * self.mean[i] / (1 - 0.9 ** (done + 1)) / scaled)

    def proven(self) -> int:
        """The dual's value at the prices rounded to multiples of 1/SCALE, summed up in whole numbers."""
        places = self.places
        u, y, p, q = (np.rint(price.astype(float) * SCALE).astype(np.int64) for price in self.prices)
        value = places.grade[:, None] * SCALE - (u[:, None] + y)[places.startup]
        value -= (p + q[places.room_of])[places.corporation]
        beyond = np.where(places.together(), value, 0).max(axis=1, initial=0)
        limits = (places.most, places.seats, places.tables, places.rooms)
        all_places = sum(int((limit * price).sum()) for limit, price in zip(limits, (u, y, p, q), strict=True))
        return (all_places + int(beyond.sum())) // SCALE


def _groups(group: npt.NDArray[np.int64], groups: int) -> csr_matrix:
    """(groups × members) matrix that sums members up."""
    members = len(group)
    return csr_matrix((np.ones(members, np.float32), (group, np.arange(members))), shape=(groups, members))
