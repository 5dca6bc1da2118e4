"""What the hard conditions and shared fields look at, as arrays over all startups."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matching.matches.meaning import Floats
from matching.matches.records import Demand, Startup

_NOBODY = np.array([], np.int32)


def _places(names: Iterable[Iterable[str]]) -> dict[str, NDArray[np.int32]]:
    """For each name the places of those that bear it."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, own in enumerate(names):
        for name in own:
            found[name].append(place)
    return {name: np.array(places, np.int32) for name, places in found.items()}


class Facts:
    """Arrays of shape (startups,), and who belongs to a region, a tie, a field."""

    def __init__(self, startups: Sequence[Startup]) -> None:
        self.trl = np.array([s.trl for s in startups], np.int8)
        self.founded = np.array([s.founded.year * 10000 + s.founded.month * 100 + s.founded.day for s in startups])
        self.by_region = _places((startup.region,) for startup in startups)
        self.by_tie = _places(startup.ties for startup in startups)
        self.by_field = _places(startup.tech_fields for startup in startups)

    def passing(self, demand: Demand, day: date) -> NDArray[np.bool_]:
        """Who meets every hard condition."""
        passing = self.trl >= demand.min_trl
        if demand.max_age_years is not None:
            oldest = (day.year - demand.max_age_years) * 10000 + day.month * 100 + day.day
            passing &= self.founded >= oldest
        for rival in demand.rivals:
            passing[self.by_tie.get(rival, _NOBODY)] = False
        for region in demand.closed_regions:
            passing[self.by_region.get(region, _NOBODY)] = False
        return np.asarray(passing, np.bool_)

    def sharing(self, demand: Demand) -> Floats:
        """1 for who shares a field of technology, 0 for who does not."""
        shared = np.zeros(len(self.trl), np.float32)
        for field in demand.tech_fields:
            shared[self.by_field.get(field, _NOBODY)] = 1.0
        return shared
