"""What can happen to a meeting on the day and after it. Planning: `operations.py`."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from matching.applications import operations as applications
from matching.applications.models import Application
from matching.applications.workflow import State as Applied
from matching.meetups.models import Meeting, Meetup, Outcome, Rating
from matching.meetups.planning.preferences import TOLD
from matching.meetups.workflow import MeetingState
from portal.kernel.errors import Invalid, WrongState
from portal.kernel.formats import SEOUL
from portal.kernel.roles import Kind, Role
from portal.kernel.workdays import is_workday, workdays_between
from portal.outbox.post import Audience, announce
from portal.outbox.transition import lock, transition
from portal.security.actor import Actor, system
from portal.security.policy import may, require


def check_in(*, meeting: Meeting, actor: Actor) -> Meeting:
    """Both sides are there."""
    with transition(meeting, "check_in", actor) as meeting:
        _require_published(meeting)
    return meeting


def hold(*, meeting: Meeting, actor: Actor) -> Meeting:
    """The meeting took place: its application has met, and the corporation owes an outcome."""
    with transition(meeting, "hold", actor) as meeting:
        _require_published(meeting)
        # A center may record attendance but not write applications: the consequence is the system's.
        with system("a held meeting moves its application"):
            application = Application.objects.get(pk=meeting.application_id)
            if application.state == Applied.WITHDRAWN:
                raise WrongState(
                    _("신청이 철회되어 만남을 완료로 기록할 수 없습니다."),
                    hint=_("담당자에게 만남의 취소를 요청해 주십시오."),
                )
            if application.state == Applied.INVITED:  # else they had met before
                applications.mark_met(application=application, actor=actor)
    return meeting


def miss(*, meeting: Meeting, actor: Actor) -> Meeting:
    """Somebody didn't come. Raises WrongState before the meeting's time: it stands in the record of a firm."""
    with transition(meeting, "miss", actor) as meeting:
        _require_published(meeting)
        if actor.now < meeting.starts_at:
            raise WrongState(
                _("만남의 시작 시각 전에는 불참으로 기록할 수 없습니다."),
                hint=_("시작 시각이 지난 뒤 다시 기록해 주십시오."),
            )
    return meeting


def cancel(*, meeting: Meeting, actor: Actor, reason: str) -> Meeting:
    """The meeting doesn't take place; its time and table are free again. Tells both sides if the plan was public."""
    with transition(meeting, "cancel", actor, reason=reason) as meeting:
        if meeting.published:
            sides = Audience.of(meeting.corporation_id, meeting.startup_id, roles=TOLD)
            announce("meeting.cancelled", meeting, to=sides, time=(meeting.starts_at, meeting.ends_at))
    return meeting


def _require_published(meeting: Meeting) -> None:
    if not meeting.published:
        raise WrongState(
            _("시간표가 아직 공개되지 않아 출석을 기록할 수 없습니다."), hint=_("행사의 시간표를 먼저 공개해 주십시오.")
        )


def record_outcome(
    *,
    meeting: Meeting,
    actor: Actor,
    result: str,
    owner_name: str = "",
    due_on: date | None = None,
    reason: str = "",
) -> Outcome:
    """Say what comes of a meeting that was held; later words replace earlier ones, which stay in the history.

    `result` "pursue" or "undecided" needs an owner on the corporation's side and a day, "declined" a reason in words
    meant for the startup. Raises Invalid where that is missing.
    """
    require(actor, "record_outcome", meeting)
    declined = result == Outcome.Result.DECLINED
    _require_complete(actor, declined, owner_name, due_on, reason)
    with transaction.atomic():
        locked = lock(meeting)
        if not may(actor, "record_outcome", locked):
            raise WrongState(_("완료된 만남에만 결과를 남길 수 있습니다."))
        outcome = Outcome.objects.visible_to(actor).filter(meeting=locked).first() or Outcome(
            meeting=locked,
            application_id=locked.application_id,
            corporation_id=locked.corporation_id,
            startup_id=locked.startup_id,
        )
        outcome.result = result
        outcome.owner_name, outcome.due_on = ("", None) if declined else (owner_name, due_on)
        outcome.reason = reason if declined else ""
        outcome.center_id = _coordinating(locked)
        outcome.recorded_at, outcome.recorded_by_id = actor.now, actor.user
        outcome.save()
        to = Audience.of(locked.startup_id)
        announce("meeting.outcome", locked, to=to, corporation=locked.corporation_name)
    return outcome


