"""The pages of awards, disbursements and the ledger."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from agreements.funding import operations, queries
from agreements.funding.forms import NewDisbursementForm, PayForm
from agreements.funding.models import Award, Disbursement, LedgerEntry, Progress
from agreements.funding.policy import sees_use
from agreements.funding.tables import (
    AwardFilter,
    AwardTable,
    DisbursementFilter,
    DisbursementTable,
    EntryTable,
    OwnEntryTable,
    ProgressFilter,
    ProgressTable,
)
from portal.kernel.money import Won
from portal.kernel.roles import Kind
from portal.security.actor import Actor
from portal.security.policy import may
from portal.web.page import Action, Fact
from portal.web.rooms import Create, Room, Step, register


def spelled(amount: int) -> str:
    """An amount in figures and in words: 200,000,000원 (금이억원)."""
    won = Won(amount)
    return won.format("en") if get_language() == "en" else f"{won.format()} (금{won.words()})"


# --- awards ---


def award_facts(award: Award, actor: Actor) -> list[Fact]:
    found = [
        Fact(_now("사업"), award.program),
        Fact(_now("스타트업"), award.startup),
        Fact(_now("수요 기업"), award.corporation),
        Fact(_now("지원금"), spelled(award.amount)),
    ]
    if sees_use(actor):
        found.append(Fact(_now("신청·지급"), spelled(award.drawn)))
        found.append(Fact(_now("남은 금액"), spelled(award.remaining)))
    found.append(Fact(_now("배정일"), award.awarded_at))
    if actor.kind == Kind.MINISTRY:
        found.append(Fact(_now("배정한 사람"), award.awarded_by))
    return found


def award_actions(award: Award, actor: Actor) -> list[Action]:
    if not may(actor, "draw", award):
        return []
    url = f"{reverse('disbursements:new')}?award={award.pk}"
    missing = () if award.remaining else (_now("남은 금액이 없습니다."),)
    return [Action("draw", _now("지급 신청"), url, weight="primary", missing=missing)]


def award_parts(award: Award, actor: Actor, request: HttpRequest) -> dict[str, Any]:
    """The award's disbursements and lines of the ledger, for those who may see them."""
    if not sees_use(actor):
        followed = Progress.objects.visible_to(actor).filter(award=award).select_related("startup", "program")
        progress = ProgressTable(followed.order_by("-id"), request=request, exclude=("program",), orderable=False)
        return {"progress": progress if actor.kind == Kind.CENTER else None}
    asked = Disbursement.objects.visible_to(actor).filter(award=award).select_related("startup").order_by("-id")
    lines = LedgerEntry.objects.visible_to(actor).filter(award=award).order_by("at", "id")
    return {
        "disbursements": DisbursementTable(asked, request=request, exclude=("startup",), orderable=False),
        "entries": OwnEntryTable(lines, request=request),
    }


AWARDS = register(
    Room(
        name="awards",
        api_fields=["state", "program", "application", "startup", "corporation", "amount", "awarded_at"],
        model=Award,
        param="award",
        title=_("협업자금"),
        titled=lambda a: f"{a.startup} {Won(a.amount).format()}",
        lead=_("선정된 협업에 배정된 정부 지원금입니다. 기업당 한도는 사업별로 2억원 이내입니다."),
        table=AwardTable,
        filterset=AwardFilter,
        facts=award_facts,
        actions=award_actions,
        extra=award_parts,
        related=("startup", "corporation", "program", "use"),
        steps={"cancel": Step(operations.cancel), "close": Step(operations.close)},
        empty=_("아직 배정된 지원금이 없습니다."),
        empty_hint=_("선정 결과가 발표되면 이곳에 표시됩니다."),
        owner="startup",
        template="awards/detail.html",
        list_template="awards/list.html",
        money=True,
    )
)


# --- disbursements ---


def progress_facts(progress: Progress, _actor: Actor) -> list[Fact]:
    award = reverse("awards:detail", args=[progress.award_id])
    return [
        Fact(_now("사업"), progress.program),
        Fact(_now("스타트업"), progress.startup),
        Fact(_now("상태"), progress.get_state_display()),
        Fact(_now("지원금"), format_html('<a href="{}">{}</a>', award, _now("지원금 보기"))),
    ]


