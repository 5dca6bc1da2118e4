"""Changes by hand: what each would cost and whom it concerns, locks, and planning anew on the day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from threading import Thread
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from matching.meetups.models import Meeting, Meetup
from matching.meetups.planning import putting
from matching.meetups.planning.board import Board, Place
from matching.meetups.planning.grid import slots_of
from matching.meetups.planning.models import Absence
from matching.meetups.planning.putting import Changes
from matching.meetups.planning.queries import board_of, upcoming
from matching.meetups.workflow import MeetingState
from portal.kernel.errors import Invalid, WrongState
from portal.organizations.models import Organization
from portal.outbox.transition import lock
from portal.security.actor import Actor
from portal.security.policy import may, require

REPLAN_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Consequence:
    """What putting a meeting at a slot and table would do. `difference`: of the total; `faults`: why it can't be."""

    slot: int
    table: int
    places: Sequence[Place]
    difference: int
    swapped: UUID | None = None
    dropped: UUID | None = None
    faults: Sequence[str] = ()


def consequences(board: Board, application: UUID) -> list[Consequence]:
    """For every other slot to come: the best that can be done there, or the rules that it would break."""
    now = next(p for p in board.places if p.application == application)
    seat = board.seats[board.wishes[application].corporation]
    found = []
    for slot in range(board.from_slot, len(board.slots)):
        tries = [_try(board, now, slot, table) for table in seat.tables if (slot, table) != (now.slot, now.table)]
        options = [c for those in tries for c in those]
        good = [c for c in options if not c.faults]
        if good:
            found.append(max(good, key=lambda c: (c.difference, c.swapped is None)))
        elif options:
            found.append(options[0])
    return found


def _try(board: Board, now: Place, slot: int, table: int) -> list[Consequence]:
    """Putting it there: simply, by changing places with whoever stands there, or by dropping them."""
    rest = [p for p in board.places if p is not now]
    there = next((p for p in rest if (p.slot, p.table) == (slot, table)), None)
    moved = replace(now, slot=slot, table=table)
    if there is None:
        plan = [*rest, moved]
        return [Consequence(slot, table, plan, 0, faults=board.faults(plan))]
    others = [p for p in rest if p is not there]
    if there.application in board.fixed:
        words = _("고정된 만남: %(pair)s") % {"pair": board.pair(there.application)}
        return [Consequence(slot, table, [*others, moved], 0, faults=[words])]
    swap, drop = [*others, moved, replace(there, slot=now.slot, table=now.table)], [*others, moved]
    lost = -board.wishes[there.application].grade
    return [
        Consequence(slot, table, swap, 0, swapped=there.application, faults=board.faults(swap)),
        Consequence(slot, table, drop, lost, dropped=there.application, faults=board.faults(drop)),
    ]


def say(board: Board, found: Consequence) -> str:
    """The consequence in words: when and where, who else changes, and the difference of the total."""
    where = f"{board.slots[found.slot]} · {_('테이블 %(table)d') % {'table': found.table}}"
    if found.faults:
        return f"{where} – {found.faults[0]}"
    cost = _("등급 합계 변화 없음")
    if found.difference:
        cost = _("등급 합계 %(difference)+d") % {"difference": found.difference}
    if found.swapped:
        return f"{where} – {_('%(pair)s와(과) 자리 교환') % {'pair': board.pair(found.swapped)}}, {cost}"
    if found.dropped:
        return f"{where} – {_('%(pair)s의 만남이 빠짐') % {'pair': board.pair(found.dropped)}}, {cost}"
    return f"{where} – {_('빈자리')}, {cost}"


def board_now(meetup: Meetup, actor: Actor) -> Board:
    """The board on which changes can be made: what has begun by now is past."""
    return board_of(meetup, actor, upcoming(slots_of(meetup), actor.now))


