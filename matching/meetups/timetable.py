"""A day's plan as a table: rows are times, columns are tables. Plain functions, no database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from matching.meetups.models import Meeting


@dataclass(frozen=True, slots=True)
class Cell:
    """One meeting in the plan; `own` tells whether the viewer may open it and see how it stands."""

    table: int
    meeting: Meeting | None = None
    own: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    starts_at: datetime
    ends_at: datetime
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Timetable:
    tables: Sequence[int]
    rows: Sequence[Row]


def timetable(meetings: Iterable[tuple[Meeting, bool]]) -> Timetable:
    """The plan of (meeting, own) pairs. A table has at most one meeting at a time, so a cell holds one."""
    slots: dict[tuple[datetime, datetime], dict[int, Cell]] = {}
    for meeting, own in meetings:
        slots.setdefault((meeting.starts_at, meeting.ends_at), {})[meeting.table] = Cell(meeting.table, meeting, own)
    tables = sorted({table for cells in slots.values() for table in cells})
    rows = [
        Row(start, end, [cells.get(table, Cell(table)) for table in tables])
        for (start, end), cells in sorted(slots.items(), key=lambda slot: slot[0])
    ]
    return Timetable(tables, rows)
