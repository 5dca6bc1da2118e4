"""A day's plan as a table: rows are times, columns are tables. Plain functions, no database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from matching.meetups.models import PlanEntry
from portal.web.page import Status


@dataclass(frozen=True, slots=True)
class Placed:
    """A meeting of the plan. `status` and `locked` for those who may open it, `grade` for who plans."""

    entry: PlanEntry
    status: Status | None = None
    locked: bool = False
    grade: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One place in the plan, and the meeting there."""

    table: int
    placed: Placed | None = None

    @property
    def tone(self) -> str:
        """The colour of the grade; it stands there as text, too."""
        grade = self.placed.grade if self.placed else None
        return f"p-grade p-grade-{grade}" if grade else ""


@dataclass(frozen=True, slots=True)
class Row:
    starts_at: datetime
    ends_at: datetime
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Timetable:
    tables: Sequence[int]
    rows: Sequence[Row]


def timetable(placed: Iterable[Placed]) -> Timetable:
    """The plan of the meetings. A table has at most one meeting at a time, so a cell holds one."""
    slots: dict[tuple[datetime, datetime], dict[int, Cell]] = {}
    for one in placed:
        entry = one.entry
        slots.setdefault((entry.starts_at, entry.ends_at), {})[entry.table] = Cell(entry.table, one)
    tables = sorted({table for cells in slots.values() for table in cells})
    rows = [
        Row(start, end, [cells.get(table, Cell(table)) for table in tables])
        for (start, end), cells in sorted(slots.items(), key=lambda slot: slot[0])
    ]
    return Timetable(tables, rows)


MANY, CROWD = 12, 30


@dataclass(frozen=True, slots=True)
class Sitting:
    """The meetings that go on at a time, by table."""

    entries: Sequence[PlanEntry]

    @property
    def starts_at(self) -> datetime:
        return min(entry.starts_at for entry in self.entries)

    @property
    def ends_at(self) -> datetime:
        return max(entry.ends_at for entry in self.entries)

    @property
    def size(self) -> str:
        """How large the type can be."""
        count = len(self.entries)
        return "" if count <= MANY else "p-hall-many" if count <= CROWD else "p-hall-crowd"


def now_and_next(entries: Iterable[PlanEntry], at: datetime) -> tuple[Sitting, Sitting]:
    """What goes on at the instant, and what begins next; either may be empty."""
    known = sorted(entries, key=lambda e: e.table)
    coming = min((e.starts_at for e in known if e.starts_at > at), default=None)
    now = [e for e in known if e.starts_at <= at < e.ends_at]
    return Sitting(now), Sitting([e for e in known if e.starts_at == coming])
