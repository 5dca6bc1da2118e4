"""Award: active → closed. Disbursement: requested → reviewed → approved → sent → paid · failed · unknown."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kernel.roles import Kind, approver, finance, officer, representative_of
from portal.kernel.workflow import Guard, StateInfo, Transition, View, Workflow


class AwardState(TextChoices):
    ACTIVE = "active", _("집행 중")
    CANCELLED = "cancelled", pgettext_lazy("state", "취소")
    CLOSED = "closed", _("집행 완료")


def _nothing_drawn(award: Any, _actor: Any) -> Any:
    return _("이미 신청되었거나 지급된 금액이 있어 배정을 취소할 수 없습니다.") if award.drawn else ""


def _nothing_under_way(award: Any, actor: Any) -> Any:
    if award.disbursements.visible_to(actor).filter(state__in=UNDER_WAY).exists():
        return _("처리 중인 지급 건이 있습니다. 지급을 마치거나 반려한 뒤 처리해 주십시오.")
    return ""


AWARD_WORKFLOW = Workflow(
    "award",
    AwardState,
    {
        AwardState.ACTIVE: StateInfo(
            "info",
            [representative_of("startup")],
            _("스타트업이 지급을 신청합니다."),
            views={
                Kind.STARTUP: View(_("집행 중"), _("남은 금액 안에서 지급을 신청해 주십시오.")),
                Kind.CORPORATION: View(_("배정"), _("협업자금이 배정되었습니다.")),
                Kind.CENTER: View(_("배정"), _("협업자금이 배정되었습니다.")),
            },
        ),
        AwardState.CANCELLED: StateInfo("neutral", [], _("배정이 취소되었습니다."), final=True),
        AwardState.CLOSED: StateInfo("success", [], _("모든 집행이 끝났습니다."), final=True),
    },
    Transition(
        "cancel",
        _("배정 취소"),
        [AwardState.ACTIVE],
        AwardState.CANCELLED,
        [approver],
        needs=["reason"],
        guards=[Guard("nothing_drawn", _nothing_drawn)],
        weight="danger",
    ),
    Transition(
        "close",
        pgettext_lazy("action", "집행 완료"),
        [AwardState.ACTIVE],
        AwardState.CLOSED,
        [finance],
        guards=[Guard("nothing_under_way", _nothing_under_way)],
        weight="secondary",
        confirm=_("더 이상 지급을 신청할 수 없게 됩니다. 집행을 마치시겠습니까?"),
    ),
)


class State(TextChoices):
    REQUESTED = "requested", pgettext_lazy("state", "신청")
    REVIEWED = "reviewed", _("검토 완료")
    APPROVED = "approved", _("승인")
    SENT = "sent", _("송금 요청")
    PAID = "paid", _("지급 완료")
    FAILED = "failed", _("송금 실패")
    UNKNOWN = "unknown", _("확인 필요")
    REFUSED = "refused", _("반려")


UNDER_WAY = [State.REQUESTED, State.REVIEWED, State.APPROVED, State.SENT, State.UNKNOWN]
_made = ["requested_at", "requested_by"]
_reviewed = [*_made, "reviewed_at", "reviewed_by"]
_approved = [*_reviewed, "approved_at", "approved_by"]

WORKFLOW = Workflow(
    "disbursement",
    State,
    {
        State.REQUESTED: StateInfo(
            "info",
            [officer],
            _("담당자가 검토합니다."),
            requires=_made,
            views={Kind.MINISTRY: View(_("검토 대기"), _("지급 조건을 확인해 주십시오."))},
        ),
        State.REVIEWED: StateInfo("info", [approver], _("승인권자가 승인합니다."), requires=_reviewed),
        State.APPROVED: StateInfo("info", [finance], _("지급담당이 송금합니다."), requires=_approved),
        State.SENT: StateInfo(
            "info", [finance], _("은행의 결과를 기다립니다."), requires=[*_approved, "sent_at", "sent_by"]
        ),
        State.PAID: StateInfo(
            "success", [], _("지급이 끝났습니다."), requires=[*_approved, "sent_at", "paid_at"], final=True
        ),
        State.FAILED: StateInfo(
            "danger",
            [officer],
            _("송금하지 못했습니다. 다시 신청해 주십시오."),
            requires=[*_approved, "sent_at"],
            final=True,
        ),
        State.UNKNOWN: StateInfo(
            "warning", [finance], _("은행 거래내역과 대조하고 있습니다."), requires=[*_approved, "sent_at"]
        ),
        State.REFUSED: StateInfo(
            "danger", [], _("반려되었습니다. 사유를 확인해 주십시오."), requires=_made, final=True
        ),
    },
    Transition(
        "review",
        pgettext_lazy("action", "검토 완료"),
        [State.REQUESTED],
        State.REVIEWED,
        [officer],
        stamp="reviewed",
        not_by=["requested"],
    ),
    Transition(
        "refuse",
        pgettext_lazy("action", "반려"),
        [State.REQUESTED, State.REVIEWED],
        State.REFUSED,
        [officer, approver],
        needs=["reason"],
        weight="danger",
    ),
    Transition(
        "approve",
        _("지급 승인"),
        [State.REVIEWED],
        State.APPROVED,
        [approver],
        stamp="approved",
        not_by=["requested", "reviewed"],
        confirm=_("승인하면 지급담당이 송금합니다. 승인하시겠습니까?"),
    ),
    Transition(
        "send",
        pgettext_lazy("action", "송금 요청"),
        [State.APPROVED],
        State.SENT,
        [finance],
        stamp="sent",
        not_by=["requested", "reviewed", "approved"],
        confirm=_("은행에 송금을 요청합니다. 진행하시겠습니까?"),
    ),
    Transition(
        "pay",
        _("지급 확인"),
        [State.SENT, State.UNKNOWN],
        State.PAID,
        [finance],
        stamp="paid",
        needs=["bank_reference"],
    ),
    Transition(
        "fail",
        pgettext_lazy("action", "송금 실패"),
        [State.SENT, State.UNKNOWN],
        State.FAILED,
        [finance],
        needs=["reason"],
        weight="danger",
    ),
    Transition("lose", _("결과 미확인"), [State.SENT], State.UNKNOWN, [finance], needs=["reason"], weight="secondary"),
)
