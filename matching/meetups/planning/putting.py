"""Writing a plan: all of it at one moment, and one message for each person whose day it changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from matching.meetups.models import Meeting, Meetup
from matching.meetups.planning.board import Board, Place
from matching.meetups.planning.preferences import TOLD, open_to
from matching.meetups.planning.queries import invited, standing
from matching.meetups.workflow import MeetingState, MeetupState
from portal.outbox.post import Audience, announce, later
from portal.security.actor import Actor, history, system

SETTLES = timedelta(minutes=5)
"""So long after a change of a published plan its people are told, so that several changes make one message."""


@dataclass(frozen=True, slots=True)
class Changes:
    """How many meetings were moved, dropped and added."""

    moved: int
    dropped: int
    added: int

    def __bool__(self) -> bool:
        return bool(self.moved or self.dropped or self.added)


def put(meetup: Meetup, board: Board, places: Sequence[Place], actor: Actor) -> Changes:
    """Make the plan what `places` say. The caller has locked the meetup and asked the rules."""
    wanted = {p.application: p for p in places}
    at = {s.starts_at for s in board.slots}
    rows = list(standing(meetup, actor).values_list("application_id", "pk", "starts_at", "table"))
    kept = {row[0] for row in rows}
    stays = {(p.application, board.slots[p.slot].starts_at, p.table) for p in places}
    other = [row[1] for row in rows if row[2] in at and (row[0], row[2], row[3]) not in stays]
    changing = list(Meeting.objects.visible_to(actor).filter(pk__in=other))  # of thousands, the few that change
    dropped = [m for m in changing if m.application_id not in wanted and m.state == MeetingState.SCHEDULED]
    moved = [m for m in changing if m.application_id in wanted]
    with connection.cursor() as cursor:  # who changes places stands for a moment in the other's
        cursor.execute("SET CONSTRAINTS meeting_startup_once, meeting_table_once DEFERRED")
    _drop(dropped, actor)
    for meeting in moved:
        _move(meeting, board, wanted[meeting.application_id])
        meeting.changed_at = actor.now if meeting.published else None
    Meeting.objects.visible_to(actor).bulk_update(moved, ["starts_at", "ends_at", "table", "changed_at"])
    added = _add(meetup, board, [p for a, p in wanted.items() if a not in kept], actor)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    changes = Changes(len(moved), len(dropped), added)
    if meetup.published_at is not None and changes:
        tell_later(meetup, actor)
    return changes


def _drop(meetings: Sequence[Meeting], actor: Actor) -> None:
    for meeting in meetings:
        meeting.state, meeting.locked = MeetingState.CANCELLED, False
        meeting.changed_at = actor.now if meeting.published else None
    with history(transition="meeting.cancel", reason=_("시간표가 다시 짜여 자리가 없어졌습니다.")):
        Meeting.objects.visible_to(actor).bulk_update(meetings, ["state", "locked", "changed_at"])


def _move(meeting: Meeting, board: Board, place: Place) -> None:
    slot = board.slots[place.slot]
    meeting.starts_at, meeting.ends_at, meeting.table = slot.starts_at, slot.ends_at, place.table


def _add(meetup: Meetup, board: Board, places: Sequence[Place], actor: Actor) -> int:
    applications = {a.pk: a for a in invited(meetup, actor).filter(pk__in=[p.application for p in places])}
    made = []
    for place in places:
        wish = board.wishes[place.application]
        meeting = Meeting(
            program_id=meetup.program_id,
            meetup=meetup,
            application_id=place.application,
            corporation_id=wish.corporation,
            startup_id=wish.startup,
            corporation_name=board.names[wish.corporation],
            startup_name=board.names[wish.startup],
            published=meetup.published_at is not None,
        )
        meeting.changed_at = actor.now if meeting.published else None
        _move(meeting, board, place)
        made.append(meeting)
    Meeting.objects.bulk_create(made)
    if meetup.published_at is not None:
        open_to(meetup, list(applications.values()), actor)
    return len(made)


def tell_later(meetup: Meetup, actor: Actor) -> None:
    """Tell those concerned: at once on the day, else when the plan has settled."""
    due = actor.now if meetup.state == MeetupState.LIVE else actor.now + SETTLES
    later("meetups.tell_changes", actor=actor, due=due, meetup_id=meetup.pk)


def tell_changes(*, meetup_id: UUID, actor: Actor) -> None:
    """One event for all changes that nobody has been told of: one message for each person. Twice tells once."""
    with system("changes of a published plan are told"):
        meetup = Meetup.objects.select_for_update(of=("self",)).get(pk=meetup_id)
        changed = Meeting.objects.filter(meetup=meetup, changed_at__isnull=False)
        concerned = {p for pair in changed.values_list("corporation_id", "startup_id") for p in pair}
        changed.update(changed_at=None)
        if concerned:
            to = Audience.of(*sorted(concerned), roles=TOLD)
            announce("meetup.changed", meetup, to=to, name=meetup.name, day=meetup.day)
