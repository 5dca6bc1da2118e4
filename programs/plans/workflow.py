"""Program: draft → open → running → closed → archived."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kernel.roles import approver, officer
from portal.kernel.workflow import StateInfo, Transition, Workflow


class State(TextChoices):
    DRAFT = "draft", _("준비 중")
    OPEN = "open", _("공고")
    RUNNING = "running", _("운영 중")
    CLOSED = "closed", pgettext_lazy("state", "종료")
    ARCHIVED = "archived", _("보존")


WORKFLOW = Workflow(
    "program",
    State,
    {
        State.DRAFT: StateInfo("neutral", [approver], _("승인권자가 공고하면 공개됩니다.")),
        State.OPEN: StateInfo(
            "info", [officer], _("일정에 따라 접수가 진행됩니다."), requires=["opened_at", "opened_by"]
        ),
        State.RUNNING: StateInfo(
            "info", [officer], _("평가와 협약, 지급이 진행됩니다."), requires=["opened_at", "opened_by"]
        ),
        State.CLOSED: StateInfo("success", [officer], _("사업이 종료되었습니다."), requires=["opened_at", "closed_at"]),
        State.ARCHIVED: StateInfo(
            "neutral", [], _("기록만 보존합니다."), requires=["opened_at", "closed_at"], final=True
        ),
    },
    Transition(
        "open",
        _("사업 공고"),
        [State.DRAFT],
        State.OPEN,
        [approver],
        stamp="opened",
        not_by=["prepared"],
        confirm=_("공고하면 누구나 볼 수 있습니다. 공고하시겠습니까?"),
    ),
    Transition("run", _("운영 시작"), [State.OPEN], State.RUNNING, [officer]),
    Transition(
        "close",
        _("사업 종료"),
        [State.RUNNING],
        State.CLOSED,
        [approver],
        stamp="closed",
        weight="secondary",
        confirm=_("종료하면 새로 접수할 수 없습니다. 종료하시겠습니까?"),
    ),
    Transition("archive", _("보존 처리"), [State.CLOSED], State.ARCHIVED, [approver], weight="tertiary"),
)
