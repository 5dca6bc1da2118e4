"""Background work on stored files: the scan of one, and the search for those that are due again."""

from uuid import UUID

from celery import shared_task
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy

from portal.files import scanning
from portal.files.models import File
from portal.files.workflow import GONE
from portal.kernel.clock import now
from portal.outbox.post import job
from portal.security.actor import Actor, system


@job("files.scan", outside=True, label=gettext_lazy("파일 안전 검사"))
def scan(*, actor: Actor, file_id: str) -> None:
    """Look at one stored file. Where there is no verdict the outbox tries again, and later the search below."""
    scanning.scan(file_id=UUID(file_id), actor=actor)


@job("files.erase", outside=True, label=gettext_lazy("파일 내용 지우기"))
def erase(*, actor: Actor, file_id: str) -> None:
    """Take the content of a refused or removed file out of the storage. Twice changes nothing."""
    with system("a file's content is erased"):
        key = File.objects.filter(pk=file_id, state__in=GONE).values_list("key", flat=True).first()
    if key:
        default_storage.delete(key)


@shared_task(name="portal.files.tasks.rescan", ignore_result=True)
def rescan() -> int:
    """Scan again what has no verdict or was last seen by older signatures."""
    return scanning.rescan(actor=Actor.public(now()))
