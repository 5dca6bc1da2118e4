"""What can happen to a round and its assignments. Sheets are written in `scoring`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from matching.applications.models import Application
from matching.evaluations import conflicts, engine, queries
from matching.evaluations.models import Assignment, ConflictReason, Result, Round, Sheet
from matching.evaluations.workflow import RoundState, SheetState
from portal.kernel.errors import Conflict, Invalid, WrongState
from portal.kernel.ids import new_id
from portal.kernel.roles import Role
from portal.organizations.models import Membership
from portal.outbox.post import Audience, announce
from portal.outbox.transition import lock, transition
from portal.security.actor import Actor, system
from portal.security.models import block
from portal.security.policy import require
from programs.demands.models import Demand
from programs.demands.workflow import OPENED

# The programme's own setting, never called official: weights are ours, the pass mark is that of sister programmes.
CRITERIA = [
    {"code": "fit", "label": gettext_noop("수요 적합성"), "weight": 30},
    {"code": "technology", "label": gettext_noop("기술성"), "weight": 30},
    {"code": "business", "label": gettext_noop("사업성·확장성"), "weight": 20},
    {"code": "capability", "label": gettext_noop("수행 역량"), "weight": 20},
]
PASS_MARK = 60
ROUND_CLOSED = gettext_lazy("평가가 이미 마감되었습니다.")
NOT_OPEN_HINT = gettext_lazy("화면을 새로 고쳐 현재 상태를 확인해 주십시오.")


def open_round(
    *,
    actor: Actor,
    demand: Demand,
    pass_mark: int = PASS_MARK,
    criteria: Sequence[dict[str, Any]] | None = None,
    id: UUID | None = None,
) -> Round:
    """Open the evaluation of a demand's applications. Raises WrongState where the demand isn't published or has one."""
    require(actor, "create", Round)
    weights = list(criteria or CRITERIA)
    if sum(c["weight"] for c in weights) != 100 or len({c["code"] for c in weights}) != len(weights):
        raise Invalid(_("배점의 합은 100이어야 하고 항목은 서로 달라야 합니다."))
    if demand.corporation_id != actor.organization_id or demand.state not in OPENED:
        raise WrongState(_("공고되었거나 마감된 자사의 협업 수요만 평가할 수 있습니다."))
    round = Round(
        id=id or new_id(),
        program_id=demand.program_id,
        demand=demand,
        corporation_id=demand.corporation_id,
        criteria=weights,
        pass_mark=pass_mark,
        opened_at=actor.now,
        opened_by_id=actor.user,
    )
    with transaction.atomic():
        lock(demand)
        if Round.objects.visible_to(actor).filter(demand=demand).exclude(pk=round.pk).exists():
            raise WrongState(_("이 협업 수요의 평가는 이미 열려 있습니다."), hint=_("평가 목록에서 확인해 주십시오."))
        round.save(force_insert=True)
    return round


@dataclass(slots=True)
class Assigned:
    """What became of several assignments at once: the refused ones as (evaluator's name, application's number)."""

    made: list[Assignment] = field(default_factory=list)
    known: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def assign(*, actor: Actor, application: Application, evaluator_id: UUID, id: UUID | None = None) -> Assignment:
    """Ask one evaluator to score one application.

    Raises Conflict where something speaks against it, WrongState where it is done already or the round is closed.
    """
    round = queries.round_of(application, actor)
    if round is None:
        raise WrongState(_("평가가 아직 열리지 않았습니다."), hint=_("먼저 이 협업 수요의 평가를 열어 주십시오."))
    with transaction.atomic():
        round = _open(round, actor)
        evaluator = _evaluator(round, evaluator_id, actor)
        with system("whether somebody is assigned already"):
            known = Assignment.objects.filter(application=application, evaluator=evaluator).first()
        if known is not None and known.pk != id:
            raise WrongState(_("이미 배정된 평가위원입니다."))
        if conflicts.possible(application, evaluator):
            raise Conflict(
                _("%(name)s 위원은 이 신청에 배정할 수 없습니다. 이해충돌 가능성이 확인되었습니다.")
                % {"name": evaluator.user},
                hint=_("다른 위원을 배정해 주십시오. 확인된 내용은 알려 드리지 않습니다."),
            )
        return _assign(round, application, evaluator, actor, id)


def assign_all(*, round: Round, actor: Actor, applications: Sequence[UUID], evaluators: Sequence[UUID]) -> Assigned:
    """Ask every evaluator to score every application. What exists is left alone; conflicts are left out and named."""
    outcome = Assigned()
    with transaction.atomic():
        round = _open(round, actor)
        chosen = list(queries.assignable(round, actor).filter(pk__in=applications))
        if len(chosen) != len(set(applications)):
            raise Invalid(fields={"applications": _("평가할 수 없는 신청이 섞여 있습니다. 다시 골라 주십시오.")})
        people = [_evaluator(round, name, actor) for name in dict.fromkeys(evaluators)]
        with system("who is assigned already"):
            known = set(Assignment.objects.filter(round=round).values_list("application_id", "evaluator_id"))
        for application in chosen:
            for evaluator in people:
                if (application.pk, evaluator.pk) in known:
                    outcome.known += 1
                elif conflicts.possible(application, evaluator):
                    outcome.refused.append((str(evaluator.user), str(application)))
                else:
                    outcome.made.append(_assign(round, application, evaluator, actor))
    return outcome


def _open(round: Round, actor: Actor) -> Round:
    """The round, locked. Raises NotAllowed, or WrongState where it is closed."""
    require(actor, "assign", round)
    locked = lock(round)
    if locked.state != RoundState.OPEN:
        raise WrongState(ROUND_CLOSED)
    return locked


def _evaluator(round: Round, evaluator_id: UUID, actor: Actor) -> Membership:
    found = next((m for m in queries.evaluators(round.corporation_id, actor.now) if m.pk == evaluator_id), None)
    if found is None:
        raise Invalid(_("이 기업의 평가위원이 아닙니다."), hint=_("기관 관리자에게 평가위원 역할을 요청해 주십시오."))
    return found


def _assign(
    round: Round, application: Application, evaluator: Membership, actor: Actor, id: UUID | None = None
) -> Assignment:
    if application.state not in queries.ASSIGNABLE or application.demand_id != round.demand_id:
        raise WrongState(_("평가할 수 있는 상태의 신청이 아닙니다: %(number)s") % {"number": application.number})
    assignment = Assignment(
        id=id or new_id(),
        round=round,
        application=application,
        corporation_id=application.corporation_id,
        startup_id=application.startup_id,
        evaluator=evaluator,
        evaluator_user_id=evaluator.user_id,
        evaluator_name=evaluator.user.name,
        assigned_at=actor.now,
        assigned_by_id=actor.user,
    )
    assignment.save(force_insert=True)
    announce("assignment.assigned", assignment, to=Audience.members(evaluator.pk), title=round.demand.title)
    return assignment


def declare_none(*, assignment: Assignment, actor: Actor) -> Assignment:
    """The evaluator declares that there is no conflict, and gets the sheet."""
    with transaction.atomic():
        require_open(assignment.round_id)
        with transition(assignment, "declare_none", actor) as locked:
            Sheet(
                round_id=locked.round_id,
                assignment=locked,
                application_id=locked.application_id,
                corporation_id=locked.corporation_id,
                startup_id=locked.startup_id,
                evaluator_id=locked.evaluator_id,
            ).save(force_insert=True)
    return assignment


def declare_conflict(*, assignment: Assignment, actor: Actor, ground: str, explanation: str) -> Assignment:
    """The evaluator declares a conflict: from now on every path to the application is closed to this person.

    The reason stays the evaluator's own; the managers are told the fact.
    """
    with transaction.atomic():
        with transition(assignment, "declare_conflict", actor, ground=ground, explanation=explanation) as locked:
            ConflictReason(
                assignment=locked,
                evaluator_id=locked.evaluator_id,
                ground=ground,
                explanation=explanation,
                declared_at=actor.now,
            ).save(force_insert=True)
            managers = Audience.of(locked.corporation_id, roles=(Role.MANAGER,))
            announce("assignment.conflicted", locked, to=managers, title=locked.round.demand.title)
        # Last, for from here on the evaluator can't write the assignment any more.
        block(
            subject_id=assignment.application_id,
            user_id=assignment.evaluator_user_id,
            cause="conflict",
            cause_id=assignment.pk,
        )
    return assignment


def require_open(round_id: UUID) -> None:
    """Raises WrongState where the round is closed; while the transaction runs it can't be closed."""
    with system("a sheet's round stays open while it is written"):
        state = Round.objects.select_for_update(no_key=True).values_list("state", flat=True).get(pk=round_id)
    if state != RoundState.OPEN:
        raise WrongState(ROUND_CLOSED, hint=_("마감된 평가에는 더 이상 의견이나 점수를 낼 수 없습니다."))


