"""Making the file of an issued document."""

import hashlib
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy

from portal.documents.models import Document
from portal.documents.papers import html_of
from portal.documents.pdf import render_pdf
from portal.documents.qr import qr_svg
from portal.files.storing import keep, new_key
from portal.outbox.post import job
from portal.security.actor import Actor, system

UNFINISHED = [Document.State.WAITING, Document.State.FAILED]


@job("documents.render", outside=True, label=gettext_lazy("문서 만들기"))
def render(*, actor: Actor, document_id: str | UUID) -> None:
    """Print the document and store it once. The first to finish wins; whoever comes second throws its copy away.

    Printing and storing happen outside of any transaction: they take time, and what is written to the storage isn't
    taken back by a rollback. A failure shows on the document and is tried again by the outbox.
    """
    document = _unfinished(document_id)
    if document is None:
        return
    try:
        pdf = printed(document.template, document.data)
        key = new_key("documents")
        keep(key, ContentFile(pdf))
        if not _finish(document.pk, key, pdf):
            default_storage.delete(key)
    except Exception:
        _fail(document.pk)
        raise


def printed(template: str, data: dict[str, Any]) -> bytes:
    """The paper as PDF: the same data give the same bytes."""
    return render_pdf(html_of(template, data), pictures={"qr.svg": qr_svg(data["verify_url"])})


def _unfinished(document_id: str | UUID) -> Document | None:
    with system("render a document"):
        found: Document | None = Document.objects.filter(pk=document_id, state__in=UNFINISHED).first()
    return found


def _finish(document_id: UUID, key: str, pdf: bytes) -> bool:
    """Give the document its file, unless it has one. Returns whether this one was taken."""
    with system("render a document"), transaction.atomic():
        document = Document.objects.select_for_update().get(pk=document_id)
        if document.state not in UNFINISHED:
            return False
        document.key, document.size = key, len(pdf)
        document.sha256 = hashlib.sha256(pdf).hexdigest()
        document.state = Document.State.READY
        document.save(update_fields=["key", "size", "sha256", "state"])
        return True


def _fail(document_id: UUID) -> None:
    with system("render a document"), transaction.atomic():
        Document.objects.filter(pk=document_id, state=Document.State.WAITING).update(state=Document.State.FAILED)
