"""The documents' pages: what one may see, and the file."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.audit import records
from portal.documents import operations
from portal.documents.models import Document
from portal.documents.tables import DocumentFilter, DocumentTable
from portal.files.downloads import send
from portal.kernel.errors import WrongState
from portal.security.actor import Actor
from portal.web.page import Action, Fact
from portal.web.rooms import Room, Step, register
from portal.web.views import page


def facts(document: Document, _actor: Actor) -> list[Fact]:
    return [
        Fact(gettext("문서번호"), document.number),
        Fact(gettext("발급 기관"), document.issuer),
        Fact(gettext("발급일"), document.issued_at),
        Fact(gettext("확인 코드"), document.code),
        Fact("SHA-256", document.sha256),
    ]


def actions(document: Document, _actor: Actor) -> Sequence[Action]:
    found = [Action("verify", gettext("진위 확인 화면"), reverse("verify", args=[document.code]))]
    if document.key:
        address = reverse("documents:download", args=[document.pk])
        found.append(Action("download", gettext("PDF 내려받기"), address, weight="primary"))
    return found


@page()
def download(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """The document's file, for whoever may see it, with a record of it."""
    actor = request.actor  # type: ignore[attr-defined]
    document = ROOM.get(id, actor=actor)
    if not document.key:
        raise WrongState(
            gettext("문서 파일을 아직 만들고 있습니다."), hint=gettext("잠시 후 화면을 새로 고쳐 다시 시도해 주십시오.")
        )
    records.note(records.Act.DOWNLOAD, document, actor=actor, owner_id=document.owner_id, number=document.number)
    return send(key=document.key, name=f"{document.number} {document.title}.pdf", media_type="application/pdf")


ROOM = register(
    Room(
        name="documents",
        api_fields=["state", "number", "title", "issuer", "issued_at", "code", "sha256"],
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
        more=[path("<uuid:id>/download/", download, name="download")],
    )
)
