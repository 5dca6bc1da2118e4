"""What runs by the clock: sealing, and putting the head of the chain in safe-keeping."""

from celery import shared_task

from portal.audit import safekeeping
from portal.audit.sealing import BATCH
from portal.audit.sealing import seal as seal_batch


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
    safekeeping.keep()
