"""What is said before the timetable is made: places of the corporations, grades, absences, and who may not meet."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from matching.applications.models import Application
from matching.meetups.models import Meetup
from matching.meetups.planning.grid import slots_of
from matching.meetups.planning.models import Absence, Bar, CorporationGrade, Host, StartupGrade
from matching.meetups.planning.queries import board_of, invited, own_requests, progress_of_grades
from matching.meetups.workflow import MeetupState
from portal.kernel.errors import Invalid, NotAllowed, StageClosed, WrongState
from portal.kernel.formats import SEOUL
from portal.kernel.roles import Kind, Role
from portal.kernel.workdays import is_workday, workdays_after
from portal.organizations.models import Organization
from portal.outbox.post import Audience, announce
from portal.outbox.transition import lock, transition
from portal.security.actor import Actor, system
from portal.security.models import grant
from portal.security.policy import may, require

TOLD = (Role.MANAGER, Role.REPRESENTATIVE, Role.MEMBER, Role.HEAD, Role.COORDINATOR)
GRADERS = (Role.MANAGER, Role.REPRESENTATIVE, Role.MEMBER)
REMINDED = (5, 2, 1)
"""Working days before the deadline on which whoever owes grades is reminded [ours]."""


def open_to(meetup: Meetup, applications: Collection[Application], actor: Actor) -> list[UUID]:
    """Open the meetup to both sides and the coordinating center of each application. Returns whom."""
    concerned = sorted({p for a in applications for p in (a.corporation_id, a.startup_id, a.center_id) if p})
    for organization_id in concerned:
        grant(
            purpose="meetup",
            subject_id=meetup.pk,
            organization_id=organization_id,
            cause="meetup",
            cause_id=meetup.pk,
            actor=actor,
        )
    return concerned


def collect(*, meetup: Meetup, actor: Actor) -> Meetup:
    """Ask both sides of every invited application for grades and absences. Each corporation gets a table."""
    with transition(meetup, "collect", actor) as meetup:
        applications = list(invited(meetup, actor))
        open_to(meetup, applications, actor)
        _seat(meetup, applications, actor)
        sides = {p for a in applications for p in (a.corporation_id, a.startup_id)}
        announce(
            "meetup.collecting", meetup, to=Audience.of(*sorted(sides), roles=GRADERS), name=meetup.name,
            until=meetup.grades_close_at,
        )  # fmt: skip
    return meetup


def _seat(meetup: Meetup, applications: Collection[Application], actor: Actor) -> None:
    """A table in the first room for every corporation that has none."""
    hosts = list(Host.objects.visible_to(actor).filter(meetup=meetup))
    next_table = max((t for h in hosts for t in h.tables), default=0) + 1
    known = {h.corporation_id for h in hosts}
    for corporation in sorted({a.corporation_id for a in applications} - known):
        Host(
            meetup=meetup, corporation_id=corporation, room=meetup.rooms[0]["name"], tables=[next_table]
        ).save(force_insert=True)  # fmt: skip
        next_table += 1


def give(
    *, meetup: Meetup, actor: Actor, grades: Mapping[UUID, int] | None = None, absent: Collection[int] | None = None
) -> Meetup:
    """Say how much the actor's organisation wants to meet each, and when it can't be there. None: as it was.

    Raises StageClosed after the deadline, Invalid for a request that isn't the organisation's own.
    """
    require(actor, "preferences", meetup)
    with transaction.atomic():
        with system("a meetup's state and deadline stay while somebody grades"):
            locked: Meetup = Meetup.objects.select_for_update(of=("self",)).get(pk=meetup.pk)
        if not may(actor, "preferences", locked):
            raise WrongState(_("지금은 희망 등급을 받지 않습니다."))
        if locked.grades_close_at is None or actor.now >= locked.grades_close_at:
            raise StageClosed(
                _("희망 등급을 받는 기간이 끝났습니다."), hint=_("바꾸실 내용이 있으면 담당자에게 문의해 주십시오.")
            )
        own = {a.pk: a for a in own_requests(locked, actor)}
        if foreign := set(grades or {}) - own.keys():
            raise Invalid(fields={str(one): _("등급을 줄 수 있는 만남이 아닙니다.") for one in foreign})
        for application_id, grade in (grades or {}).items():
            _grade(locked, own[application_id], grade, actor)
        if absent is not None:
            _keep_absence(locked, actor.organization, absent, actor)
    return locked


def _grade(meetup: Meetup, application: Application, grade: int, actor: Actor) -> None:
    model: Any = CorporationGrade if actor.kind == Kind.CORPORATION else StartupGrade
    if not 1 <= grade <= 5:
        raise Invalid(fields={"grades": _("등급은 1부터 5까지입니다.")})
    said = {"grade": grade, "graded_at": actor.now, "graded_by_id": actor.user}
    found = model.objects.visible_to(actor).filter(meetup=meetup, application=application).first()
    if found is not None and found.grade == grade:
        return
    sides = {"corporation_id": application.corporation_id, "startup_id": application.startup_id}
    model.objects.visible_to(actor).update_or_create(
        meetup=meetup, application=application, defaults=said, create_defaults=said | sides
    )


def _keep_absence(meetup: Meetup, organization_id: UUID, slots: Collection[int], actor: Actor) -> None:
    if unknown := sorted(set(slots) - {s.number for s in slots_of(meetup)}):
        raise Invalid(fields={"absent": _("행사에 없는 시간대입니다: %(slots)s") % {"slots": unknown}})
    Absence.objects.visible_to(actor).update_or_create(
        meetup=meetup, organization_id=organization_id, defaults={"slots": sorted(set(slots))}
    )


def set_host(*, meetup: Meetup, actor: Actor, corporation: Organization, room: str, tables: Collection[int]) -> Host:
    """Say in which room and at which tables a corporation receives. Raises Invalid where that breaks the plan."""
    require(actor, "host", meetup)
    with transaction.atomic():
        locked = lock(meetup)
        if not may(actor, "host", locked):
            raise WrongState
        others = Host.objects.visible_to(actor).filter(meetup=locked).exclude(corporation=corporation)
        taken = {table for host in others for table in host.tables}
        if clash := sorted(taken & set(tables)):
            words = _("다른 기업의 테이블입니다: %(tables)s번") % {"tables": ", ".join(map(str, clash))}
            raise Invalid(fields={"tables": words})
        before = board_of(locked, actor)
        known = set(before.faults(before.places))
        host: Host
        host, _made = Host.objects.visible_to(actor).update_or_create(
            meetup=locked, corporation=corporation, defaults={"room": room, "tables": sorted(set(tables))}
        )
        require_no_new_fault(locked, actor, known, "tables")
        if locked.state != MeetupState.DRAFT:
            open_to(locked, list(invited(locked, actor).filter(corporation=corporation)), actor)
    return host


def require_no_new_fault(meetup: Meetup, actor: Actor, known: Collection[str], field: str) -> None:
    """Raise Invalid where the plan, as it stands now, breaks a rule that it kept before."""
    board = board_of(meetup, actor)
    if faults := [f for f in board.faults(board.places) if f not in known]:
        hint = _("해당하는 만남을 먼저 옮기거나 취소해 주십시오.")
        raise Invalid(
            _("이미 배치된 만남과 맞지 않아 바꿀 수 없습니다."), hint=hint, fields={field: [*faults[:5], hint]}
        )


def bar(*, meetup: Meetup, actor: Actor, application: Application, reason: str, lift: bool = False) -> Bar:
    """Say that two may not meet, or (`lift`) that they may again."""
    require(actor, "bar", meetup)
    if application.program_id != meetup.program_id:
        raise NotAllowed
    with transaction.atomic():
        locked = lock(meetup)
        if not may(actor, "bar", locked):
            raise WrongState
        before = board_of(locked, actor)
        known = set(before.faults(before.places))
        made: Bar
        made, _new = Bar.objects.visible_to(actor).update_or_create(
            meetup=locked, application=application, defaults={"reason": reason, "standing": not lift}
        )
        require_no_new_fault(locked, actor, known, "application")
    return made


def remind(*, meetup: Meetup, actor: Actor) -> list[UUID]:
    """Remind whoever still owes grades, on the working days for it, once a day. Returns whom. As the system."""
    today = actor.now.astimezone(SEOUL).date()
    if meetup.grades_close_at is None or actor.now >= meetup.grades_close_at or meetup.reminded_on == today:
        return []
    if today not in reminder_days(meetup.grades_close_at.astimezone(SEOUL).date()):
        return []
    owing = sorted(g.organization for g in progress_of_grades(meetup, None) if g.missing)
    with transaction.atomic():
        locked = lock(meetup)
        if locked.reminded_on == today:
            return []
        locked.reminded_on = today
        locked.save(update_fields=["reminded_on"])
        if owing:  # one event: one message for each person, however many grades are owed
            announce(
                "meetup.reminder", locked, to=Audience.of(*owing, roles=GRADERS), name=locked.name,
                until=locked.grades_close_at,
            )  # fmt: skip
    return owing


def reminder_days(deadline: date) -> set[date]:
    last = deadline if is_workday(deadline) else workdays_after(deadline, 1)
    return {workdays_after(last, -count) for count in REMINDED}
