"""What can happen to a meetup and its plan. Meetings on the day: `meetings.py`."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from matching.applications.models import Application
from matching.applications.workflow import State as Applied
from matching.meetups.models import Meeting, Meetup
from matching.meetups.planning.board import Board
from matching.meetups.planning.models import Host
from matching.meetups.planning.preferences import TOLD, open_to, require_no_new_fault
from matching.meetups.planning.queries import board_of
from matching.meetups.workflow import MeetingState, MeetupState
from portal.kernel.errors import Invalid, NotFound, WrongState
from portal.kernel.formats import SEOUL, active_language, clock, day
from portal.kernel.ids import new_id
from portal.organizations.models import Organization
from portal.outbox.post import Audience, announce
from portal.outbox.transition import lock, save_changes, transition
from portal.security.actor import Actor, system
from portal.security.policy import may, require
from programs.plans.models import Program

TIMES = ("opens", "closes", "slot_minutes", "gap_minutes", "breaks")
SETTINGS = (*TIMES, "rooms", "max_meetings", "grades_close_at")


def create(
    *, actor: Actor, program: Program, name: str, venue: str, day: date, id: UUID | None = None, **settings: Any
) -> Meetup:
    """Begin a meetup as a draft that only the ministry sees. What of the settings is None keeps its default."""
    require(actor, "create", Meetup)
    given = {k: v for k, v in settings.items() if k in SETTINGS and v is not None}
    meetup = Meetup(id=id or new_id(), program=program, name=name, venue=venue, day=day, created_at=actor.now, **given)
    _require_day(meetup)
    with transaction.atomic():
        meetup.save(force_insert=True)
    return meetup


def edit(*, meetup: Meetup, actor: Actor, **fields: Any) -> Meetup:
    """Change the event. Raises Invalid where that doesn't fit the meetings there are: a day or times that would move
    them, rooms that would be too small for them."""
    require(actor, "edit", meetup)
    with transaction.atomic():
        locked = lock(meetup)
        if not may(actor, "edit", locked):
            raise WrongState
        before = {f.attname: getattr(locked, f.attname) for f in locked._meta.concrete_fields}
        board = board_of(locked, actor)
        known = set(board.faults(board.places))
        for name in ("name", "venue", "day", *SETTINGS):
            if fields.get(name) is not None:
                setattr(locked, name, fields[name])
        changed = {name for name, value in before.items() if getattr(locked, name) != value}
        _require_day(locked)
        _require_movable(locked, changed, actor)
        _require_rooms_of_hosts(locked, actor)
        save_changes(locked, before)
        require_no_new_fault(locked, actor, known, "rooms" if "rooms" in changed else "max_meetings")
    return locked


def _require_day(meetup: Meetup) -> None:
    """Times, breaks and rooms make a day."""
    faults: dict[str, Any] = {}
    if meetup.closes <= meetup.opens:
        faults["closes"] = _("마지막 만남 종료는 첫 만남 시작보다 뒤여야 합니다.")
    if meetup.slot_minutes < 5:
        faults["slot_minutes"] = _("만남 시간은 5분 이상이어야 합니다.")
    closing = meetup.grades_close_at
    if closing is not None and closing.astimezone(SEOUL).date() > meetup.day:
        faults["grades_close_at"] = _("희망 등급 마감은 행사일보다 늦을 수 없습니다.")
    if len({room["name"] for room in meetup.rooms}) < len(meetup.rooms):
        faults["rooms"] = _("같은 이름의 회의실이 두 번 있습니다.")
    if faults:
        raise Invalid(fields=faults)


def _require_movable(meetup: Meetup, changed: set[str], actor: Actor) -> None:
    if "day" in changed and _standing(meetup, actor).exists():
        raise Invalid(fields={"day": _("배치된 만남이 있어 날짜를 바꿀 수 없습니다. 만남을 먼저 취소해 주십시오.")})
    if times := changed & set(TIMES):
        words = _("희망 등급을 받기 시작했거나 배치된 만남이 있어 시간대를 바꿀 수 없습니다.")
        if meetup.state != MeetupState.DRAFT or _standing(meetup, actor).exists():
            raise Invalid(fields=dict.fromkeys(sorted(times), words))


def _require_rooms_of_hosts(meetup: Meetup, actor: Actor) -> None:
    names = {room["name"] for room in meetup.rooms}
    hosts = Host.objects.visible_to(actor).filter(meetup=meetup)
    if lost := sorted({h.room for h in hosts} - names):
        words = _("수요 기업의 테이블이 있는 회의실은 없앨 수 없습니다: %(rooms)s")
        raise Invalid(fields={"rooms": words % {"rooms": ", ".join(lost)}})


def _standing(meetup: Meetup, actor: Actor) -> Any:
    return Meeting.objects.visible_to(actor).filter(meetup=meetup).exclude(state=MeetingState.CANCELLED)


def add_meeting(
    *,
    meetup: Meetup,
    actor: Actor,
    application: Application,
    table: int,
    starts_at: datetime,
    ends_at: datetime,
    id: UUID | None = None,
) -> Meeting:
    """Put an invited application at a table for a time of the meetup's day. The same id again returns what it made.

    Raises Invalid in words where the startup or the table is taken; the database decides that, so also between two
    officers at once. In a published plan the meeting is public at once and its sides are told.
    """
    require(actor, "add_meeting", meetup)
    with transaction.atomic():
        locked = lock(meetup)
        made: Meeting | None = Meeting.objects.visible_to(actor).filter(pk=id).first()
        if made is not None:
            return made
        if not may(actor, "add_meeting", locked):
            raise WrongState(_("종료된 행사에는 만남을 추가할 수 없습니다."))
        _require_times(locked, starts_at, ends_at)
        candidate = _candidate(application, locked)
        meeting = _meeting(locked, candidate, actor)
        meeting.id = id or meeting.id
        meeting.table, meeting.starts_at, meeting.ends_at = table, starts_at, ends_at
        board = board_of(locked, actor)
        _store(meeting)
        if meeting.corporation_id in board.seats:
            _require_slot(board, meeting)
            require_no_new_fault(locked, actor, set(board.faults(board.places)), "starts_at")
        if meeting.published:
            _tell(locked, [candidate], actor)
    return meeting


def _require_slot(board: Board, meeting: Meeting) -> None:
    if (meeting.starts_at, meeting.ends_at) not in [(s.starts_at, s.ends_at) for s in board.slots]:
        slots = ", ".join(map(str, board.slots))
        words = _("만남은 행사의 시간대 가운데 하나여야 합니다: %(slots)s")
        raise Invalid(fields={"starts_at": words % {"slots": slots}})


def _meeting(meetup: Meetup, application: Application, actor: Actor) -> Meeting:
    """A meeting of the application's two sides, with their names for the plan; table and time are still open."""
    sides = [application.corporation_id, application.startup_id]
    names = dict(Organization.objects.visible_to(actor).filter(pk__in=sides).values_list("pk", "name"))
    return Meeting(
        program_id=meetup.program_id,
        meetup=meetup,
        application=application,
        corporation_id=application.corporation_id,
        startup_id=application.startup_id,
        corporation_name=names[application.corporation_id],
        startup_name=names[application.startup_id],
        published=meetup.published_at is not None,
    )


