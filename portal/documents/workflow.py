"""Document: waiting → ready (or failed, tried again) → replaced · revoked. What is issued is never changed."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.kernel.roles import officer
from portal.kernel.workflow import StateInfo, Transition, Workflow


class State(TextChoices):
    WAITING = "waiting", _("작성 중")
    READY = "ready", _("발급 완료")
    FAILED = "failed", _("작성 실패")
    REPLACED = "replaced", _("대체됨")
    REVOKED = "revoked", _("취소됨")


STANDING = [State.WAITING, State.READY, State.FAILED]

WORKFLOW = Workflow(
    "document",
    State,
    {
        State.WAITING: StateInfo("info", [], _("문서 파일을 만들고 있습니다.")),
        State.READY: StateInfo("success", [], _("누구나 확인 코드로 진위를 확인할 수 있습니다.")),
        State.FAILED: StateInfo("warning", [], _("문서 파일을 만들지 못하여 다시 시도하고 있습니다.")),
        State.REPLACED: StateInfo("neutral", [], _("새 문서로 대체되어 더 이상 유효하지 않습니다."), final=True),
        State.REVOKED: StateInfo("danger", [], _("취소되어 더 이상 유효하지 않습니다."), final=True),
    },
    Transition("finish", _("발급 완료"), [State.WAITING, State.FAILED], State.READY, [officer], hidden=True),
    Transition("fail", _("작성 실패"), [State.WAITING], State.FAILED, [officer], hidden=True),
    Transition(
        "replace",
        _("다시 발급"),
        [State.READY, State.FAILED],
        State.REPLACED,
        [officer],
        needs=["reason"],
        weight="secondary",
    ),
    Transition("revoke", _("발급 취소"), STANDING, State.REVOKED, [officer], needs=["reason"], weight="danger"),
)