PROGRESS = register(
    Room(
        name="disbursement-states",
        model=Progress,
        param="progress",
        title=_("지급 진행 상황"),
        titled=lambda p: f"{p.startup} – {p.get_state_display()}",
        lead=_("담당하시는 스타트업의 지급이 어디까지 진행되었는지 보여 드립니다. 금액과 용도는 보이지 않습니다."),
        table=ProgressTable,
        filterset=ProgressFilter,
        facts=progress_facts,
        related=("startup", "program"),
        empty=_("아직 신청된 지급이 없습니다."),
        empty_hint=_("담당하시는 스타트업이 지급을 신청하면 이곳에 표시됩니다."),
        owner="startup",
    )
)


def disbursement_facts(disbursement: Disbursement, actor: Actor) -> list[Fact]:
    award = disbursement.award
    award_link = format_html('<a href="{}">{}</a>', reverse("awards:detail", args=[award.pk]), spelled(award.amount))
    found = [
        Fact(_now("스타트업"), disbursement.startup),
        Fact(_now("신청 금액"), spelled(disbursement.amount)),
        Fact(_now("용도"), disbursement.purpose),
        Fact(_now("지원금"), award_link),
        Fact(_now("이 지원금의 남은 금액"), spelled(award.remaining)),
        Fact(_now("신청일"), disbursement.requested_at),
    ]
    if disbursement.bank_reference:
        found.append(Fact(_now("은행 거래번호"), disbursement.bank_reference))
        found.append(Fact(_now("지급일"), disbursement.paid_at))
    if actor.kind == Kind.MINISTRY:
        people = [
            (pgettext("state", "신청"), disbursement.requested_by),
            (_now("검토"), disbursement.reviewed_by),
            (_now("승인"), disbursement.approved_by),
            (_now("송금"), disbursement.sent_by),
            (_now("지급 확인"), disbursement.paid_by),
        ]
        found.append(Fact(_now("처리한 사람"), [f"{step} {person}" for step, person in people if person]))
    return found


DISBURSEMENTS = register(
    Room(
        name="disbursements",
        api_fields=["state", "award", "startup", "amount", "purpose", "requested_at", "bank_reference", "paid_at"],
        model=Disbursement,
        param="disbursement",
        title=pgettext_lazy("list", "지급"),
        titled=lambda d: f"{d.startup} {Won(d.amount).format()}",
        lead=_("신청, 검토, 승인, 송금은 서로 다른 사람이 처리합니다."),
        table=DisbursementTable,
        filterset=DisbursementFilter,
        facts=disbursement_facts,
        related=("startup", "award", "award__use"),
        create=Create(operations.request, NewDisbursementForm, _("지급 신청")),
        steps={
            "review": Step(operations.review),
            "refuse": Step(operations.refuse),
            "approve": Step(operations.approve),
            "send": Step(operations.send),
            "pay": Step(operations.pay, PayForm),
            "fail": Step(operations.fail),
            "lose": Step(operations.lose),
        },
        empty=_("아직 신청된 지급이 없습니다."),
        empty_hint=_("지원금이 배정되면 대표자가 지급을 신청할 수 있습니다."),
        owner="startup",
        money=True,
    )
)


# --- the ledger ---


def entry_facts(entry: LedgerEntry, actor: Actor) -> list[Fact]:
    found = [
        Fact(_now("일시"), entry.at),
        Fact(_now("사업"), entry.program),
        Fact(_now("스타트업"), entry.startup),
        Fact(_now("나간 곳"), entry.get_debit_display()),
        Fact(_now("들어간 곳"), entry.get_credit_display()),
        Fact(_now("금액"), spelled(entry.amount)),
    ]
    return [*found, Fact(_now("처리한 사람"), entry.by)] if queries.may_read_ledger(actor) else found


def books(actor: Actor, _request: HttpRequest) -> dict[str, Any]:
    """The totals, for those who keep and check the books."""
    return {"totals": queries.totals(actor) if queries.may_read_ledger(actor) else ()}


LEDGER = register(
    Room(
        name="ledger",
        api_fields=["at", "program", "startup", "award", "disbursement", "debit", "credit", "amount"],
        model=LedgerEntry,
        param="entry",
        title=_("원장"),
        titled=lambda e: f"{e.startup} {Won(e.amount).format()}",
        lead=_("배정과 지급이 일어날 때마다 한 줄씩 기록되며, 고치거나 지울 수 없습니다."),
        table=EntryTable,
        facts=entry_facts,
        list_extra=books,
        related=("program", "startup"),
        order=("-at", "-id"),
        empty=_("아직 기록된 내용이 없습니다."),
        empty_hint=_("선정이 확정되어 지원금이 배정되면 이곳에 기록됩니다."),
        sensitive=False,  # amounts by startup; what they are for is opened with award and disbursement
        list_template="awards/ledger.html",
    )
)
