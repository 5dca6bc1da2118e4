"""A day's plan as a table: rows are times, columns are tables. Plain functions, no database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from matching.meetups.models import PlanEntry
from portal.web.page import Status


@dataclass(frozen=True, slots=True)
class Cell:
    """One meeting in the plan; `status` says how it stands, for those who may open it."""

    table: int
    entry: PlanEntry | None = None
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class Row:
    starts_at: datetime
    ends_at: datetime
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Timetable:
    tables: Sequence[int]
    rows: Sequence[Row]


def timetable(entries: Iterable[tuple[PlanEntry, Status | None]]) -> Timetable:
    """The plan of (entry, status) pairs. A table has at most one meeting at a time, so a cell holds one."""
    slots: dict[tuple[datetime, datetime], dict[int, Cell]] = {}
    for entry, status in entries:
        slots.setdefault((entry.starts_at, entry.ends_at), {})[entry.table] = Cell(entry.table, entry, status)
    tables = sorted({table for cells in slots.values() for table in cells})
    rows = [
        Row(start, end, [cells.get(table, Cell(table)) for table in tables])
        for (start, end), cells in sorted(slots.items(), key=lambda slot: slot[0])
    ]
    return Timetable(tables, rows)
