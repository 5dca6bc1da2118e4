"""The relay: takes messages that wait, queues them, and works each off once."""

import inspect
import logging
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.kernel.clock import now
from portal.kernel.errors import Refusal
from portal.organizations.actors import actor_of_membership
from portal.outbox.models import Message
from portal.outbox.post import jobs
from portal.security.actor import acting, system

WINDOW = 200  # queued at a time
LOST_AFTER = timedelta(minutes=2)  # queued but not done: the broker or a worker lost it, it is sent again
RETRIES = [timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1)]
STARTS = len(RETRIES)  # without a result: then it is the job that ends its worker, not bad luck
log = logging.getLogger("portal.outbox")
HEARTBEAT = "portal.worker.heartbeat"


@shared_task(name="portal.outbox.tasks.relay", ignore_result=True)
def relay() -> int:
    """Queue what is due, at most a window of it. Returns how many. Several relays at once share the work (SKIP LOCKED).

    What waits for a place stays here: in a longer queue it would look lost, and be queued again and again.
    """
    with system("outbox relay"), transaction.atomic():
        at = now()
        under_way = Message.objects.filter(state="queued", queued_at__gte=at - LOST_AFTER).count()
        due = Q(state__in=["waiting", "failed"], due_at__lte=at) | Q(state="queued", queued_at__lt=at - LOST_AFTER)
        found = list(
            Message.objects.filter(due)
            .select_for_update(skip_locked=True)
            .order_by("due_at")
            .values_list("pk", flat=True)[: max(0, WINDOW - under_way)]
        )
        Message.objects.filter(pk__in=found).update(state=Message.State.QUEUED, queued_at=at)
    for pk in found:
        work.apply_async(kwargs={"message_id": str(pk)}, ignore_result=True)
    return len(found)


@shared_task(name="portal.outbox.tasks.work", ignore_result=True)
def work(*, message_id: str) -> None:
    """Do one message's job. Inside: the effect and the mark that it is done are one transaction, so it happens once.
    Outside (mail): the job runs without a transaction and must itself know what it has done before.
    """
    try:
        message = _begin(message_id)
        if message is None:
            return
        if jobs()[message.job].outside:
            run(message)
            with system("outbox work"), transaction.atomic():
                _done(message)
            return
        with system("outbox work"), transaction.atomic():
            message = _open(message_id)
            if message is not None:
                run(message)
                _done(message)
    except Exception as fault:
        _put_off(UUID(message_id), fault)
        if not isinstance(fault, Refusal):
            raise


def _open(message_id: str) -> Message | None:
    """The message, locked. A twin that was queued twice finds the row locked, or done, and goes home."""
    found = Message.objects.filter(pk=message_id).exclude(state__in=["done", "given_up"])
    message: Message | None = found.select_for_update(skip_locked=True).first()
    return message


def _begin(message_id: str) -> Message | None:
    """Count the start, in a transaction of its own: a job that ends its worker leaves nothing else behind.

    None where there is nothing to do now: done, in work, too soon after a start that left no result, or given up.
    """
    with system("outbox work"), transaction.atomic():
        message = _open(message_id)
        if message is None:
            return None
        if message.starts >= STARTS:
            message.error = _(
                "작업을 하던 프로세스가 %(count)d번 도중에 끝났습니다. 메모리와 시간 한도를 확인해 주십시오."
            ) % {"count": message.starts}
            message.state = Message.State.GIVEN_UP
            message.save(update_fields=["state", "error"])
            _give_up(message)
            return None
        at = now()
        if message.starts and message.due_at > at:  # queued again the moment its worker died
            message.state = Message.State.FAILED
            message.save(update_fields=["state"])
            return None
        message.due_at = at + RETRIES[message.starts]
        message.starts += 1
        message.save(update_fields=["starts", "due_at"])
        return message


def _done(message: Message) -> None:
    message.state, message.done_at, message.error = Message.State.DONE, now(), ""
    message.save(update_fields=["state", "done_at", "error"])


def run(message: Message) -> None:
    """Run the message's job as whoever caused it, with the rights that this person has now.

    A job that declares `message_id` gets it: a stable key for rows that it must write only once.
    """
    _call(jobs()[message.job].function, message)


def _call(function: Callable[..., None], message: Message) -> None:
    actor = actor_of_membership(message.membership_id, message.user_id, now())
    identity = {"message_id": message.id} if "message_id" in inspect.signature(function).parameters else {}
    with acting(actor):
        function(actor=actor, **message.arguments, **identity)


def _put_off(message_id: UUID, fault: Exception) -> None:
    with system("outbox retry"), transaction.atomic():
        message = Message.objects.select_for_update().get(pk=message_id)
        if message.state in ("done", "given_up"):
            return
        message.attempts, message.starts = message.attempts + 1, 0
        if not isinstance(fault, Refusal):
            log.warning("job %s (%s) failed", message.pk, message.job, exc_info=fault)
        # A refusal is an answer: asking again gives the same one.
        last = isinstance(fault, Refusal) or message.attempts > len(RETRIES)
        message.state = Message.State.GIVEN_UP if last else Message.State.FAILED
        message.due_at = now() + (timedelta() if last else RETRIES[message.attempts - 1])
        message.error = f"{type(fault).__name__}: {fault}"[:500]
        message.save(update_fields=["attempts", "starts", "state", "due_at", "error"])
        if last:
            _give_up(message)


def _give_up(message: Message) -> None:
    """Have the room say that the job has ended in vain. A fault here must not hide the job's own."""
    given_up = jobs()[message.job].given_up
    if given_up is None:
        return
    try:
        with transaction.atomic():
            _call(given_up, message)
    except Exception:
        log.exception("giving up %s %s", message.job, message.pk)


@shared_task(name="portal.outbox.tasks.heartbeat", ignore_result=True)
def heartbeat() -> None:
    """Say that scheduler, broker and worker are alive; `/readyz` looks for it."""
    cache.set(HEARTBEAT, now().isoformat(), timeout=60)
