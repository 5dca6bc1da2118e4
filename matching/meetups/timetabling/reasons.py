"""Why a request found no place, in a sentence that a planner can check in the timetable.

Numbers are those of the instance, from 0. `code` and `slots` say the same for a page that has names and times.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from matching.meetups.timetabling.instance import Held, Instance


@dataclass(frozen=True, slots=True)
class Unplaced:
    """code: no_place · never_together · maximum · full. slots: corporation_full, startup_busy, room_full → which."""

    request: int
    code: str
    reason: str
    slots: dict[str, tuple[int, ...]] = field(default_factory=dict)


def unplaced(instance: Instance, held: Iterable[Held]) -> list[Unplaced]:
    """A reason for every request that `held` leaves out."""
    return Reasons(instance, list(held)).all()


class Reasons:
    def __init__(self, instance: Instance, held: list[Held]) -> None:
        self.instance, self.held = instance, {h.request for h in held}
        self.at_corporation: dict[tuple[int, int], int] = {}
        self.in_room: dict[tuple[int, int], int] = {}
        self.of_startup: dict[int, dict[int, int]] = {}
        for h in held:
            request = instance.requests[h.request]
            room = instance.corporations[request.corporation].room
            for counts, key in (
                (self.at_corporation, (request.corporation, h.slot)),
                (self.in_room, (room, h.slot)),
            ):
                counts[key] = counts.get(key, 0) + 1
            self.of_startup.setdefault(request.startup, {})[h.slot] = request.grade

    def all(self) -> list[Unplaced]:
        return [self._reason(number) for number in range(len(self.instance.requests)) if number not in self.held]

    def _reason(self, number: int) -> Unplaced:
        request = self.instance.requests[number]
        corporation = self.instance.corporations[request.corporation]
        startup = self.instance.startups[request.startup]
        if why := self._no_place(number):
            return Unplaced(number, "no_place", why)
        absent = {*corporation.absent, *startup.absent}
        common = [t for t in range(self.instance.from_slot, self.instance.slots) if t not in absent]
        if not common:
            return Unplaced(number, "never_together", self._apart(number))
        own = self.of_startup.get(request.startup, {})
        if len(own) >= startup.max_meetings:
            grades = "·".join(str(grade) for grade in sorted(own.values(), reverse=True))
            return Unplaced(
                number,
                "maximum",
                f"스타트업 {request.startup}의 만남이 최대 {startup.max_meetings}회로 이미 찼습니다"
                f"(배정된 등급 {grades}, 이 요청의 등급 {request.grade}).",
            )
        return self._full(number, common)

    def _no_place(self, number: int) -> str:
        request = self.instance.requests[number]
        corporation = self.instance.corporations[request.corporation]
        if self.instance.startups[request.startup].max_meetings == 0:
            return f"스타트업 {request.startup}의 최대 만남 횟수가 0회입니다."
        if corporation.tables == 0:
            return f"기업 {request.corporation}의 테이블이 0개입니다."
        if self.instance.rooms[corporation.room] == 0:
            return f"기업 {request.corporation}의 회의실 {corporation.room}의 정원이 0건입니다."
        return ""

    def _apart(self, number: int) -> str:
        request, now = self.instance.requests[number], self.instance.from_slot
        ours = [t for t in self.instance.corporations[request.corporation].absent if t >= now]
        theirs = [t for t in self.instance.startups[request.startup].absent if t >= now]
        rest = f"시간대 {now}부터 남은" if now else "전체"
        return (
            f"기업 {request.corporation}의 불참({_named(ours)})과 "
            f"스타트업 {request.startup}의 불참({_named(theirs)}) 때문에 "
            f"{rest} 시간대 {self.instance.slots - now}개 가운데 둘이 함께 참석하는 시간대가 없습니다."
        )

    def _full(self, number: int, common: list[int]) -> Unplaced:
        request = self.instance.requests[number]
        corporation = self.instance.corporations[request.corporation]
        own = self.of_startup.get(request.startup, {})
        room, capacity = corporation.room, self.instance.rooms[corporation.room]
        causes = {
            "startup_busy": [t for t in common if t in own],
            "corporation_full": [
                t for t in common if self.at_corporation.get((request.corporation, t), 0) >= corporation.tables
            ],
            "room_full": [t for t in common if self.in_room.get((room, t), 0) >= capacity],
        }
        words = {
            "corporation_full": f"기업 {request.corporation}의 테이블 {corporation.tables}개가 모두 찬 시간대",
            "startup_busy": f"스타트업 {request.startup}의 다른 만남이 있는 시간대",
            "room_full": f"회의실 {room}의 정원 {capacity}건이 모두 찬 시간대",
        }
        said: set[int] = set()
        parts, slots = [], {}
        for cause, text in words.items():
            if at := [t for t in causes[cause] if t not in said]:
                said.update(at)
                slots[cause] = tuple(at)
                parts.append(f"{text} {_named(at)}")
        reason = f"둘이 함께 참석하는 시간대 {len(common)}개에 빈자리가 없습니다: {', '.join(parts)}."
        return Unplaced(number, "full", reason, slots)


def _named(slots: list[int]) -> str:
    return "·".join(str(t) for t in slots) if slots else "없음"
