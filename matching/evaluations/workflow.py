"""Round: open → closed. Assignment: assigned → accepted · conflicted · removed. Sheet: draft → submitted."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kernel.roles import evaluator, manager_of, officer
from portal.kernel.workflow import Guard, StateInfo, Transition, Workflow
from programs.plans.windows import within


def _recused(round: Any, actor: Any) -> str:
    from matching.evaluations import queries

    return str(queries.RECUSED) if queries.recused(round, actor) else ""


def _incomplete(round: Any, actor: Any) -> str:
    from matching.evaluations import queries

    return queries.incomplete(round, actor)


_open = within("evaluation")
_manager = manager_of("corporation")
_evaluator = evaluator("evaluator")


class RoundState(TextChoices):
    OPEN = "open", _("평가 중")
    CLOSED = "closed", _("평가 마감")


ROUND_WORKFLOW = Workflow(
    "evaluation",
    RoundState,
    {
        RoundState.OPEN: StateInfo("info", [_manager], _("위원의 평가가 모두 제출되면 마감해 주십시오.")),
        RoundState.CLOSED: StateInfo(
            "success",
            [_manager],
            _("결과를 확인하고 선정안을 작성해 주십시오."),
            requires=["closed_at", "closed_by"],
            final=True,
        ),
    },
    Transition(
        "close",
        pgettext_lazy("action", "평가 마감"),
        [RoundState.OPEN],
        RoundState.CLOSED,
        [_manager],
        stamp="closed",
        guards=[_open, Guard("recused", _recused), Guard("complete", _incomplete)],
        confirm=_("마감하면 점수를 고칠 수 없고 결과가 확정됩니다. 마감하시겠습니까?"),
    ),
)


class AssignmentState(TextChoices):
    ASSIGNED = "assigned", _("서약 대기")
    ACCEPTED = "accepted", _("평가 중")
    CONFLICTED = "conflicted", _("이해충돌")
    SUBMITTED = "submitted", _("제출")


ASSIGNMENT_WORKFLOW = Workflow(
    "assignment",
    AssignmentState,
    {
        AssignmentState.ASSIGNED: StateInfo("warning", [_evaluator], _("이해충돌이 없는지 먼저 확인해 주십시오.")),
        AssignmentState.ACCEPTED: StateInfo(
            "info", [_evaluator], _("평가표를 작성하여 제출해 주십시오."), requires=["declared_at"]
        ),
        AssignmentState.CONFLICTED: StateInfo(
            "danger", [_manager], _("다른 위원을 배정해 주십시오."), requires=["declared_at"], final=True
        ),
        AssignmentState.SUBMITTED: StateInfo(
            "success", [], _("제출이 끝났습니다."), requires=["declared_at"], final=True
        ),
    },
    Transition(
        "declare_none",
        _("이해충돌 없음"),
        [AssignmentState.ASSIGNED],
        AssignmentState.ACCEPTED,
        [_evaluator],
        stamp="declared",
        confirm=_("이 기업과 이해관계가 없음을 서약합니다."),
    ),
    Transition(
        "declare_conflict",
        _("이해충돌 있음"),
        [AssignmentState.ASSIGNED, AssignmentState.ACCEPTED],
        AssignmentState.CONFLICTED,
        [_evaluator],
        stamp="declared",
        needs=["ground", "explanation"],
        weight="danger",
    ),
    Transition(
        "hand_in", _("평가 제출"), [AssignmentState.ACCEPTED], AssignmentState.SUBMITTED, [_evaluator], hidden=True
    ),
)


class SheetState(TextChoices):
    DRAFT = "draft", _("작성 중")
    SUBMITTED = "submitted", _("제출")


SHEET_WORKFLOW = Workflow(
    "sheet",
    SheetState,
    {
        SheetState.DRAFT: StateInfo("info", [_evaluator], _("모든 항목에 점수와 사유를 적어 제출해 주십시오.")),
        SheetState.SUBMITTED: StateInfo(
            "success", [], _("제출이 끝났습니다."), requires=["submitted_at", "total"], final=True
        ),
    },
    Transition(
        "submit",
        pgettext_lazy("action", "제출"),
        [SheetState.DRAFT],
        SheetState.SUBMITTED,
        [_evaluator],
        stamp="submitted",
        guards=[within("evaluation", lambda sheet: sheet.round.program_id)],
        confirm=_("제출하면 고칠 수 없습니다. 제출하시겠습니까?"),
    ),
)

ASSIGNERS = [_manager, officer]