def _require_times(meetup: Meetup, starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise Invalid(fields={"ends_at": _("종료는 시작보다 뒤여야 합니다.")})
    if any(at.astimezone(SEOUL).date() != meetup.day for at in (starts_at, ends_at)):
        raise Invalid(
            fields={
                "starts_at": _("만남은 행사 날짜(%(day)s) 안에 있어야 합니다.")
                % {"day": day(meetup.day, active_language())}
            }
        )


def _candidate(application: Application, meetup: Meetup) -> Application:
    """The application, locked, so that it can't be withdrawn meanwhile. Then the program's row: whoever places
    meetings of one program does it one after the other, and two of them never wait for each other.
    """
    candidate = lock(application)
    if candidate.program_id != meetup.program_id:
        raise NotFound
    if candidate.state != Applied.INVITED:
        raise Invalid(fields={"application": _("밋업에 초대된 신청만 배치할 수 있습니다.")})
    with system("one meeting of a program is placed after the other"):
        Program.objects.select_for_update().get(pk=meetup.program_id)
    return candidate


def _store(meeting: Meeting) -> None:
    try:
        with transaction.atomic():
            meeting.save(force_insert=True)
    except IntegrityError as fault:
        time = f"{clock(meeting.starts_at)}~{clock(meeting.ends_at)}"
        broken = getattr(getattr(fault.__cause__, "diag", None), "constraint_name", "")
        if broken == "meeting_startup_once":
            words = _("%(startup)s에는 %(time)s와 겹치는 다른 만남이 있습니다. 다른 시간을 골라 주십시오.")
            raise Invalid(fields={"starts_at": words % {"startup": meeting.startup_name, "time": time}}) from None
        if broken == "meeting_table_once":
            words = _(
                "%(table)d번 테이블에는 %(time)s와 겹치는 다른 만남이 있습니다. 다른 테이블이나 시간을 골라 주십시오."
            )
            raise Invalid(fields={"table": words % {"table": meeting.table, "time": time}}) from None
        raise


def publish(*, meetup: Meetup, actor: Actor) -> Meetup:
    """Open the plan to everybody in it and tell them. Raises Refusal where nothing is planned yet."""
    with transition(meetup, "publish", actor) as meetup:
        planned = _standing(meetup, actor)
        planned.update(published=True, changed_at=None)
        _tell(meetup, [m.application for m in planned.select_related("application")], actor)
    return meetup


def _tell(meetup: Meetup, applications: Iterable[Application], actor: Actor) -> None:
    """Open the plan to both sides and the coordinating center of each application, and tell them."""
    concerned = open_to(meetup, list(applications), actor)
    facts = {"name": meetup.name, "day": meetup.day, "venue": meetup.venue}
    announce("meetup.published", meetup, to=Audience.of(*concerned, roles=TOLD), **facts)


def start(*, meetup: Meetup, actor: Actor) -> Meetup:
    with transition(meetup, "start", actor) as meetup:
        pass
    return meetup


def close(*, meetup: Meetup, actor: Actor) -> Meetup:
    with transition(meetup, "close", actor) as meetup:
        pass
    return meetup
