"""What can happen to a selection: prepared, proposed, confirmed by somebody else, announced to all at one moment."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from matching.applications.models import Application
from matching.applications.operations import decide
from matching.applications.workflow import State as ApplicationState
from matching.evaluations import queries as evaluations
from matching.evaluations.models import Result, Round
from matching.evaluations.workflow import RoundState
from matching.selections import hooks, papers, queries
from matching.selections.models import Line, Selection
from matching.selections.ranking import Choice, proposed
from portal.kernel.errors import Conflict, Invalid, WrongState
from portal.kernel.ids import new_id
from portal.kernel.money import Won
from portal.kernel.roles import Role
from portal.outbox.post import Audience
from portal.outbox.post import announce as tell
from portal.outbox.transition import lock, save_changes, transition
from portal.security.actor import Actor, system
from portal.security.policy import may, require

FIELDS = ("decision", "amount", "departure_reason", "message")


def create(*, actor: Actor, round: Round, id: UUID | None = None) -> Selection:
    """Begin the selection of a closed round: a line for every application, filled in the way the ranking says."""
    require(actor, "create", Selection)
    if round.corporation_id != actor.organization_id or round.state != RoundState.CLOSED:
        raise WrongState(_("마감된 자사의 평가에서만 선정안을 만들 수 있습니다."))
    _refuse_recused(round, actor)
    selection = Selection(
        id=id or new_id(),
        program_id=round.program_id,
        demand_id=round.demand_id,
        round=round,
        corporation_id=round.corporation_id,
        created_at=actor.now,
    )
    with transaction.atomic():
        lock(round)
        if Selection.objects.visible_to(actor).filter(round=round).exclude(pk=selection.pk).exists():
            raise WrongState(_("이 평가의 선정안은 이미 있습니다."), hint=_("선정 목록에서 이어서 작성해 주십시오."))
        selection.save(force_insert=True)
        _prefill(selection, actor)
    return selection


def _refuse_recused(round: Round, actor: Actor) -> None:
    if evaluations.recused(round, actor):
        raise Conflict(evaluations.RECUSED, hint="")


def _prefill(selection: Selection, actor: Actor) -> None:
    """A line per application: the best of those that passed are selected, as many as the demand wants."""
    found = {r.application_id: r for r in Result.objects.visible_to(actor).filter(round_id=selection.round_id)}
    applications = queries.concerned(selection.round)
    ranked = [
        Choice(str(a.pk), found[a.pk].rank if a.pk in found else None, a.pk in found and found[a.pk].passed)
        for a in applications
    ]
    decisions = proposed(ranked, selection.demand.wanted_startups)
    for application, choice in zip(applications, ranked, strict=True):
        _line(selection, application, decisions[choice.key], choice.rank)


def _line(selection: Selection, application: Application, decision: str, rank: int | None) -> None:
    cap = selection.program.cap_per_startup
    Line(
        selection=selection,
        standing=selection.state,
        program_id=selection.program_id,
        corporation_id=selection.corporation_id,
        application=application,
        startup_id=application.startup_id,
        decision=decision,
        rank=rank,
        amount=min(application.requested_amount or cap, cap) if decision == Line.Decision.SELECT else 0,
    ).save(force_insert=True)


def edit(*, selection: Selection, actor: Actor, lines: Mapping[UUID, Mapping[str, Any]], seen: str = "") -> Selection:
    """Change the lines: {line: {"decision", "amount", "departure_reason", "message"}}; what is left out stays.

    Applications withdrawn since lose their line, those that have met since get one. `seen` is the fingerprint of the
    lines that were read: raises WrongState if somebody has saved since. Only what is selected carries an amount.
    """
    require(actor, "edit", selection)
    _refuse_recused(selection.round, actor)
    with transaction.atomic():
        locked = lock(selection)
        if not may(actor, "edit", locked):
            raise WrongState
        found = {x.pk: x for x in Line.objects.visible_to(actor).filter(selection=locked)}
        if seen and seen != queries.fingerprint(list(found.values())):
            raise WrongState(
                _("다른 사람이 먼저 저장했습니다."),
                hint=_("적으신 내용은 화면에 남아 있습니다. 새로 고쳐 비교해 주십시오."),
            )
        if not set(lines) <= set(found):
            raise Invalid(_("이 선정안에 없는 신청이 들어 있습니다."), hint=_("화면을 새로 고쳐 주십시오."))
        for pk, given in lines.items():
            _change(found[pk], given, locked.program.cap_per_startup)
        _follow(locked, found, actor)
    return locked


def _change(line: Line, given: Mapping[str, Any], cap: int) -> None:
    before = {f.attname: getattr(line, f.attname) for f in line._meta.concrete_fields}
    for name in FIELDS:
        if name in given:
            setattr(line, name, given[name])
    if line.decision not in Line.Decision.values:
        raise Invalid(fields={f"decision_{line.pk.hex}": _("선정, 예비, 미선정 가운데 하나를 골라 주십시오.")})
    if line.decision != Line.Decision.SELECT:
        line.amount = 0
    elif not 0 < int(Won(line.amount)) <= cap:
        words = _("1원부터 기업당 한도 %(cap)s까지 적을 수 있습니다.") % {"cap": Won(cap).format()}
        raise Invalid(fields={f"amount_{line.pk.hex}": words})
    save_changes(line, before)


def _follow(selection: Selection, found: Mapping[UUID, Line], actor: Actor) -> None:
    """Bring the lines in step with the applications that are there now."""
    wanted = {a.pk: a for a in queries.concerned(selection.round)}
    gone = [x.pk for x in found.values() if x.application_id not in wanted]
    Line.objects.visible_to(actor).filter(pk__in=gone).delete()
    known = {x.application_id for x in found.values()}
    for application in wanted.values():
        if application.pk not in known:
            _line(selection, application, Line.Decision.REJECT, None)


def propose(*, selection: Selection, actor: Actor) -> Selection:
    """Hand the proposal to the ministry; tells the approvers. Raises Refusal while a check says what is missing."""
    with transition(selection, "propose", actor) as locked:
        tell("selection.proposed", locked, to=Audience.ministry(Role.APPROVER), title=locked.demand.title)
    return selection


def return_(*, selection: Selection, actor: Actor, reason: str) -> Selection:
    """Ask the corporation to mend the proposal."""
    with transition(selection, "return_", actor, reason=reason) as locked:
        managers = Audience.of(locked.corporation_id, roles=(Role.MANAGER,))
        tell("selection.returned", locked, to=managers, title=locked.demand.title)
    return selection


def confirm(*, selection: Selection, actor: Actor) -> Selection:
    """Confirm the proposal, by another person than the one who proposed it.

    What hangs on it (the awards) is done in the same transaction. Raises OverLimit where cap or budget would be passed:
    then nothing has happened.
    """
    with transaction.atomic():
        with transition(selection, "confirm", actor) as locked:
            tell("selection.confirmed", locked, to=Audience.ministry(Role.OFFICER), title=locked.demand.title)
        hooks.confirmed(selection=selection, actor=actor)
    return selection


def announce(*, selection: Selection, actor: Actor) -> Selection:
    """Announce the result, one moment for all: states, results, letters and messages, or nothing."""
    with transition(selection, "announce", actor) as locked:
        with system("whom a selection is announced to"):
            lines = list(
                Line.objects.filter(selection=locked)
                .select_related("application", "startup", "corporation", "selection__demand", "selection__program")
                .order_by("rank", "id")
            )
        # Whoever has withdrawn since hears nothing more.
        lines = [line for line in lines if line.application.state == ApplicationState.MET]
        for line in lines:
            _announce(line, actor)
        papers.letters(locked, lines, actor)
        people = Audience.of(locked.corporation_id, roles=(Role.MANAGER, Role.SIGNATORY))
        tell("selection.announced", locked, to=people, title=locked.demand.title)
    return selection


def _announce(line: Line, actor: Actor) -> None:
    decide(application=line.application, actor=actor, decision=line.decision)
    with system("a result is announced"):
        Line.objects.filter(pk=line.pk).update(announced_at=actor.now)
        Result.objects.filter(application_id=line.application_id).update(announced_at=actor.now)
    to = Audience.of(line.startup_id, roles=(Role.REPRESENTATIVE, Role.MEMBER))
    tell("selection.result", line, to=to, number=line.application.number)
