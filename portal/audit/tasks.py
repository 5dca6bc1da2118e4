"""What runs by the clock: sealing, and putting the head of the chain in safe-keeping."""

from celery import shared_task

from portal.audit import operations
from portal.audit.sealing import BATCH
from portal.audit.sealing import seal as seal_batch
from portal.kernel.clock import now
from portal.security.actor import Actor, acting


@shared_task(name="portal.audit.tasks.seal", ignore_result=True)
def seal() -> int:
    """Seal what is settled. Returns how many."""
    sealed = done = seal_batch()
    while done == BATCH:
        sealed += (done := seal_batch())
    return sealed


@shared_task(name="portal.audit.tasks.keep_head", ignore_result=True)
def keep_head() -> None:
    """Put the chain's head where the database's administrator can't change it."""
    actor = Actor.public(now())
    with acting(actor):
        operations.keep_head(actor=actor)
