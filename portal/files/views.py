"""The pages of private files: what is stored and whether it is safe, the download, the operator's view."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.files import operations, queries, scanning
from portal.files.downloads import serve
from portal.files.models import File
from portal.files.tables import FileFilter, FileTable
from portal.files.workflow import State
from portal.security import policy
from portal.security.actor import Actor
from portal.web.page import Action, Fact, Page
from portal.web.rooms import Room, Step, register
from portal.web.views import MEMBER, page


def facts(file: File, _actor: Actor) -> list[Fact]:
    return [
        Fact(_("크기"), filesizeformat(file.size)),
        Fact(_("올린 때"), file.uploaded_at),
        Fact(_("검사한 때"), file.scanned_at),
        Fact(_("검사 방법"), queries.method(file.signatures) if file.scanned_at else ""),
        Fact(_("발견된 것"), queries.finding_words(file.finding, file.virus)),
        Fact("SHA-256", file.sha256),
    ]


def actions(file: File, _actor: Actor) -> Sequence[Action]:
    missing = () if file.state == State.CLEAN else (str(file.workflow.info[file.state].next_step),)
    address = reverse("files:download", args=[file.pk])
    return [Action("download", _("내려받기"), address, weight="primary", missing=missing)]


def list_actions(actor: Actor) -> Sequence[Action]:
    if not policy.may(actor, "oversee", File):
        return []
    return [Action("scanner", _("파일 검사 현황"), reverse("files:scanner"))]


@page()
def download(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """The file, for whoever may see it, with a record of it."""
    actor = request.actor  # type: ignore[attr-defined]
    return serve(ROOM.get(id, actor=actor), actor=actor)


@page()
def scanner(request: HttpRequest) -> HttpResponse:
    """What checks the files, whether it is there, and how many files are in which state. No names."""
    actor = request.actor  # type: ignore[attr-defined]
    policy.require(actor, "oversee", File)
    again = Action(
        "rescan_all",
        _("모두 다시 검사"),
        reverse("files:rescan_all"),
        method="post",
        confirm=_("저장된 파일을 오래 전에 검사한 것부터 다시 검사합니다. 계속하시겠습니까?"),
    )
    about = Page(
        title=_("파일 검사 현황"),
        crumbs=ROOM.crumbs(),
        lead=queries.scanner_words(),
        actions=[again],
        facts=[Fact(label, f"{count:,}") for label, count in queries.counts()],
    )
    return render(request, "web/detail.html", {"page": about, "object": None, "actor": actor})


@page(MEMBER, ("POST",))
def rescan_all(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    policy.require(actor, "oversee", File)
    count = scanning.rescan(actor=actor, everything=True)
    messages.success(request, _("파일 %(count)s개를 다시 검사합니다.") % {"count": f"{count:,}"})
    return redirect("files:scanner")


ROOM = register(
    Room(
        name="files",
        model=File,
        param="file",
        title=gettext_lazy("파일"),
        titled=lambda f: f.name,
        lead=gettext_lazy("올린 파일과 안전 검사 결과입니다. 검사를 통과한 파일만 내려받을 수 있습니다."),
        table=FileTable,
        filterset=FileFilter,
        facts=facts,
        actions=actions,
        steps={"rescan": Step(operations.rescan), "remove": Step(operations.remove)},
        order=("-uploaded_at", "-id"),
        list_actions=list_actions,
        empty=gettext_lazy("아직 올린 파일이 없습니다."),
        empty_hint=gettext_lazy("추천 목록이나 서류를 올리면 이곳에서 검사 결과를 볼 수 있습니다."),
        owner="owner",
        more=[
            path("scanner/", scanner, name="scanner"),
            path("scanner/rescan/", rescan_all, name="rescan_all"),
            path("<uuid:id>/download/", download, name="download"),
        ],
    )
)
