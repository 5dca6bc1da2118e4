"""How many messages a second relay and work get through, in one process and without a broker between them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from unittest import mock

from django.db import transaction

from portal.kernel.clock import now
from portal.outbox import tasks
from portal.outbox.models import Message
from portal.outbox.post import job
from portal.security.actor import Actor, system

MESSAGES = 1_000
JOB = "bench.nothing"


@dataclass(frozen=True)
class Throughput:
    """Messages a second: through the relay, through work, through both."""

    relay: float
    work: float

    @property
    def both(self) -> float:
        return 1 / (1 / self.relay + 1 / self.work)


@job(JOB)
def nothing(*, actor: Actor, number: int) -> None:
    """A job without an effect: what is left is the outbox's own cost."""


def throughput(actor: Actor) -> Throughput:
    """Write messages, then relay and work off all of them."""
    at = now()
    with system("benchmark messages"), transaction.atomic():
        Message.objects.bulk_create(
            Message(
                job=JOB,
                arguments={"number": number},
                user_id=actor.user_id,
                membership_id=actor.membership_id,
                created_at=at,
                due_at=at,
            )
            for number in range(MESSAGES)
        )
    queued: list[str] = []

    def queue(*, kwargs: dict[str, Any], **_options: Any) -> None:
        queued.append(kwargs["message_id"])

    with mock.patch.object(tasks.work, "apply_async", queue), mock.patch.object(tasks.relay, "apply_async"):
        relaying = working = 0.0
        begin = time.perf_counter()
        while count := tasks.relay():  # a window of them: the next is queued when these are done
            relayed = time.perf_counter()
            for message_id in queued[-count:]:
                tasks.work(message_id=message_id)
            worked = time.perf_counter()
            relaying, working, begin = relaying + relayed - begin, working + worked - relayed, worked
    with system("benchmark messages"):
        done = Message.objects.filter(job=JOB, state=Message.State.DONE).count()
    if not len(queued) == done == MESSAGES:
        raise RuntimeError(f"{MESSAGES} messages written, {len(queued)} queued, {done} done")
    return Throughput(MESSAGES / relaying, MESSAGES / working)
