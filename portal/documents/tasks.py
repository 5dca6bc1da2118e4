"""Making the files of an issued document: PDF, sealed, and HWPX from the same frozen data."""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy

from portal.documents import batches
from portal.documents.hwpx import render_hwpx
from portal.documents.models import Batch, Document
from portal.documents.papers import html_of
from portal.documents.pdf import render_pdf
from portal.documents.qr import qr_svg
from portal.documents.seal import seal
from portal.files.storing import keep, new_key
from portal.outbox.post import job
from portal.security.actor import Actor, system

UNFINISHED = [Document.State.WAITING, Document.State.FAILED]


@dataclass(frozen=True, slots=True)
class Files:
    """What is stored of a document: the sealed PDF, whose seal it is, and the HWPX."""

    pdf: bytes
    sealed_by: str
    hwpx: bytes


def give_up(*, actor: Actor, document_id: str | UUID) -> None:
    """The job isn't tried any more: tell whoever caused the batch."""
    with system("a document can't be made"):
        document = Document.objects.select_related("batch").get(pk=document_id)
        batches.stuck(document)


@job("documents.render", outside=True, given_up=give_up, label=gettext_lazy("문서 만들기"))
def render(*, actor: Actor, document_id: str | UUID) -> None:
    """Make the document's files and store them once. The first to finish wins; the second throws its copies away.

    Printing and storing happen outside of any transaction: they take time, and what is written to the storage isn't
    taken back by a rollback. A failure shows on the document and is tried again by the outbox.
    """
    document = _unfinished(document_id)
    if document is None:
        return
    kept: list[str] = []
    try:
        files = printed(document)
        for content in (files.pdf, files.hwpx):
            kept.append(new_key("documents"))
            keep(kept[-1], ContentFile(content))
        if not _finish(document, kept, files, actor):
            _throw_away(kept)
    except Exception:
        _throw_away(kept)
        _fail(document.pk)
        raise


def printed(document: Document) -> Files:
    """Render, then seal: the hash is that of the file as people get it."""
    data: dict[str, Any] = document.data
    html = html_of(document.template, data)
    sealed = seal(render_pdf(html, pictures={"qr.svg": qr_svg(data["verify_url"])}), number=document.number)
    return Files(sealed.content, sealed.by, render_hwpx(html, title=document.title))


def _unfinished(document_id: str | UUID) -> Document | None:
    with system("render a document"):
        found: Document | None = Document.objects.filter(pk=document_id, state__in=UNFINISHED).first()
    return found


def _finish(unfinished: Document, keys: list[str], files: Files, actor: Actor) -> bool:
    """Give the document its files, unless it has them. Returns whether these were taken."""
    with system("render a document"), transaction.atomic():
        if unfinished.batch_id:  # those that finish at once do so one after the other: the last knows it
            Batch.objects.select_for_update().get(pk=unfinished.batch_id)
        document = Document.objects.select_for_update().get(pk=unfinished.pk)
        if document.state not in UNFINISHED:
            return False
        document.key, document.hwpx_key = keys
        document.size, document.sealed_by = len(files.pdf), files.sealed_by
        document.sha256 = hashlib.sha256(files.pdf).hexdigest()
        document.hwpx_sha256 = hashlib.sha256(files.hwpx).hexdigest()
        document.state = Document.State.READY
        document.save(update_fields=["key", "hwpx_key", "size", "sealed_by", "sha256", "hwpx_sha256", "state"])
        if document.batch_id:
            batches.settle(document.batch_id, actor)
        return True


def _fail(document_id: UUID) -> None:
    with system("render a document"), transaction.atomic():
        Document.objects.filter(pk=document_id, state=Document.State.WAITING).update(state=Document.State.FAILED)


def _throw_away(keys: list[str]) -> None:
    for key in keys:
        default_storage.delete(key)
