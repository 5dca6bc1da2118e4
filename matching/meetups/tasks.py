"""What happens in the background: the timetable's calculation, messages about changes, and reminders by the clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from celery import shared_task
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from matching.meetups import meetings
from matching.meetups.models import Meetup
from matching.meetups.planning import calculations, preferences, putting
from matching.meetups.workflow import MeetupState
from portal.accounts.models import User
from portal.kernel.clock import now
from portal.outbox.post import job
from portal.security.actor import Actor, system


@contextmanager
def _readers_language(actor: Actor) -> Iterator[None]:
    """What is kept of the outcome is in the language of whoever reads it."""
    language = User.objects.filter(pk=actor.user_id).values_list("language", flat=True).first() if actor.user_id else ""
    with override(language or "ko"):
        yield


def _give_up(*, actor: Actor, calculation_id: str) -> None:
    with _readers_language(actor):
        words = _("시스템 문제로 계산하지 못했습니다. 잠시 뒤에 다시 계산해 주십시오.")
        calculations.fail(calculation_id=UUID(calculation_id), actor=actor, words=words)


@job("meetups.compute", outside=True, given_up=_give_up, label=gettext_lazy("밋업 시간표 계산"))
def compute(*, actor: Actor, calculation_id: str) -> None:
    """Compute a timetable. Outside a transaction: how far it is can be seen, and nothing is locked meanwhile."""
    with _readers_language(actor):
        calculations.compute(calculation_id=UUID(calculation_id), actor=actor)


@job("meetups.tell_changes", label=gettext_lazy("밋업 시간표 변경 안내"))
def tell_changes(*, actor: Actor, meetup_id: str) -> None:
    """Tell those concerned of what has changed in a published plan."""
    putting.tell_changes(meetup_id=UUID(meetup_id), actor=actor)


@shared_task(name="matching.meetups.tasks.remind", ignore_result=True)
def remind() -> int:
    """Remind whoever owes grades or outcomes. Returns how many organisations."""
    with system("reminders of meetups") as actor:
        actor = actor.at(now())
        collecting = Meetup.objects.filter(state=MeetupState.COLLECTING).order_by("id")
        told = sum(len(preferences.remind(meetup=meetup, actor=actor)) for meetup in collecting)
        over = Meetup.objects.filter(state__in=[MeetupState.LIVE, MeetupState.CLOSED]).order_by("id")
        return told + sum(len(meetings.chase(meetup=meetup, actor=actor)) for meetup in over)
