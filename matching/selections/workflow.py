"""Selection: draft → proposed → (returned) → confirmed → announced. Who proposes does not confirm."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kernel.roles import Kind, approver, manager_of, officer
from portal.kernel.workflow import Guard, StateInfo, Transition, View, Workflow
from programs.plans.windows import within


def _guard(name: str) -> Guard:
    """A check of `matching.selections.checks`, which knows the models and is therefore loaded later."""

    def missing(selection: Any, actor: Any) -> str:
        from matching.selections import checks

        return checks.CHECKS[name](selection, actor)

    return Guard(name, missing)


class State(TextChoices):
    DRAFT = "draft", _("작성 중")
    PROPOSED = "proposed", _("제안")
    RETURNED = "returned", _("보완 요청")
    CONFIRMED = "confirmed", _("확정")
    ANNOUNCED = "announced", _("발표")


HANDED_IN = [State.PROPOSED, State.RETURNED, State.CONFIRMED, State.ANNOUNCED]
_manager = manager_of("corporation")
_READY = [within("selection"), *(_guard(name) for name in ("recused", "complete", "quota", "amounts", "reasons"))]
_by = ["proposed_at", "proposed_by"]

WORKFLOW = Workflow(
    "selection",
    State,
    {
        State.DRAFT: StateInfo("neutral", [_manager], _("기업별 선정 여부와 금액을 정해 제안해 주십시오.")),
        State.PROPOSED: StateInfo(
            "info",
            [approver],
            _("중소벤처기업부가 확정합니다."),
            requires=_by,
            views={Kind.MINISTRY: View(_("확정 대기"), _("예산과 한도, 사유를 확인하여 확정해 주십시오."))},
        ),
        State.RETURNED: StateInfo("warning", [_manager], _("의견을 반영하여 다시 제안해 주십시오."), requires=_by),
        State.CONFIRMED: StateInfo(
            "success", [officer], _("담당자가 결과를 발표합니다."), requires=[*_by, "confirmed_at", "confirmed_by"]
        ),
        State.ANNOUNCED: StateInfo(
            "success", [], _("결과가 발표되었습니다."), requires=[*_by, "confirmed_at", "announced_at"], final=True
        ),
    },
    Transition(
        "propose",
        _("선정안 제안"),
        [State.DRAFT, State.RETURNED],
        State.PROPOSED,
        [_manager],
        stamp="proposed",
        guards=_READY,
        confirm=_("제안하면 확정될 때까지 고칠 수 없습니다. 제안하시겠습니까?"),
    ),
    Transition(
        "return_",
        pgettext_lazy("action", "보완 요청"),
        [State.PROPOSED],
        State.RETURNED,
        [approver],
        needs=["reason"],
        weight="secondary",
    ),
    Transition(
        "confirm",
        _("선정 확정"),
        [State.PROPOSED],
        State.CONFIRMED,
        [approver],
        stamp="confirmed",
        not_by=["proposed"],
        guards=_READY,
        confirm=_("한도와 예산 안에서 지원금이 배정됩니다. 확정하시겠습니까?"),
    ),
    Transition(
        "announce",
        _("결과 발표"),
        [State.CONFIRMED],
        State.ANNOUNCED,
        [officer],
        stamp="announced",
        guards=[_guard("recused")],
        confirm=_("모든 신청 기업에 결과와 통지서를 보냅니다. 발표하시겠습니까?"),
    ),
)
