"""Calculation of a timetable: computing → computed → applied, or set aside, or failed."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kernel.roles import officer
from portal.kernel.workflow import StateInfo, Transition, Workflow


class CalculationState(TextChoices):
    COMPUTING = "computing", _("계산 중")
    COMPUTED = "computed", _("계산 완료")
    APPLIED = "applied", _("시간표에 반영")
    DISCARDED = "discarded", _("반영하지 않음")
    FAILED = "failed", _("계산하지 못함")


CALCULATION_WORKFLOW = Workflow(
    "calculation",
    CalculationState,
    {
        CalculationState.COMPUTING: StateInfo("info", [], _("지금까지 찾은 가장 좋은 시간표를 보여 드립니다.")),
        CalculationState.COMPUTED: StateInfo(
            "success", [officer], _("결과를 확인하고 시간표에 반영해 주십시오."), requires=["finished_at"]
        ),
        CalculationState.APPLIED: StateInfo(
            "neutral", [], _("시간표에 반영되었습니다."), requires=["finished_at"], final=True
        ),
        CalculationState.DISCARDED: StateInfo("neutral", [], _("반영하지 않았습니다."), final=True),
        CalculationState.FAILED: StateInfo("danger", [], _("사유를 확인하고 다시 계산해 주십시오."), final=True),
    },
    Transition(
        "finish", _("계산 완료"), [CalculationState.COMPUTING], CalculationState.COMPUTED, [officer], hidden=True
    ),
    Transition(
        "fail", _("계산하지 못함"), [CalculationState.COMPUTING], CalculationState.FAILED, [officer], hidden=True
    ),
    Transition(
        "apply",
        pgettext_lazy("action", "시간표에 반영"),
        [CalculationState.COMPUTED],
        CalculationState.APPLIED,
        [officer],
        confirm=_("고정하지 않은 만남은 계산 결과대로 옮겨집니다. 반영하시겠습니까?"),
    ),
    Transition(
        "discard",
        _("반영하지 않음"),
        [CalculationState.COMPUTED],
        CalculationState.DISCARDED,
        [officer],
        weight="secondary",
    ),
)
