"""The pages of selections, and of the results that startups are told."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from matching.evaluations import queries as evaluations
from matching.evaluations.models import Result
from matching.selections import operations, queries, tables
from matching.selections.forms import LinesForm, NewSelectionForm, initial
from matching.selections.models import Line, Selection
from portal.documents.models import Document
from portal.kernel.money import Won
from portal.security.actor import Actor
from portal.web.page import Action, Fact
from portal.web.rooms import Create, Edit, Room, Step, register, url_of


def facts(selection: Selection, actor: Actor) -> list[Fact]:
    rows = [r.line for r in queries.lines(selection, actor)]
    selected = [x for x in rows if x.decision == Line.Decision.SELECT]
    return [
        Fact(_("협업 수요"), f"{selection.demand.number} {selection.demand.title}"),
        Fact(_("수요 기업"), selection.corporation),
        Fact(_("사업"), selection.program),
        Fact(
            pgettext("state", "선정"),
            _("%(count)d개사 (희망 %(most)d개사)") % {"count": len(selected), "most": selection.demand.wanted_startups},
        ),
        Fact(_("지원금 합계"), Won(sum(x.amount for x in selected))),
        Fact(_("기업당 한도"), Won(selection.program.cap_per_startup)),
    ]


def parts(selection: Selection, actor: Actor, request: HttpRequest) -> dict[str, Any]:
    return {
        "lines": tables.LineTable(queries.lines(selection, actor), request=request),
        "recused": evaluations.recused(selection.round, actor),
    }


def actions(selection: Selection, actor: Actor) -> list[Action]:
    return [
        Action(
            "round", _("평가 결과 보기"), reverse("evaluations:detail", args=[selection.round_id]), weight="tertiary"
        )
    ]


SELECTIONS = register(
    Room(
        name="selections",
        api_fields=[
            "state",
            "program",
            "demand",
            "round",
            "corporation",
            "proposed_at",
            "confirmed_at",
            "announced_at",
        ],
        model=Selection,
        param="selection",
        title=pgettext_lazy("list", "선정"),
        titled=lambda s: _("%(title)s 선정안") % {"title": s.demand.title},
        lead=gettext_lazy("수요 기업이 제안하고 중소벤처기업부가 확정합니다. 제안한 사람은 확정할 수 없습니다."),
        table=tables.SelectionTable,
        filterset=tables.SelectionFilter,
        facts=facts,
        related=("demand", "corporation", "program", "round"),
        create=Create(operations.create, NewSelectionForm, gettext_lazy("선정안 작성")),
        edit=Edit(operations.edit, LinesForm, initial, gettext_lazy("기업별 결정")),
        steps={
            "propose": Step(operations.propose),
            "return_": Step(operations.return_),
            "confirm": Step(operations.confirm),
            "announce": Step(operations.announce),
        },
        extra=parts,
        actions=actions,
        template="selections/selection.html",
        empty=gettext_lazy("아직 선정안이 없습니다."),
        empty_hint=gettext_lazy("평가가 마감되면 수요 기업이 선정안을 작성합니다."),
        owner="corporation",
        money=["confirm"],  # awards follow from it
    )
)


def notice_facts(line: Line, actor: Actor) -> list[Fact]:
    """One startup's own result. Nothing of others."""
    found = [
        Fact(_("결과"), line.get_decision_display()),
        Fact(_("접수번호"), line.application.number),
        Fact(_("신청 기업"), line.startup),
        Fact(_("수요 기업"), line.corporation),
        Fact(_("사업"), line.program),
    ]
    if line.decision == Line.Decision.SELECT:
        found.append(Fact(_("지원금"), Won(line.amount)))
    result = Result.objects.visible_to(actor).filter(application_id=line.application_id).first()
    if result is not None and result.mean is not None:
        found.append(Fact(_("평가 평균"), _("%(mean)s점") % {"mean": result.mean}))
    found += [
        Fact(_("수요 기업의 의견"), line.message or "-"),
        Fact(_("발표"), line.announced_at or _("발표 전")),
    ]
    letters = Document.objects.filter(subject=Line._meta.label_lower, subject_id=line.pk)
    return found + [Fact(_("통지서"), d.number) for d in letters.visible_to(actor).order_by("serial")]


def notice_actions(line: Line, actor: Actor) -> list[Action]:
    letters = Document.objects.visible_to(actor).filter(subject=Line._meta.label_lower, subject_id=line.pk)
    return [
        Action("letter", _("통지서 보기"), url, weight="primary")
        for d in letters.order_by("serial")
        if (url := url_of(d))
    ]


NOTICES = register(
    Room(
        name="notices",
        api_fields=[
            "program",
            "application",
            "startup",
            "corporation",
            "decision",
            "amount",
            "message",
            "announced_at",
        ],
        model=Line,
        param="line",
        title=gettext_lazy("선정 결과"),
        titled=lambda x: _("%(number)s 선정 결과") % {"number": x.application.number},
        lead=gettext_lazy("발표된 결과와 통지서를 확인하실 수 있습니다."),
        table=tables.NoticeTable,
        filterset=tables.NoticeFilter,
        facts=notice_facts,
        related=("application", "startup", "corporation", "program"),
        actions=notice_actions,
        empty=gettext_lazy("아직 발표된 결과가 없습니다."),
        empty_hint=gettext_lazy("결과가 발표되면 알림과 통지서를 보내 드립니다."),
        owner="startup",
    )
)
