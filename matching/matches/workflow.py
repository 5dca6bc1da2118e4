"""Suggestion: suggested ↔ kept → dismissed, for good. Run: waiting → done, or failed."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kernel.roles import Kind, coordinator_of, manager_of, officer, startup_of
from portal.kernel.workflow import StateInfo, Transition, View, Workflow


class State(TextChoices):
    SUGGESTED = "suggested", pgettext_lazy("match", "제안")
    KEPT = "kept", _("관심 목록")
    DISMISSED = "dismissed", _("맞지 않음")


class RunState(TextChoices):
    WAITING = "waiting", pgettext_lazy("match", "계산 대기")
    DONE = "done", _("계산 완료")
    FAILED = "failed", _("계산하지 못함")


_keepers = [manager_of("party"), coordinator_of("party")]
PARTIES = [*_keepers, startup_of("party")]

WORKFLOW = Workflow(
    "match",
    State,
    {
        State.SUGGESTED: StateInfo(
            "info",
            PARTIES,
            _("까닭을 읽어 보시고 관심이 있는지 정해 주십시오. 제안은 아무것도 결정하지 않습니다."),
            views={Kind.STARTUP: View(pgettext_lazy("match", "제안"), _("까닭을 읽어 보시고 신청할지 정해 주십시오."))},
        ),
        State.KEPT: StateInfo("success", _keepers, _("관심 목록에 있습니다. 다시 계산해도 목록에 남습니다.")),
        State.DISMISSED: StateInfo(
            "neutral",
            [],
            _("맞지 않는다고 하셨으므로 다시 제안하지 않습니다."),
            requires=["dismissed_at", "dismissed_by"],
            final=True,
        ),
    },
    Transition(
        "keep",
        _("관심 목록에 담기"),
        [State.SUGGESTED],
        State.KEPT,
        _keepers,
        weight="secondary",
    ),
    Transition("release", _("관심 목록에서 빼기"), [State.KEPT], State.SUGGESTED, _keepers, weight="tertiary"),
    Transition(
        "dismiss",
        pgettext_lazy("action", "우리와 맞지 않음"),
        [State.SUGGESTED, State.KEPT],
        State.DISMISSED,
        PARTIES,
        needs=["reason"],
        stamp="dismissed",
        weight="danger",
    ),
)

RUN_WORKFLOW = Workflow(
    "match_run",
    RunState,
    {
        RunState.WAITING: StateInfo("info", [], _("차례가 되면 계산합니다. 끝나면 제안이 한꺼번에 바뀝니다.")),
        RunState.DONE: StateInfo("success", [], _("제안에 반영되었습니다."), requires=["finished_at"], final=True),
        RunState.FAILED: StateInfo(
            "danger", [], _("사유를 확인하고 다시 계산해 주십시오."), requires=["finished_at"], final=True
        ),
    },
    Transition("finish", _("계산 완료"), [RunState.WAITING], RunState.DONE, [officer], hidden=True),
    Transition("fail", _("계산하지 못함"), [RunState.WAITING], RunState.FAILED, [officer], hidden=True),
)
