"""The state of a plan as plain data, and its rules: one place that says in words which of them a plan breaks."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from matching.meetups.planning.grid import Slot
from matching.meetups.timetabling.instance import Corporation, Held, Instance, Request, Startup

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Wish:
    """An application that may be placed: who would meet whom, and the joint grade."""

    application: UUID
    corporation: UUID
    startup: UUID
    grade: int
    barred: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    application: UUID
    slot: int
    table: int


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a corporation receives."""

    room: str
    tables: tuple[int, ...]


def _words(rule: str) -> str:
    return {
        "startup": _("한 시간에 한 만남: %(which)s은(는) %(slot)s에 한 곳만 만날 수 있습니다(%(pairs)s)."),
        "table": _("테이블에 한 만남: %(which)s번 테이블에는 %(slot)s에 한 만남만 둘 수 있습니다(%(pairs)s)."),
        "room": _("회의실 정원: %(which)s에는 %(slot)s에 %(limit)d건까지만 둘 수 있습니다(%(pairs)s)."),
    }[rule]


def _numbered(things: Iterable[T]) -> dict[T, int]:
    return {thing: number for number, thing in enumerate(dict.fromkeys(things))}


@dataclass(frozen=True)
class Board:
    """`rooms`: name → meetings at a time. `fixed`: places that stay (locked, under way or past). `published`: as few of
    the places as possible are to change."""

    slots: Sequence[Slot]
    rooms: Mapping[str, int]
    seats: Mapping[UUID, Seat]
    wishes: Mapping[UUID, Wish]
    names: Mapping[UUID, str]
    absent: Mapping[UUID, frozenset[int]]
    most: int
    places: Sequence[Place] = ()
    fixed: frozenset[UUID] = frozenset()
    from_slot: int = 0
    published: bool = False

    def pair(self, application: UUID) -> str:
        wish = self.wishes[application]
        return f"{self.names[wish.corporation]} – {self.names[wish.startup]}"

    def total(self, places: Iterable[Place]) -> int:
        return sum(self.wishes[p.application].grade for p in places)

    # --- rules -------------------------------------------------------------------------------------------------------

    def faults(self, places: Sequence[Place]) -> list[str]:
        """Every rule that the places break, with names and times; none where the plan holds."""
        return [*self._single(places), *self._crowded(places)]

    def _single(self, places: Sequence[Place]) -> Iterable[str]:
        """What one place breaks by itself."""
        for place in places:
            wish, slot = self.wishes[place.application], self.slots[place.slot]
            given = {"pair": self.pair(place.application), "slot": slot, "table": place.table}
            if wish.barred:
                yield _("만날 수 없는 상대: %(pair)s") % given
            seat = self.seats.get(wish.corporation)
            if seat is None or place.table not in seat.tables:
                yield _("수요 기업의 테이블: %(pair)s의 %(table)d번 테이블은 이 기업의 테이블이 아닙니다.") % given
            for who in (wish.corporation, wish.startup):
                if place.slot in self.absent.get(who, ()):
                    words = _("참석할 수 없는 시간: %(who)s은(는) %(slot)s에 참석할 수 없습니다(%(pair)s).")
                    yield words % {**given, "who": self.names[who]}

    def _crowded(self, places: Sequence[Place]) -> Iterable[str]:
        """What several places break together."""
        at: dict[tuple[str, object, int], list[UUID]] = defaultdict(list)
        days: dict[UUID, list[UUID]] = defaultdict(list)
        for place in places:
            wish = self.wishes[place.application]
            at["startup", wish.startup, place.slot].append(place.application)
            at["table", place.table, place.slot].append(place.application)
            if (seat := self.seats.get(wish.corporation)) is not None:
                at["room", seat.room, place.slot].append(place.application)
            days[wish.startup].append(place.application)
        for (what, which, slot), those in at.items():
            limit = self.rooms.get(str(which), 0) if what == "room" else 1
            if len(those) > limit:
                yield _words(what) % {
                    "slot": self.slots[slot],
                    "which": self.names.get(which, which) if isinstance(which, UUID) else which,
                    "limit": limit,
                    "pairs": ", ".join(map(self.pair, those)),
                }
        for startup, those in days.items():
            if len(those) > self.most:
                words = _("하루 최대 만남 %(limit)d회: %(who)s의 만남이 %(count)d회입니다(%(pairs)s).")
                pairs = ", ".join(map(self.pair, those))
                who = self.names[startup]
                yield words % {"who": who, "limit": self.most, "count": len(those), "pairs": pairs}

    # --- for the engine ----------------------------------------------------------------------------------------------

    def instance(self) -> Instance:
        """The board as the engine reads it. `asked` gives the applications in the order of its requests."""
        rooms, corporations = _numbered(self.rooms), _numbered(self.seats)
        startups = _numbered(self.wishes[a].startup for a in self.asked)
        number = _numbered(self.asked)
        held = [self._held(p, number) for p in self.places if p.application in number]
        stay = {number[a] for a in self.fixed if a in number}
        return Instance(
            slots=len(self.slots),
            rooms=tuple(self.rooms.values()),
            corporations=tuple(
                Corporation(len(seat.tables), rooms[seat.room], tuple(sorted(self.absent.get(c, ()))))
                for c, seat in self.seats.items()
            ),
            startups=tuple(Startup(self.most, tuple(sorted(self.absent.get(s, ())))) for s in startups),
            requests=tuple(
                Request(corporations[w.corporation], startups[w.startup], w.grade)
                for w in map(self.wishes.__getitem__, self.asked)
            ),
            locked=tuple(h for h in held if h.request in stay),
            published=tuple(held) if self.published else (),
            from_slot=self.from_slot,
        )

    def _held(self, place: Place, number: Mapping[UUID, int]) -> Held:
        seat = self.seats[self.wishes[place.application].corporation]
        return Held(number[place.application], place.slot, seat.tables.index(place.table))

    @property
    def asked(self) -> list[UUID]:
        """Applications that the engine is asked to place: those that may be, and those that stay anyway."""
        return [a for a, w in self.wishes.items() if w.corporation in self.seats and (not w.barred or a in self.fixed)]

    def placed(self, held: Iterable[Held]) -> list[Place]:
        """The engine's meetings as places."""
        asked = self.asked
        return [
            Place(asked[h.request], h.slot, self.seats[self.wishes[asked[h.request]].corporation].tables[h.table or 0])
            for h in held
        ]

    def why(self, application: UUID, code: str, slots: Mapping[str, Sequence[int]]) -> str:
        """Why the engine found no place, with names and times."""
        wish = self.wishes[application]
        given = {"corporation": self.names[wish.corporation], "startup": self.names[wish.startup], "limit": self.most}
        if code == "maximum":
            return _("%(startup)s의 만남이 최대 %(limit)d회로 이미 찼습니다.") % given
        if code == "never_together":
            return _("%(corporation)s와(과) %(startup)s이(가) 함께 참석하는 시간이 없습니다.") % given
        if code == "no_place":
            return _("%(corporation)s의 테이블이나 회의실 정원이 없습니다.") % given
        words = {
            "corporation_full": _("%(corporation)s의 테이블이 모두 찬 시간"),
            "startup_busy": _("%(startup)s에 다른 만남이 있는 시간"),
            "room_full": _("회의실이 모두 찬 시간"),
        }
        parts = [
            f"{words[cause] % given} {', '.join(str(self.slots[t]) for t in at)}"
            for cause, at in slots.items()
            if cause in words
        ]
        return _("함께 참석하는 시간에 빈자리가 없습니다. %(parts)s.") % {"parts": "; ".join(parts)}

    def left_out(self, places: Iterable[Place]) -> list[str]:
        """Startups that wish to meet somebody and meet nobody, by name."""
        met = Counter(self.wishes[p.application].startup for p in places)
        asking = {w.startup for a in self.asked for w in [self.wishes[a]]}
        return sorted(self.names[s] for s in asking if not met[s])
