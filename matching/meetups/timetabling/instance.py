"""What a timetable is made for: who wants to meet whom, and what place there is. The form is bench/meetup/README.md."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_SLOTS, MOST_REQUESTS, MOST_GRADE = 200, 1_000_000, 5


class BadInstanceError(ValueError):
    """The instance contradicts itself or has not its form; the message says where."""


@dataclass(frozen=True, slots=True)
class Corporation:
    """Who receives at `tables` tables in one room; `absent` are slots, counted from 0."""

    tables: int
    room: int
    absent: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Startup:
    max_meetings: int
    absent: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """A wish to meet; `grade` 1 to 5 is the rounded weighted mean of both sides' grades."""

    corporation: int
    startup: int
    grade: int


@dataclass(frozen=True, slots=True)
class Held:
    """A request in a slot; `table` is counted from 0 within its corporation, None where it doesn't matter."""

    request: int
    slot: int
    table: int | None = None


@dataclass(frozen=True, slots=True)
class Instance:
    """One day. `rooms[r]` is how many meetings room r holds at the same time. Slots before `from_slot` are past."""

    slots: int
    rooms: tuple[int, ...]
    corporations: tuple[Corporation, ...]
    startups: tuple[Startup, ...]
    requests: tuple[Request, ...]
    locked: tuple[Held, ...] = ()
    published: tuple[Held, ...] = ()
    from_slot: int = 0
    name: str = ""

    @property
    def fixed(self) -> dict[int, Held]:
        """Request → where it stays: locked, or published in the past. The past's tables win."""
        held = {lock.request: lock for lock in self.locked}
        return held | {p.request: p for p in self.published if p.slot < self.from_slot}


@dataclass(slots=True)
class Reader:
    """Reads JSON values and names the place of a fault."""

    where: str = "instance"
    path: list[str] = field(default_factory=list)

    def fault(self, says: str) -> BadInstanceError:
        return BadInstanceError(".".join([self.where, *self.path]) + f": {says}")

    def whole(self, source: Mapping[str, Any], key: str, least: int, most: int, default: int | None = None) -> int:
        value = source.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self.fault(f"{key} must be a whole number from {least} to {most}, not {value!r}")
        return int(value)

    def rows(self, source: Mapping[str, Any], key: str, *, needed: bool = True) -> Iterable[Mapping[str, Any]]:
        value = source.get(key, None if needed else [])
        if not isinstance(value, list):
            raise self.fault(f"{key} must be a list")
        for number, row in enumerate(value):
            self.path = [f"{key}[{number}]"]
            if not isinstance(row, dict):
                raise self.fault("must be an object")
            yield row
        self.path = []

    def numbers(self, source: Mapping[str, Any], key: str, least: int, most: int) -> tuple[int, ...]:
        value = source.get(key, [])
        if not isinstance(value, list):
            raise self.fault(f"{key} must be a list")
        return tuple(self.whole({key: one}, key, least, most) for one in value)


def parse(source: object) -> Instance:
    """Read an instance from JSON values. Raises BadInstanceError where the form or the sense is broken."""
    read = Reader()
    if not isinstance(source, dict):
        raise read.fault("must be an object")
    slots = read.whole(source, "slots", 0, MOST_SLOTS)
    rooms = read.numbers(source, "rooms", 0, MOST_REQUESTS)
    corporations = tuple(_corporation(read, c, slots, len(rooms)) for c in read.rows(source, "corporations"))
    startups = tuple(_startup(read, s, slots) for s in read.rows(source, "startups"))
    requests = tuple(_request(read, r, len(corporations), len(startups)) for r in read.rows(source, "requests"))
    if len(requests) > MOST_REQUESTS:
        raise read.fault(f"more than {MOST_REQUESTS} requests")
    locked, published = (
        tuple(_held(read, h, slots, len(requests)) for h in read.rows(source, key, needed=False))
        for key in ("locked", "published")
    )
    now = read.whole(source, "from_slot", 0, slots, default=0)
    name = str(source.get("name", ""))
    instance = Instance(slots, rooms, corporations, startups, requests, locked, published, now, name)
    require_sense(instance)
    return instance


