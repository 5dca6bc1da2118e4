"""The slots of a day: from its first meeting to its last, with the way between two meetings and without the breaks."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from portal.kernel.formats import SEOUL, clock


@dataclass(frozen=True, slots=True)
class Slot:
    number: int
    starts_at: datetime
    ends_at: datetime

    def __str__(self) -> str:
        return f"{clock(self.starts_at)}~{clock(self.ends_at)}"


def slots_of(meetup: Any) -> list[Slot]:
    """The meetup's slots in order. A slot that a break would cut begins after it."""
    length, gap = timedelta(minutes=meetup.slot_minutes), timedelta(minutes=meetup.gap_minutes)

    def at(moment: time) -> datetime:
        return datetime.combine(meetup.day, moment, tzinfo=SEOUL)

    breaks = sorted((at(time.fromisoformat(a)), at(time.fromisoformat(b))) for a, b in meetup.breaks)
    found: list[Slot] = []
    start, end = at(meetup.opens), at(meetup.closes)
    while start + length <= end:
        cut = next((until for since, until in breaks if since < start + length and start < until), None)
        if cut is not None:
            start = cut
            continue
        found.append(Slot(len(found), start, start + length))
        start += length + gap
    return found
