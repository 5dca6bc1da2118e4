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
from matching.meetups.workflow import MeetingState
from portal.kernel.errors import Invalid, NotFound, WrongState
from portal.kernel.formats import SEOUL, active_language, clock, day
from portal.kernel.ids import new_id
from portal.kernel.roles import Role
from portal.organizations.models import Organization
from portal.outbox.post import Audience, announce
from portal.outbox.transition import lock, save_changes, transition
from portal.security.actor import Actor, system
from portal.security.models import grant
from portal.security.policy import may, require
from programs.plans.models import Program

TOLD = (Role.MANAGER, Role.REPRESENTATIVE, Role.MEMBER, Role.HEAD, Role.COORDINATOR)


def create(*, actor: Actor, program: Program, name: str, venue: str, day: date, id: UUID | None = None) -> Meetup:
    """Begin a meetup as a draft that only the ministry sees."""
    require(actor, "create", Meetup)
    meetup = Meetup(id=id or new_id(), program=program, name=name, venue=venue, day=day, created_at=actor.now)
    with transaction.atomic():
        meetup.save(force_insert=True)
    return meetup


def edit(*, meetup: Meetup, actor: Actor, **fields: Any) -> Meetup:
    """Change name, venue or day. Raises Invalid where the day has meetings already."""
    require(actor, "edit", meetup)
    with transaction.atomic():
        locked = lock(meetup)
        if not may(actor, "edit", locked):
            raise WrongState
        before = {f.attname: getattr(locked, f.attname) for f in locked._meta.concrete_fields}
        for name in ("name", "venue", "day"):
            if name in fields:
                setattr(locked, name, fields[name])
        if locked.day != before["day"] and _standing(locked, actor).exists():
            raise Invalid(fields={"day": _("배치된 만남이 있어 날짜를 바꿀 수 없습니다. 만남을 먼저 취소해 주십시오.")})
        save_changes(locked, before)
    return locked


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
        _store(meeting)
        if meeting.published:
            _tell(locked, [candidate], actor)
    return meeting


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
        planned.update(published=True)
        _tell(meetup, [m.application for m in planned.select_related("application")], actor)
    return meetup


def _tell(meetup: Meetup, applications: Iterable[Application], actor: Actor) -> None:
    """Open the plan to both sides and the coordinating center of each application, and tell them."""
    concerned = {p for a in applications for p in (a.corporation_id, a.startup_id, a.center_id) if p}
    for organization_id in sorted(concerned):
        grant(
            purpose="meetup",
            subject_id=meetup.pk,
            organization_id=organization_id,
            cause="meetup",
            cause_id=meetup.pk,
            actor=actor,
        )
    facts = {"name": meetup.name, "day": meetup.day, "venue": meetup.venue}
    announce("meetup.published", meetup, to=Audience.of(*sorted(concerned), roles=TOLD), **facts)


def start(*, meetup: Meetup, actor: Actor) -> Meetup:
    with transition(meetup, "start", actor) as meetup:
        pass
    return meetup


def close(*, meetup: Meetup, actor: Actor) -> Meetup:
    with transition(meetup, "close", actor) as meetup:
        pass
    return meetup
