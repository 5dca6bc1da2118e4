"""The timetable's calculation: started by an officer, done in the background, then put into the plan or set aside."""

from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from matching.meetups.models import Meetup
from matching.meetups.planning import putting
from matching.meetups.planning.board import Board, Place
from matching.meetups.planning.models import Calculation
from matching.meetups.planning.queries import board_of, calculations_of, seatless
from matching.meetups.planning.workflow import CalculationState
from portal.kernel.errors import Invalid, Refusal, WrongState
from portal.kernel.ids import new_id
from portal.outbox.post import Audience, announce, later
from portal.outbox.transition import lock, transition
from portal.security.actor import Actor, system
from portal.security.policy import may, require

SECONDS = 60.0
KEPT = 3600  # seconds for which progress and a request to stop are remembered
PROBLEM = 1000


def start(*, actor: Actor, meetup: Meetup, first: str, id: UUID | None = None) -> Calculation:
    """Have the timetable computed. The same form twice starts one.

    Raises Invalid, with names, where locked meetings contradict each other or a corporation has no table.
    """
    require(actor, "create", Calculation)
    require(actor, "compute", meetup)
    if id and (twin := Calculation.objects.visible_to(actor).filter(pk=id).first()):
        return twin  # type: ignore[no-any-return]
    with transaction.atomic():
        locked = lock(meetup)
        if not may(actor, "compute", locked):
            raise WrongState(_("시간표를 계산할 수 있는 상태가 아닙니다."))
        if calculations_of(locked, actor).filter(state=CalculationState.COMPUTING).exists():
            raise WrongState(
                _("이 행사의 시간표를 이미 계산하고 있습니다."), hint=_("계산이 끝나거나 멈춘 뒤 다시 시작해 주십시오.")
            )
        require_sound(board_of(locked, actor))
        made = Calculation(
            id=id or new_id(), meetup=locked, first=first, started_at=actor.now, started_by_id=actor.user
        )
        made.save(force_insert=True)
        later("meetups.compute", actor=actor, calculation_id=made.pk)
    return made


def require_sound(board: Board) -> None:
    """Raise Invalid, in words with names and times, where no timetable can be made."""
    if not board.slots or not board.rooms:
        raise Invalid(_("시간대나 회의실이 없습니다. 행사 정보에서 먼저 정해 주십시오."))
    if not board.wishes:
        raise Invalid(_("밋업에 초대된 신청이 없습니다."))
    if lacking := seatless(board):
        names = ", ".join(lacking)
        raise Invalid(_("테이블이 없는 수요 기업이 있습니다: %(names)s") % {"names": names})
    stay = [p for p in board.places if p.application in board.fixed]
    if faults := board.faults(stay):
        raise Invalid(
            _("고정된 만남이 서로 맞지 않습니다. %(faults)s") % {"faults": " ".join(faults[:5])},
            hint=_("해당하는 만남의 고정을 풀거나 시간을 옮긴 뒤 다시 계산해 주십시오."),
        )


# --- in the background -----------------------------------------------------------------------------------------------


def compute(*, calculation_id: UUID, actor: Actor) -> None:
    """Compute, telling how far it is; keeps the best found when it is stopped. Twice changes nothing."""
    from matching.meetups.engine import Progress, solve
    from matching.meetups.timetabling.instance import BadInstanceError

    with system("the state of a calculation"):
        found = Calculation.objects.select_related("meetup").filter(pk=calculation_id).first()
    if found is None or found.state != CalculationState.COMPUTING:
        return
    if not may(actor, "finish", found):
        fail(calculation_id=calculation_id, actor=actor, words=_("계산을 시작하신 분의 권한이 끝났습니다."))
        return

    def tell(so_far: Progress) -> None:
        state = {"meetings": so_far.meetings, "total": so_far.total, "bound": so_far.bound, "left_out": so_far.left_out}
        cache.set(_key("progress", calculation_id), state | {"seconds": round(so_far.seconds)}, timeout=KEPT)

    try:
        board = board_of(found.meetup, actor)
        require_sound(board)
        result = solve(
            board.instance(), first=found.first, seconds=SECONDS, progress=tell,
            stop=lambda: bool(cache.get(_key("stop", calculation_id))),
        )  # fmt: skip
    except Refusal as refusal:
        fail(calculation_id=calculation_id, actor=actor, words=f"{refusal} {refusal.hint}".strip())
        return
    except BadInstanceError:
        words = _("고정된 만남이나 회의실 정원이 서로 맞지 않아 계산하지 못했습니다.")
        fail(calculation_id=calculation_id, actor=actor, words=words)
        return
    _keep(found, board, result, actor)


