"""What the match engine reads and gives; and the strict reading of JSON lines."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeVar

T = TypeVar("T", "Demand", "Startup")
ReasonKind = Literal["field", "text", "trl", "region", "stage", "age", "collaboration", "condition"]


@dataclass(frozen=True, slots=True)
class Demand:
    """What a corporation looks for. The first five texts are Korean prose; empty lists of wishes mean "any"."""

    id: str
    title: str
    problem: str
    scope: str
    required_spec: str
    tech_fields: tuple[str, ...]
    min_trl: int
    """1 to 9, hard."""
    collaboration_types: tuple[str, ...] = ()
    max_age_years: int | None = None
    """Hard: founded + this many years must not lie before the reference day."""
    regions: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    """Hard: nobody with an exclusive tie to one of these."""
    closed_regions: tuple[str, ...] = ()
    """Hard: nobody from these provinces."""


@dataclass(frozen=True, slots=True)
class Startup:
    """What a startup says of itself, and the facts the hard conditions look at."""

    id: str
    summary: str
    technology: str
    tech_fields: tuple[str, ...]
    region: str
    founded: date
    trl: int
    stage: str
    certificates: tuple[str, ...] = ()
    collaboration_wanted: tuple[str, ...] = ()
    ties: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    ip: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One Korean sentence that a person can check against the two records."""

    kind: ReasonKind
    met: bool
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A startup in its place. Score from 0 to 1; 0 exactly where a hard condition fails."""

    demand: str
    startup: str
    rank: int
    score: float
    reasons: tuple[Reason, ...]


class BadRecord(ValueError):
    """Input that can't be used: says which file, line and field, and why."""


class _Row:
    """One JSON object whose fields are taken out by name and type."""

    def __init__(self, where: str, values: Mapping[str, Any]) -> None:
        self.where, self.values = where, values

    def take(self, field: str, test: Callable[[Any], bool], wanted: str) -> Any:
        value: Any = self.values
        for part in field.split("."):
            if not isinstance(value, Mapping) or part not in value:
                raise BadRecord(f"{self.where}: {field}: missing")
            value = value[part]
        if not test(value):
            shown = json.dumps(value, ensure_ascii=False)
            raise BadRecord(f"{self.where}: {field}: {wanted} expected, found {shown[:60]}")
        return value

    def text(self, field: str, empty: bool = True) -> str:
        found: str = self.take(field, lambda v: isinstance(v, str) and (empty or bool(v.strip())), "text")
        return found

    def texts(self, field: str) -> tuple[str, ...]:
        return tuple(
            self.take(field, lambda v: isinstance(v, list) and all(isinstance(t, str) for t in v), "a list of texts")
        )

    def whole(self, field: str, low: int, high: int) -> int:
        number: int = self.take(
            field,
            lambda v: isinstance(v, int) and not isinstance(v, bool) and low <= v <= high,
            f"a whole number from {low} to {high}",
        )
        return number

    def day(self, field: str) -> date:
        text = self.text(field)
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise BadRecord(f"{self.where}: {field}: a day as YYYY-MM-DD expected, found {text[:60]!r}") from None


def _demand(row: _Row) -> Demand:
    years = row.take("wanted.max_age_years", lambda v: True, "")
    return Demand(
        id=row.text("id", empty=False),
        title=row.text("title"),
        problem=row.text("problem"),
        scope=row.text("scope"),
        required_spec=row.text("required_spec"),
        tech_fields=row.texts("tech_fields"),
        min_trl=row.whole("min_trl", 1, 9),
        collaboration_types=row.texts("collaboration_types"),
        max_age_years=None if years is None else row.whole("wanted.max_age_years", 0, 200),
        regions=row.texts("wanted.regions"),
        stages=row.texts("wanted.stages"),
        certificates=row.texts("wanted.certificates"),
        rivals=row.texts("excluded.competitor_of"),
        closed_regions=row.texts("excluded.regions"),
    )


def _startup(row: _Row) -> Startup:
    return Startup(
        id=row.text("id", empty=False),
        summary=row.text("summary"),
        technology=row.text("technology"),
        tech_fields=row.texts("tech_fields"),
        region=row.text("region"),
        founded=row.day("founded"),
        trl=row.whole("trl", 1, 9),
        stage=row.text("stage"),
        certificates=row.texts("certificates"),
        collaboration_wanted=row.texts("collaboration_wanted"),
        ties=row.texts("ties"),
        products=row.texts("products"),
        ip=row.texts("ip"),
    )


def _rows(path: Path) -> Iterator[_Row]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise BadRecord(f"{path}: {error.strerror}") from None
    for number, line in enumerate(lines, 1):
        where = f"{path.name}:{number}"
        try:
            text = line.decode("utf-8-sig")
            if not text.strip():
                continue
            values = json.loads(text)
        except UnicodeDecodeError:
            raise BadRecord(f"{where}: not UTF-8") from None
        except (ValueError, RecursionError) as error:
            raise BadRecord(f"{where}: not JSON ({error})") from None
        if not isinstance(values, dict):
            raise BadRecord(f"{where}: an object expected")
        yield _Row(where, values)


def _read(path: Path, make: Callable[[_Row], T]) -> list[T]:
    found: dict[str, T] = {}
    for row in _rows(path):
        one = make(row)
        if one.id in found:
            raise BadRecord(f"{row.where}: id: {one.id!r} stands on an earlier line, too")
        found[one.id] = one
    return list(found.values())


def read_demands(path: Path) -> Sequence[Demand]:
    """The demands of a .jsonl file in its order; BadRecord at the first fault."""
    return _read(path, _demand)


def read_startups(path: Path) -> Sequence[Startup]:
    """The startups of a .jsonl file in its order; BadRecord at the first fault."""
    return _read(path, _startup)