def rate(*, meeting: Meeting, actor: Actor, score: int, comment: str = "") -> Rating:
    """Say how the actor's side found a meeting that was held; later words replace earlier ones, which stay in the
    history. The other side doesn't learn of it. Raises Invalid where the score is none.
    """
    require(actor, "rate", meeting)
    if not may(actor, "rate", meeting):  # a held meeting stays one: nothing to lock
        raise WrongState(_("완료된 만남만 평가할 수 있습니다."), hint=_("만남이 끝난 뒤 다시 평가해 주십시오."))
    if not 1 <= score <= 5:
        raise Invalid(fields={"score": _("평가는 1점부터 5점까지입니다. 하나를 골라 주십시오.")})
    side = Rating.Side.CORPORATION if actor.kind == Kind.CORPORATION else Rating.Side.STARTUP
    said = {"score": score, "comment": comment, "rated_at": actor.now, "rated_by_id": actor.user}
    about = {
        "application_id": meeting.application_id,
        "corporation_id": meeting.corporation_id,
        "startup_id": meeting.startup_id,
    }
    rating: Rating
    with transaction.atomic():
        rating, _made = Rating.objects.visible_to(actor).update_or_create(
            meeting=meeting, side=side, defaults=said, create_defaults=said | about
        )
    return rating


def _coordinating(meeting: Meeting) -> UUID | None:
    with system("the coordinating center of a meeting"):
        found: UUID | None = Application.objects.values_list("center_id", flat=True).get(pk=meeting.application_id)
    return found


def _require_complete(actor: Actor, declined: bool, owner_name: str, due_on: date | None, reason: str) -> None:
    lacking: dict[str, str] = {}
    if declined and not reason:
        lacking["reason"] = _("추진하지 않는 사유를 스타트업에 전할 말로 적어 주십시오.")
    if not declined and not owner_name:
        lacking["owner_name"] = _("다음 연락을 맡을 기업 측 담당자를 적어 주십시오.")
    if not declined and due_on is None:
        lacking["due_on"] = _("다음 연락 기한을 정해 주십시오.")
    elif not declined and due_on is not None and due_on < actor.now.astimezone(SEOUL).date():
        lacking["due_on"] = _("다음 연락 기한은 오늘 이후여야 합니다.")
    if lacking:
        raise Invalid(fields=lacking)


CHASED = (3, 7, 12, 20)
"""Working days after a meeting on which its corporation is reminded of the outcome it owes [ours]."""


def owed(meetup: Meetup) -> QuerySet[Meeting]:
    """Held meetings of which nothing is said yet. Inside `system()`."""
    told = Outcome.objects.filter(meeting__meetup=meetup)
    found: QuerySet[Meeting] = Meeting.objects.filter(meetup=meetup, state=MeetingState.HELD)
    return found.exclude(pk__in=told.values("meeting_id"))


def chase(*, meetup: Meetup, actor: Actor) -> list[UUID]:
    """Remind the corporations that owe an outcome, once a day on the working days for it. Returns which. As the system.

    It stops by itself: who has said what came of every meeting owes nothing.
    """
    today = actor.now.astimezone(SEOUL).date()
    if not is_workday(today):
        return []
    with transaction.atomic():
        locked = lock(meetup)
        if locked.reminded_on == today:
            return []
        due = sorted(
            {
                m.corporation_id
                for m in owed(locked)
                if m.held_at and workdays_between(m.held_at.astimezone(SEOUL).date(), today) in CHASED
            }
        )
        if due:
            locked.reminded_on = today
            locked.save(update_fields=["reminded_on"])
            managers = Audience.of(*due, roles=(Role.MANAGER,))
            announce("meetup.outcomes_owed", locked, to=managers, name=locked.name)
    return due