def _keep(calculation: Calculation, board: Board, result: Any, actor: Actor) -> None:
    asked = board.asked
    with transition(calculation, "finish", actor, finished_at=actor.now) as locked:
        locked.meetings, locked.total, locked.bound = len(result.meetings), result.total, result.bound
        locked.left_out, locked.left_out_bound = result.left_out, result.left_out_bound
        locked.stopped = result.stopped
        locked.places = [[str(p.application), p.slot, p.table] for p in board.placed(result.meetings)]
        locked.unplaced = [
            {"application": str(asked[u.request]), "code": u.code, "slots": {k: list(v) for k, v in u.slots.items()}}
            for u in result.unplaced
        ]
        _notice(locked)


def _notice(calculation: Calculation) -> None:
    """Tell whoever has left the page meanwhile."""
    with system("the membership that started a calculation"):
        member = calculation.started_by.memberships.filter(organization__kind="ministry", ended_at=None).first()
        name = calculation.meetup.name
    if member is not None:
        announce("meetup.computed", calculation, to=Audience.members(member.pk), name=name)


def fail(*, calculation_id: UUID, actor: Actor, words: str) -> None:
    """The calculation has ended in vain; its page says why."""
    with system("a calculation has ended in vain"):
        found = Calculation.objects.filter(pk=calculation_id, state=CalculationState.COMPUTING).first()
        if found is not None:
            with transition(found, "fail", actor, problem=words[:PROBLEM]) as found:
                _notice(found)


def stop(*, calculation: Calculation, actor: Actor) -> Calculation:
    """End the search soon; what is best so far stays as the result."""
    require(actor, "stop", calculation)
    if not may(actor, "stop", calculation):
        raise WrongState(_("계산이 이미 끝났습니다."))
    cache.set(_key("stop", calculation.pk), 1, timeout=KEPT)
    return calculation


def progress(calculation: Calculation) -> dict[str, int] | None:
    """The best so far of a calculation under way; None before the first result."""
    found: dict[str, int] | None = cache.get(_key("progress", calculation.pk))
    return found


def _key(what: str, calculation_id: UUID) -> str:
    return f"meetups.calculation.{calculation_id}.{what}"


# --- the result ------------------------------------------------------------------------------------------------------


def apply(*, calculation: Calculation, actor: Actor) -> Calculation:
    """Put the result into the plan. Raises WrongState, with names, where the plan's rules don't hold any more."""
    with transition(calculation, "apply", actor) as calculation:
        meetup = lock(calculation.meetup)
        if not may(actor, "compute", meetup):
            raise WrongState(_("이 행사의 시간표를 바꿀 수 있는 상태가 아닙니다."))
        board = board_of(meetup, actor)
        places = places_of(calculation)
        if gone := [p for p in places if p.application not in board.wishes]:
            raise WrongState(
                _("계산한 뒤에 철회되거나 바뀐 신청이 %(count)d건 있습니다.") % {"count": len(gone)},
                hint=_("시간표를 다시 계산해 주십시오."),
            )
        stay = {p for p in board.places if p.application in board.fixed}
        faults = [] if stay <= set(places) else [_("계산한 뒤에 고정된 만남이 바뀌었습니다.")]
        if any(p.slot >= len(board.slots) for p in places):
            faults.append(_("계산한 뒤에 행사의 시간대가 바뀌었습니다."))
        if faults := faults or board.faults(places):
            words = _("계산한 뒤에 사정이 바뀌어 반영할 수 없습니다. %(faults)s")
            raise WrongState(words % {"faults": " ".join(faults[:3])}, hint=_("시간표를 다시 계산해 주십시오."))
        putting.put(meetup, board, places, actor)
    return calculation


def places_of(calculation: Calculation) -> list[Place]:
    return [Place(UUID(application), slot, table) for application, slot, table in calculation.places]


def discard(*, calculation: Calculation, actor: Actor) -> Calculation:
    """Leave the result aside."""
    with transition(calculation, "discard", actor) as calculation:
        pass
    return calculation
