"""The pages of legal advice."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from agreements.legal import operations, queries
from agreements.legal.forms import AnswerForm, AskMoreForm, AssignForm, NewCaseForm
from agreements.legal.models import LegalCase
from agreements.legal.tables import CaseFilter, CaseTable, CountTable
from portal.kernel.roles import Kind
from portal.security.actor import Actor
from portal.web.forms import code_names
from portal.web.page import Fact, Page
from portal.web.rooms import Create, Room, Step, register
from portal.web.views import MEMBER, page


def facts(case: LegalCase, actor: Actor) -> list[Fact]:
    found = [Fact(_now("접수번호"), case.number)]
    if actor.kind == Kind.FOUNDATION:
        found.append(Fact(_now("스타트업"), case.startup_name))
    return [
        *found,
        Fact(_now("자문 주제"), code_names("legal_subject", [case.subject])),
        Fact(_now("상대방"), case.counterparty),
        Fact(_now("질의 내용"), case.question),
        Fact(_now("희망 답변일"), case.wanted_on),
        Fact(_now("긴급"), case.urgent),
        Fact(_now("자문위원"), case.advisor_name),
    ]


def parts(case: LegalCase, actor: Actor, _request: HttpRequest) -> dict[str, Any]:
    return {"notes": queries.notes(case, actor)}


@page(MEMBER)
def counts(request: HttpRequest) -> HttpResponse:
    """What the ministry learns: how many cases per subject, never fewer than three."""
    found = queries.counts(request.actor)  # type: ignore[attr-defined]
    context = {
        "page": Page(
            title=_now("법률자문 현황"),
            lead=_now("주제별 접수 건수입니다. 3건 미만은 건수를 표시하지 않습니다."),
        ),
        "table": CountTable(found, request=request),
    }
    return render(request, "legal-cases/counts.html", context)


ROOM = register(
    Room(
        name="legal-cases",
        api_fields=[
            "state",
            "number",
            "subject",
            "counterparty",
            "question",
            "wanted_on",
            "urgent",
            "received_at",
            "advisor_name",
        ],
        model=LegalCase,
        param="case",
        title=_("법률자문"),
        titled=lambda c: c.number,
        lead=_("계약과 분쟁에 관해 자문위원에게 묻습니다. 대기업에는 어떤 경로로도 알려지지 않습니다."),
        table=CaseTable,
        filterset=CaseFilter,
        facts=facts,
        extra=parts,
        create=Create(operations.ask, NewCaseForm, _("법률자문 신청")),
        steps={
            "assign": Step(operations.assign, AssignForm),
            "answer": Step(operations.answer, AnswerForm),
            "ask_more": Step(operations.ask_more, AskMoreForm),
            "close": Step(operations.close),
        },
        empty=_("신청하신 법률자문이 없습니다."),
        empty_hint=_("계약서를 검토하거나 분쟁을 예방하려면 언제든지 신청하실 수 있습니다."),
        owner="startup",
        template="legal-cases/detail.html",
        more=[path("counts/", counts, name="counts")],
    )
)
