"""How far the files of documents issued together are: counted from the documents, so it is always true."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from portal.documents.models import Batch, Document
from portal.outbox.post import Audience, announce
from portal.security.actor import Actor, system

_OPEN = (Document.State.WAITING, Document.State.FAILED)


@dataclass(frozen=True, slots=True)
class Counts:
    """Documents of a batch whose files wait, are there, or failed and are tried again."""

    waiting: int
    done: int
    failed: int

    @property
    def total(self) -> int:
        return self.waiting + self.done + self.failed


def counts(batch: Batch) -> Counts:
    """Numbers only: whoever may see the batch needn't be a reader of its documents."""
    with system("a batch's progress"):
        by_state = dict(
            Document.objects.filter(batch_id=batch.pk).order_by().values_list("state").annotate(Count("pk"))
        )
    waiting, failed = (by_state.pop(state, 0) for state in _OPEN)
    return Counts(waiting, sum(by_state.values()), failed)


def settle(batch_id: UUID, actor: Actor) -> None:
    """Close the batch where no file is missing, and tell whoever caused it. The batch is locked by the caller."""
    with system("a batch is finished"):
        if Document.objects.filter(batch_id=batch_id, state__in=_OPEN).exists():
            return
        batch = Batch.objects.get(pk=batch_id)
        if batch.finished_at is None:
            batch.finished_at = actor.now
            batch.save(update_fields=["finished_at"])
            announce("batch.finished", batch, to=_whose(batch), title=batch.title, count=batch.total)


def stuck(document: Document) -> None:
    """A file of a batch can't be made, however often it is tried: whoever caused it learns which."""
    if document.batch:
        announce("batch.stuck", document.batch, to=_whose(document.batch), number=document.number)


def _whose(batch: Batch) -> Audience:
    return Audience.members(batch.membership_id) if batch.membership_id else Audience.of(batch.owner_id)
