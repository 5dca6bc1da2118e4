"""Legal case: received → assigned → answered → (supplement) → closed."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kernel.roles import Kind, advisor, case_manager, startup_of
from portal.kernel.workflow import StateInfo, Transition, View, Workflow


class State(TextChoices):
    RECEIVED = "received", pgettext_lazy("state", "접수")
    ASSIGNED = "assigned", _("자문 중")
    ANSWERED = "answered", _("답변 완료")
    SUPPLEMENT = "supplement", _("추가 질의")
    CLOSED = "closed", pgettext_lazy("state", "종료")


_advisor, _startup = advisor("advisor"), startup_of("startup")

WORKFLOW = Workflow(
    "legal_case",
    State,
    {
        State.RECEIVED: StateInfo(
            "info",
            [case_manager],
            _("이해충돌을 확인한 뒤 자문위원을 배정합니다."),
            views={Kind.FOUNDATION: View(_("배정 대기"), _("이해충돌을 확인하고 자문위원을 배정해 주십시오."))},
        ),
        State.ASSIGNED: StateInfo(
            "info", [_advisor], _("자문위원이 검토하고 있습니다."), requires=["assigned_at", "advisor"]
        ),
        State.ANSWERED: StateInfo(
            "success", [_startup], _("답변을 확인해 주십시오."), requires=["answered_at", "advisor"]
        ),
        State.SUPPLEMENT: StateInfo(
            "warning", [_advisor], _("추가 질의에 답변합니다."), requires=["answered_at", "advisor"]
        ),
        State.CLOSED: StateInfo("neutral", [], _("자문이 끝났습니다."), final=True),
    },
    Transition(
        "assign",
        _("자문위원 배정"),
        [State.RECEIVED],
        State.ASSIGNED,
        [case_manager],
        needs=["advisor"],
        stamp="assigned",
    ),
    Transition(
        "answer",
        _("답변"),
        [State.ASSIGNED, State.SUPPLEMENT],
        State.ANSWERED,
        [_advisor],
        needs=["opinion"],
        stamp="answered",
    ),
    Transition(
        "ask_more",
        pgettext_lazy("action", "추가 질의"),
        [State.ANSWERED],
        State.SUPPLEMENT,
        [_startup],
        needs=["further_question"],
        weight="secondary",
    ),
    Transition("close", _("자문 종료"), [State.ANSWERED, State.RECEIVED], State.CLOSED, [_startup], weight="secondary"),
)
