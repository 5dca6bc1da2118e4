"""Issuing a document: number → freeze → wait for its file; replacing and revoking it. Nothing else makes documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from portal.documents.codes import new_code
from portal.documents.models import Batch, Counter, Document
from portal.documents.papers import check_fields, html_of
from portal.documents.plain import plain, plain_data
from portal.documents.workflow import STANDING
from portal.kernel.errors import NotAllowed, WrongState
from portal.kernel.formats import SEOUL, document_number
from portal.kernel.ids import new_id
from portal.organizations.models import Organization
from portal.outbox.post import Audience, announce, later
from portal.outbox.transition import transition
from portal.security.actor import Actor, system
from portal.security.policy import require

SERIES = "DTV"


def issue(
    *,
    actor: Actor,
    kind: str,
    program_id: UUID,
    year: int,
    title: str,
    owner: Organization,
    subject: models.Model,
    template: str,
    data: Mapping[str, Any],
    issuer: str = "",
    ministry_reads: bool = True,
    batch: Batch | None = None,
) -> Document:
    """Give a document its number, freeze what it says, and have its file made after the commit.

    Call it in the transaction of the act that the document states: where that fails, the number isn't used. `kind` is
    a Korean word ("결과"), `owner` the organisation whose document it is, `template` a file below templates/,
    `data` plain JSON, `issuer` who issues it where that isn't the actor's organisation; number, date, title, issuer,
    code, verify_url and notice are added. Whether the actor may issue it is asked by the caller. Raises WrongState
    where a valid document of the kind exists for the subject, PaperFault where the data aren't the fields that the
    template declares. Files: PDF (sealed) and HWPX.
    """
    check_fields(template, data)
    label = subject._meta.label_lower
    with transaction.atomic(), system("issue a document"):
        if Document.objects.filter(subject=label, subject_id=subject.pk, kind=kind, state__in=STANDING).exists():
            raise WrongState(
                _("이미 발급된 문서가 있습니다."), hint=_("발급된 문서는 문서함에서 다시 내려받을 수 있습니다.")
            )
        serial = next_serial(year=year, kind=kind)
        document = Document(
            program_id=program_id,
            year=year,
            kind=kind,
            serial=serial,
            number=document_number(SERIES, year, kind, serial),
            title=plain(title),
            owner=owner,
            ministry_reads=ministry_reads,
            subject=label,
            subject_id=subject.pk,
            template=template,
            code=new_code(),
            issuer=issuer or actor.organization_name,
            issued_at=actor.now,
            batch=batch,
        )
        document.data = {**plain_data(data), **_stated(document)}
        html_of(template, document.data)  # a paper that can't be printed must not use a number up
        document.save(force_insert=True)
        later("documents.render", actor=actor, document_id=document.id)
    return document


@dataclass(frozen=True, slots=True)
class Paper:
    """One document of several: whose it is, what it is about, what it says."""

    owner: Organization
    subject: models.Model
    data: Mapping[str, Any]


def issue_batch(
    *,
    actor: Actor,
    kind: str,
    program_id: UUID,
    year: int,
    title: str,
    template: str,
    papers: Sequence[Paper],
    ministry_reads: bool = True,
) -> Batch:
    """Issue one document per paper, all of them or none, and have their files made one job each.

    Call it in the transaction of the act, like `issue`. Progress stands at /document-batches/; whoever caused it hears
    when the last file is there, and of each that can't be made. One that fails is tried again and stops no other.
    """
    if actor.organization_id is None:
        raise NotAllowed
    batch = Batch(
        program_id=program_id,
        owner_id=actor.organization_id,
        membership_id=actor.membership_id,
        title=plain(title),
        total=len(papers),
        started_at=actor.now,
        finished_at=None if papers else actor.now,
    )
    with transaction.atomic():
        with system("a batch of documents"):
            batch.save(force_insert=True)
        for paper in papers:
            issue(
                actor=actor,
                kind=kind,
                program_id=program_id,
                year=year,
                title=title,
                owner=paper.owner,
                subject=paper.subject,
                template=template,
                data=paper.data,
                ministry_reads=ministry_reads,
                batch=batch,
            )
    return batch


def replace(*, document: Document, actor: Actor, reason: str) -> Document:
    """Issue the paper anew: what it says stays, number, date and code are new. The older one no longer holds."""
    require(actor, "replace", document)
    with transaction.atomic():
        with system("a document is replaced"), transition(document, "replace", actor, reason=reason) as old:
            owner, facts = old.owner, {k: v for k, v in old.data.items() if k not in _stated(old)}
        return issue(
            actor=actor,
            kind=old.kind,
            program_id=old.program_id,
            year=old.year,
            title=old.title,
            owner=owner,
            subject=apps.get_model(old.subject)(pk=old.subject_id),
            template=old.template,
            data=facts,
            ministry_reads=old.ministry_reads,
        )


def revoke(*, document: Document, actor: Actor, reason: str) -> Document:
    """Say that the document no longer holds, and tell its owner. Its file stays; /verify says that it is revoked."""
    require(actor, "revoke", document)
    with system("a document is revoked"), transition(document, "revoke", actor, reason=reason) as old:
        announce("document.revoked", old, to=Audience.of(old.owner_id), number=old.number)
    return document


def _stated(document: Document) -> dict[str, str]:
    """What every paper says of itself, frozen with it."""
    return {
        "number": document.number,
        "title": document.title,
        "date": document.issued_at.astimezone(SEOUL).date().isoformat(),
        "created": document.issued_at.astimezone(SEOUL).isoformat(timespec="seconds"),
        "issuer": document.issuer,
        "code": document.code,
        "verify_url": f"{settings.BASE_URL}/verify/{document.code}/",
        "notice": "" if settings.PRODUCTION else "시연용 문서",
    }


def next_serial(*, year: int, kind: str) -> int:
    """The next number of the series, 1 first. Holds the counter's row until the transaction ends: no gap, no double."""
    table = connection.ops.quote_name(Counter._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS counter (id, year, kind, last) VALUES (%s, %s, %s, 1) "  # noqa: S608 - our own name
            "ON CONFLICT (year, kind) DO UPDATE SET last = counter.last + 1 RETURNING last",
            [new_id(), year, kind],
        )
        (last,) = cursor.fetchone()
    return int(last)