def close(*, round: Round, actor: Actor) -> Round:
    """Compute and freeze the figures, disclose the sheets. Raises Refusal while something is missing."""
    with transition(round, "close", actor) as locked:
        criteria = queries.criteria_of(locked)
        entries = queries.entries(locked, queries.evaluated(locked))
        found = engine.figures(criteria, locked.pass_mark, entries)
        _freeze(locked, found, actor)
        locked.figures_hash = engine.digest(engine.frozen(criteria, locked.pass_mark, entries, found))
        people = Audience.of(locked.corporation_id, roles=(Role.MANAGER, Role.SIGNATORY))
        announce("evaluation.closed", locked, to=people, title=locked.demand.title)
    return round


def _freeze(round: Round, found: Sequence[engine.Figures], actor: Actor) -> None:
    """Write the results and disclose the submitted sheets. Drafts stay their evaluators' own."""
    with system("a round's figures are frozen"):
        parties = {str(a.pk): a for a in Application.objects.filter(pk__in=[f.application for f in found])}
        for one in found:
            application = parties[one.application]
            Result(
                round=round,
                application=application,
                corporation_id=application.corporation_id,
                startup_id=application.startup_id,
                sheets=one.sheets,
                mean=one.mean,
                spread=one.spread,
                rank=one.rank,
                passed=one.passed,
            ).save(force_insert=True)
        Sheet.objects.filter(round=round, state=SheetState.SUBMITTED).update(disclosed_at=actor.now)