def move(*, meeting: Meeting, actor: Actor, slot: int, table: int) -> Meeting:
    """Put the meeting elsewhere, with the consequence that the page has shown. Raises Invalid with the broken rule."""
    require(actor, "move", meeting)
    with transaction.atomic():
        meetup = lock(meeting.meetup)
        if not may(actor, "move", lock(meeting)):
            raise WrongState(_("예정된 만남만 옮길 수 있습니다."))
        board = board_now(meetup, actor)
        if meeting.application_id in board.fixed:
            raise WrongState(_("고정되었거나 이미 시작한 만남입니다."), hint=_("고정을 먼저 풀어 주십시오."))
        now = next((p for p in board.places if p.application == meeting.application_id), None)
        if now is None or not board.from_slot <= slot < len(board.slots):
            raise Invalid(fields={"place": _("옮길 수 없는 시간입니다.")})
        options = _try(board, now, slot, table)
        good = max((c for c in options if not c.faults), key=lambda c: c.difference, default=None)
        if good is None:
            raise Invalid(fields={"place": list(options[0].faults)})
        putting.put(meetup, board, good.places, actor)
    meeting.refresh_from_db()
    return meeting


def hold_place(*, meeting: Meeting, actor: Actor) -> Meeting:
    """Lock the meeting: calculations and moves leave it where it is."""
    return _lock(meeting, actor, "lock", True)


def release(*, meeting: Meeting, actor: Actor) -> Meeting:
    """Unlock the meeting."""
    return _lock(meeting, actor, "unlock", False)


def _lock(meeting: Meeting, actor: Actor, action: str, value: bool) -> Meeting:
    require(actor, action, meeting)
    with transaction.atomic():
        locked = lock(meeting)
        if not may(actor, action, locked):
            raise WrongState(_("예정된 만남만 고정하거나 풀 수 있습니다."))
        locked.locked = value
        locked.save(update_fields=["locked"])
    return locked


# --- on the day ------------------------------------------------------------------------------------------------------


def warm_up() -> None:
    """Load the solvers' libraries beside the request, about a second of work once in a process: whoever looks at the
    day may plan anew soon, and then nobody waits for them."""
    Thread(target=import_module, args=("matching.meetups.timetabling.programs",), daemon=True).start()


def replan(*, meetup: Meetup, actor: Actor, absent: Organization | None = None) -> tuple[Meetup, Changes]:
    """Plan what is still to come anew: who didn't come or leaves (`absent`) gives its places to others.

    As few published meetings as the best total allows change; each person is told once.
    """
    from matching.meetups.engine import solve

    require(actor, "replan", meetup)
    with transaction.atomic():
        locked = lock(meetup)
        if not may(actor, "replan", locked):
            raise WrongState(_("진행 중인 행사의 시간표만 다시 짤 수 있습니다."))
        slots = slots_of(locked)
        coming = upcoming(slots, actor.now)
        if coming >= len(slots):
            raise WrongState(_("남은 시간대가 없습니다."))
        if absent is not None:
            _leave(locked, absent, range(coming, len(slots)), actor)
        board = board_of(locked, actor, coming)
        result = solve(board.instance(), seconds=REPLAN_SECONDS)
        changes = putting.put(locked, board, board.placed(result.meetings), actor)
    return locked, changes


def _leave(meetup: Meetup, organization: Organization, slots: range, actor: Actor) -> None:
    """The organisation is away from now on; what was locked for it is free to be dropped."""
    found = Absence.objects.visible_to(actor).filter(meetup=meetup, organization=organization).first()
    away = sorted({*(found.slots if found else []), *slots})
    Absence.objects.visible_to(actor).update_or_create(
        meetup=meetup, organization=organization, defaults={"slots": away}
    )
    coming = Meeting.objects.visible_to(actor).filter(
        meetup=meetup, state=MeetingState.SCHEDULED, starts_at__gt=actor.now, locked=True
    )
    coming.filter(startup=organization).update(locked=False)
    coming.filter(corporation=organization).update(locked=False)
