"""The pages of evaluations, assignments and sheets."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from matching.evaluations import engine, operations, queries, scoring, tables
from matching.evaluations.forms import (
    AssignForm,
    ConflictForm,
    NewAssignmentForm,
    NewRoundForm,
    ScoreForm,
    initial,
    subject,
)
from matching.evaluations.models import Assignment, Round, Sheet
from matching.evaluations.workflow import RoundState
from portal.kernel.money import Won
from portal.security import policy
from portal.security.actor import Actor
from portal.web.page import Action, Fact
from portal.web.rooms import Act, Create, Edit, Room, Step, register

SETTING = gettext_lazy("배점과 합격 기준은 이 사업의 설정값이며, 정부가 고시한 공식 기준이 아닙니다.")


def round_facts(round: Round, _actor: Actor) -> list[Fact]:
    weights = " · ".join(f"{_(c['label'])} {c['weight']}" for c in round.criteria)
    found = [
        Fact(_("협업 수요"), f"{round.demand.number} {round.demand.title}"),
        Fact(_("수요 기업"), round.corporation),
        Fact(_("평가 항목과 배점"), weights),
        Fact(_("합격 기준"), _("%(mark)d점 이상") % {"mark": round.pass_mark}),
        Fact(_("안내"), SETTING),
    ]
    if round.state == RoundState.CLOSED:
        intact = (
            _("마감 뒤 바뀌지 않았습니다.")
            if queries.unaltered(round)
            else _("마감 때와 다릅니다. 운영자에게 알려 주십시오.")
        )
        found.append(Fact(_("결과 확인값(SHA-256)"), f"{round.figures_hash} {intact}"))
    return found


def round_parts(round: Round, actor: Actor, request: HttpRequest) -> dict[str, Any]:
    """Progress while the round runs, the figures once it is closed."""
    rows, names = queries.results(round, actor)
    return {
        "progress": tables.progress_table(queries.progress(round, actor), request),
        "results": tables.result_table(rows, names, request) if rows else None,
        "recused": queries.recused(round, actor),
    }


def round_actions(round: Round, actor: Actor) -> list[Action]:
    if policy.may(actor, "assign", round):
        return [
            Action("assign", _("평가위원 배정"), reverse("evaluations:assign", args=[round.pk]), weight="secondary")
        ]
    return []


def told(outcome: operations.Assigned) -> list[str]:
    """What became of several assignments at once."""
    words = _("%(made)d건을 배정했습니다. 이미 배정된 %(known)d건은 그대로 두었습니다.")
    found = [words % {"made": len(outcome.made), "known": outcome.known}]
    if outcome.refused:
        pairs = ", ".join(f"{name}–{number}" for name, number in outcome.refused)
        words = _("이해충돌 가능성이 확인되어 배정하지 않았습니다: %(pairs)s. 다른 위원을 배정해 주십시오.")
        found.append(words % {"pairs": pairs})
    return found


ROUNDS = register(
    Room(
        name="evaluations",
        api_fields=[
            "state",
            "program",
            "demand",
            "corporation",
            "criteria",
            "pass_mark",
            "opened_at",
            "closed_at",
            "figures_hash",
        ],
        model=Round,
        param="round",
        title=pgettext_lazy("list", "평가"),
        titled=lambda r: _("%(title)s 평가") % {"title": r.demand.title},
        lead=gettext_lazy(
            "수요 기업의 평가위원이 신청을 평가합니다. 마감 전에는 누구도 다른 위원의 점수를 볼 수 없습니다."
        ),
        table=tables.RoundTable,
        filterset=tables.RoundFilter,
        facts=round_facts,
        related=("demand", "corporation"),
        create=Create(operations.open_round, NewRoundForm, gettext_lazy("평가 시작")),
        steps={"close": Step(operations.close)},
        extra=round_parts,
        actions=round_actions,
        acts=[
            Act(
                name="assign",
                label=gettext_lazy("평가위원 배정"),
                operation=operations.assign_all,
                form=AssignForm,
                told=told,
            )
        ],
        template="evaluations/round.html",
        empty=gettext_lazy("아직 시작된 평가가 없습니다."),
        empty_hint=gettext_lazy("밋업이 끝나면 수요 기업이 평가를 시작합니다."),
        sensitive=False,  # progress only; sheets and results are opened by themselves
    )
)


def assignment_facts(assignment: Assignment, _actor: Actor) -> list[Fact]:
    return [
        Fact(_("접수번호"), assignment.application.number),
        Fact(_("신청 기업"), assignment.startup),
        Fact(_("협업 수요"), assignment.round.demand),
        Fact(_("협업 제안"), assignment.application.proposal),
        Fact(_("신청 금액"), Won(assignment.application.requested_amount)),
        Fact(_("평가위원"), assignment.evaluator_name),
    ]


def assignment_actions(assignment: Assignment, actor: Actor) -> list[Action]:
    """The way to the sheet, for whoever may see it."""
    sheet = Sheet.objects.visible_to(actor).filter(assignment=assignment).first()
    if sheet is None:
        return []
    if policy.may(actor, "edit", sheet):
        return [Action("score", _("평가표 작성"), reverse("sheets:edit", args=[sheet.pk]), weight="primary")]
    return [Action("sheet", _("평가표 보기"), reverse("sheets:detail", args=[sheet.pk]), weight="secondary")]


ASSIGNMENTS = register(
    Room(
        name="assignments",
        api_fields=["state", "round", "application", "startup", "evaluator_name", "assigned_at", "declared_at"],
        model=Assignment,
        param="assignment",
        title=gettext_lazy("평가 배정"),
        titled=subject,
        lead=gettext_lazy("배정된 신청마다 이해충돌이 없는지 먼저 확인한 뒤 평가합니다."),
        table=tables.AssignmentTable,
        filterset=tables.AssignmentFilter,
        facts=assignment_facts,
        related=("application", "startup", "round__demand"),
        create=Create(operations.assign, NewAssignmentForm, gettext_lazy("평가위원 배정")),
        steps={
            "declare_none": Step(operations.declare_none),
            "declare_conflict": Step(operations.declare_conflict, ConflictForm),
        },
        actions=assignment_actions,
        empty=gettext_lazy("배정된 평가가 없습니다."),
        empty_hint=gettext_lazy("담당자가 평가를 배정하면 알림과 함께 이곳에 나타납니다."),
        owner="startup",
    )
)


def sheet_facts(sheet: Sheet, _actor: Actor) -> list[Fact]:
    criteria = queries.criteria_of(sheet.round)
    given = {code: part.get("score") for code, part in sheet.scores.items()}
    total = sheet.total if sheet.total is not None else engine.total(criteria, given)
    return [
        Fact(_("신청 기업"), sheet.startup),
        Fact(_("협업 제안"), sheet.application.proposal),
        Fact(_("평가위원"), sheet.assignment.evaluator_name),
        *(Fact(f"{_(c.label)} ({c.weight})", _score(sheet.scores.get(c.code, {}))) for c in criteria),
        Fact(_("총점"), "-" if total is None else total),
        Fact(_("종합 의견"), sheet.comment),
        Fact(_("안내"), SETTING),
    ]


def _score(part: dict[str, Any]) -> str:
    if "score" not in part:
        value = _("미작성")
    else:
        value = _("해당 없음") if part["score"] is None else _("%(score)d점") % {"score": part["score"]}
    return f"{value} · {part['reason']}" if part.get("reason") else value


SHEETS = register(
    Room(
        name="sheets",
        api_fields=[
            "state",
            "round",
            "assignment",
            "application",
            "startup",
            "scores",
            "comment",
            "total",
            "submitted_at",
        ],
        model=Sheet,
        param="sheet",
        title=gettext_lazy("평가표"),
        titled=subject,
        lead=gettext_lazy("마감 전에는 본인의 평가표만 볼 수 있습니다."),
        table=tables.SheetTable,
        filterset=tables.SheetFilter,
        facts=sheet_facts,
        related=("application", "startup", "assignment", "round__demand"),
        edit=Edit(scoring.save, ScoreForm, initial, gettext_lazy("평가표 작성")),
        steps={"submit": Step(scoring.submit)},
        empty=gettext_lazy("볼 수 있는 평가표가 없습니다."),
        empty_hint=gettext_lazy("이해충돌이 없음을 서약하면 평가표가 만들어집니다."),
        owner="startup",
    )
)
