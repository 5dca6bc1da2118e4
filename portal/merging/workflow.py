"""Merge of a startup that was registered twice: proposed → confirmed (done) · declined."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kernel.roles import approver, officer
from portal.kernel.workflow import Guard, StateInfo, Transition, Workflow
from portal.merging.hanging import obstacles
from portal.security.actor import system


class State(TextChoices):
    PROPOSED = "proposed", pgettext_lazy("merge", "확인 대기")
    CONFIRMED = "confirmed", pgettext_lazy("merge", "합침")
    DECLINED = "declined", pgettext_lazy("merge", "합치지 않음")


def _in_the_way(merge: Any, _actor: Any) -> Any:
    with system("what stands in the way of a merge"):
        return " ".join(obstacles(merge.duplicate, merge.into))


def _gone(merge: Any, _actor: Any) -> Any:
    if merge.duplicate.merged_into_id or merge.into.merged_into_id:
        return _text("둘 가운데 하나가 이미 다른 기업으로 합쳐졌습니다. 새로 제안해 주십시오.")
    return ""


WORKFLOW = Workflow(
    "startup_merge",
    State,
    {
        State.PROPOSED: StateInfo("warning", [approver], _("제안하지 않은 승인권자의 확인을 기다립니다.")),
        State.CONFIRMED: StateInfo(
            "success",
            [],
            _("자료와 구성원이 남은 기업으로 옮겨졌습니다."),
            requires=["decided_at", "decided_by"],
            final=True,
        ),
        State.DECLINED: StateInfo(
            "neutral", [], _("두 기업을 그대로 두었습니다."), requires=["decided_at"], final=True
        ),
    },
    Transition(
        "confirm",
        _("합치기 확인"),
        [State.PROPOSED],
        State.CONFIRMED,
        [approver],
        stamp="decided",
        not_by=["proposed"],
        guards=[Guard("both_stand", _gone), Guard("nothing_in_the_way", _in_the_way)],
        weight="danger",
        confirm=_("두 기업이 같은 기업임을 확인하셨습니까? 합친 뒤에는 되돌릴 수 없습니다."),
    ),
    Transition(
        "decline",
        pgettext_lazy("merge", "합치지 않기"),
        [State.PROPOSED],
        State.DECLINED,
        [approver, officer],
        needs=["reason"],
        stamp="decided",
        weight="secondary",
    ),
)
