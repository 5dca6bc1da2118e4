"""Background work on stored files: the scan of one, and the search for those that are due again."""

from uuid import UUID

from celery import shared_task

from portal.files import scanning
from portal.kernel.clock import now
from portal.outbox.post import job
from portal.security.actor import Actor


@job("files.scan", outside=True)
def scan(*, actor: Actor, file_id: str) -> None:
    """Look at one stored file. Where there is no verdict the outbox tries again, and later the search below."""
    scanning.scan(file_id=UUID(file_id), actor=actor)


@shared_task(name="portal.files.tasks.rescan", ignore_result=True)
def rescan() -> int:
    """Scan again what has no verdict or was last seen by older signatures."""
    return scanning.rescan(actor=Actor.public(now()))