def _absent(read: Reader, row: Mapping[str, Any], slots: int) -> tuple[int, ...]:
    return tuple(sorted(set(read.numbers(row, "absent", 0, slots - 1))))


def _corporation(read: Reader, row: Mapping[str, Any], slots: int, rooms: int) -> Corporation:
    tables = read.whole(row, "tables", 0, MOST_REQUESTS)
    return Corporation(tables, read.whole(row, "room", 0, rooms - 1), _absent(read, row, slots))


def _startup(read: Reader, row: Mapping[str, Any], slots: int) -> Startup:
    return Startup(read.whole(row, "max_meetings", 0, MOST_REQUESTS), _absent(read, row, slots))


def _request(read: Reader, row: Mapping[str, Any], corporations: int, startups: int) -> Request:
    corporation = read.whole(row, "corporation", 0, corporations - 1)
    startup = read.whole(row, "startup", 0, startups - 1)
    return Request(corporation, startup, read.whole(row, "grade", 1, MOST_GRADE))


def _held(read: Reader, row: Mapping[str, Any], slots: int, requests: int) -> Held:
    request, slot = read.whole(row, "request", 0, requests - 1), read.whole(row, "slot", 0, slots - 1)
    table = row.get("table")
    return Held(request, slot, None if table is None else read.whole(row, "table", 0, MOST_REQUESTS))


def require_sense(instance: Instance) -> None:
    """Locked and past meetings must be able to stand together. Raises BadInstanceError, which names them."""
    twice = [r for r, n in Counter(p.request for p in instance.published).items() if n > 1]
    if twice:
        raise BadInstanceError(f"published: request {twice[0]} stands there twice")
    places: dict[int, Held] = {}
    past = {p.request: p for p in instance.published if p.slot < instance.from_slot}
    for held in (*past.values(), *instance.locked):
        before = places.setdefault(held.request, held)
        if before.slot != held.slot:
            raise BadInstanceError(
                f"locked: request {held.request} cannot stay in slot {before.slot} and in slot {held.slot}"
            )
        if held.slot < instance.from_slot and held.request not in past:
            raise BadInstanceError(
                f"locked: request {held.request} in slot {held.slot} lies before from_slot {instance.from_slot} "
                "and is not published there"
            )
    _require_places(instance, list(places.values()))


def _require_places(instance: Instance, kept: list[Held]) -> None:
    """Nobody absent, no table that isn't there, and no limit exceeded. Raises BadInstanceError."""
    users: dict[tuple[str, int], list[int]] = {}
    for held in kept:
        request = instance.requests[held.request]
        corporation, startup = instance.corporations[request.corporation], instance.startups[request.startup]
        for who, absent in (
            (f"corporation {request.corporation}", corporation.absent),
            (f"startup {request.startup}", startup.absent),
        ):
            if held.slot in absent:
                raise BadInstanceError(f"locked: request {held.request} in slot {held.slot}, when {who} is absent")
        if held.table is not None and held.table >= corporation.tables and held.slot < instance.from_slot:
            raise BadInstanceError(f"published: corporation {request.corporation} has no table {held.table}")
        for rule, limit in (
            (f"startup {request.startup} has one meeting in slot {held.slot}", 1),
            (f"corporation {request.corporation} has only its tables in slot {held.slot}", corporation.tables),
            (f"room {corporation.room} is full in slot {held.slot}", instance.rooms[corporation.room]),
            (f"startup {request.startup} has at most max_meetings", startup.max_meetings),
        ):
            users.setdefault((rule, limit), []).append(held.request)
    for (rule, limit), requests in users.items():
        if len(requests) > limit:
            raise BadInstanceError(f"locked: requests {sorted(requests)} contradict each other: {rule} (limit {limit})")
