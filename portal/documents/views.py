"""The documents' pages: what one may see, and the file."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.audit import records
from portal.documents import batches, hwpx, operations
from portal.documents.models import Batch, Document
from portal.documents.tables import BatchTable, DocumentFilter, DocumentTable
from portal.files.downloads import send
from portal.kernel.errors import NotFound, WrongState
from portal.security.actor import Actor
from portal.web.page import Action, Fact, Progress
from portal.web.rooms import Room, Step, register
from portal.web.views import page


def facts(document: Document, _actor: Actor) -> list[Fact]:
    return [
        Fact(gettext("문서번호"), document.number),
        Fact(gettext("발급 기관"), document.issuer),
        Fact(gettext("발급일"), document.issued_at),
        Fact(gettext("확인 코드"), document.code),
        Fact(gettext("전자관인"), document.sealed_by),
        Fact("SHA-256 (PDF)", document.sha256),
        Fact("SHA-256 (HWPX)", document.hwpx_sha256),
    ]


def actions(document: Document, _actor: Actor) -> Sequence[Action]:
    found = [Action("verify", gettext("진위 확인 화면"), reverse("verify", args=[document.code]))]
    if document.key:
        address = reverse("documents:download", args=[document.pk])
        found.append(Action("download", gettext("PDF 내려받기"), address, weight="primary"))
    if document.hwpx_key:
        address = reverse("documents:hwpx", args=[document.pk])
        found.append(Action("hwpx", gettext("한글 파일(HWPX) 내려받기"), address, weight="secondary"))
    return found


@page()
def download(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """The sealed PDF, for whoever may see the document, with a record of it."""
    return _file(request, id, "key", "pdf", "application/pdf")


@page()
def download_hwpx(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """The same paper for the word processor, likewise."""
    return _file(request, id, "hwpx_key", "hwpx", hwpx.MIMETYPE)


def _file(request: HttpRequest, id: UUID, field: str, ending: str, media_type: str) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    document = ROOM.get(id, actor=actor)
    key = getattr(document, field)
    if not key and document.key:
        raise NotFound(gettext("이 문서에는 한글 파일이 없습니다."), hint=gettext("PDF 파일을 내려받아 주십시오."))
    if not key:
        raise WrongState(
            gettext("문서 파일을 아직 만들고 있습니다."), hint=gettext("잠시 후 화면을 새로 고쳐 다시 시도해 주십시오.")
        )
    records.note(
        records.Act.DOWNLOAD, document, actor=actor, owner_id=document.owner_id, number=document.number, format=ending
    )
    return send(key=key, name=f"{document.number} {document.title}.{ending}", media_type=media_type)


ROOM = register(
    Room(
        name="documents",
        api_fields=["state", "number", "title", "issuer", "issued_at", "code", "sealed_by", "sha256", "hwpx_sha256"],
        model=Document,
        param="document",
        title=_("문서함"),
        titled=lambda d: d.title,
        lead=_("발급된 통지서와 증명서입니다. 문서마다 번호와 확인 코드가 있어 누구나 진위를 확인할 수 있습니다."),
        table=DocumentTable,
        filterset=DocumentFilter,
        facts=facts,
        steps={"replace": Step(operations.replace), "revoke": Step(operations.revoke)},
        actions=actions,
        empty=_("아직 받으신 문서가 없습니다."),
        empty_hint=_("선정 결과가 발표되거나 협약이 체결되면 이곳에 문서가 들어옵니다."),
        owner="owner",
        more=[
            path("<uuid:id>/download/", download, name="download"),
            path("<uuid:id>/download/hwpx/", download_hwpx, name="hwpx"),
        ],
    )
)


# --- batches ---------------------------------------------------------------------------------------------------------


def batch_facts(batch: Batch, _actor: Actor) -> list[Fact]:
    found = batches.counts(batch)
    return [
        Fact(gettext("완료"), found.done),
        Fact(gettext("대기"), found.waiting),
        Fact(gettext("실패(자동 재시도)"), found.failed),
        Fact(gettext("문서 수"), batch.total),
        Fact(gettext("시작"), batch.started_at),
        Fact(gettext("모두 끝난 시각"), batch.finished_at),
    ]


def batch_progress(batch: Batch) -> Progress | None:
    if batch.finished_at:
        return None
    found = batches.counts(batch)
    words = gettext("문서 %(total)s건 가운데 %(done)s건 완료, %(failed)s건 재시도 중")
    counted = {"total": found.total or 1, "done": found.done, "failed": found.failed}
    return Progress(found.done, counted["total"], words % counted)


BATCHES = register(
    Room(
        name="document-batches",
        api_fields=["title", "total", "started_at", "finished_at"],
        model=Batch,
        param="batch",
        title=_("일괄 발급"),
        titled=lambda b: b.title,
        lead=_("한꺼번에 발급한 문서의 진행 상황입니다. 화면을 떠나도 계속되며 모두 끝나면 알려 드립니다."),
        table=BatchTable,
        facts=batch_facts,
        progress=batch_progress,
        template="document-batches/detail.html",
        empty=_("한꺼번에 발급한 문서가 아직 없습니다."),
        sensitive=False,
    )
)
