"""What can happen to awards and disbursements. Nothing else writes them, or the ledger."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agreements.funding.limits import KeyReused
from agreements.funding.models import Award, Disbursement, LedgerEntry
from matching.applications.models import Application
from matching.selections.models import Line, Selection
from portal.kernel.errors import Invalid, WrongState
from portal.kernel.ids import new_id
from portal.kernel.money import Won
from portal.kernel.roles import Role
from portal.organizations.standing import unverified
from portal.outbox.post import Audience, announce
from portal.outbox.transition import transition
from portal.security.actor import Actor, system
from portal.security.models import grant
from portal.security.policy import require
from portal.security.violations import constraint_of, in_words

Account = LedgerEntry.Account


# --- awards ---


def create_awards(*, selection: Selection, actor: Actor) -> list[Award]:
    """Award every selected line of a selection, in the transaction of its confirmation.

    Raises OverLimit where a cap or the budget would be passed: then nothing is confirmed.
    """
    require(actor, "create", Award)
    selected = Line.objects.visible_to(actor).filter(selection=selection, decision=Line.Decision.SELECT)
    with transaction.atomic():
        return [create_award(line=line, actor=actor) for line in selected.order_by("startup_id", "id")]


def create_award(*, line: Line, actor: Actor) -> Award:
    """Award one line's amount. Raises OverLimit, or WrongState where the application has an award already."""
    require(actor, "create", Award)
    if line.decision != Line.Decision.SELECT:
        raise WrongState(_("선정된 신청이 아니어서 지원금을 배정할 수 없습니다."))
    with system("an award's parties"):
        application = Application.objects.get(pk=line.application_id)
    award = Award(
        id=new_id(),
        program_id=line.program_id,
        application_id=line.application_id,
        corporation_id=line.corporation_id,
        startup_id=line.startup_id,
        center_id=application.center_id,
        amount=line.amount,
        awarded_at=actor.now,
        awarded_by_id=actor.user,
        announced_at=line.announced_at,
    )
    with in_words(award):
        award.save(force_insert=True)
        _book(award, actor, Account.BUDGET, Account.AWARDED, award.amount)
        for organization in (award.corporation_id, award.center_id):
            if organization:  # whoever reads the award reads whose it is
                grant(
                    purpose="startup", subject_id=award.startup_id, organization_id=organization,
                    cause="award", cause_id=award.id, actor=actor,
                )  # fmt: skip
    return award


def cancel(*, award: Award, actor: Actor, reason: str) -> Award:
    """Take an award back of which nothing has been asked for yet. Its amount is free again."""
    with transition(award, "cancel", actor, reason=reason) as award:
        _book(award, actor, Account.AWARDED, Account.BUDGET, award.amount)
        if award.announced_at:
            announce("award.cancelled", award, to=_to_startup(award), amount=Won(award.amount).format("ko"))
    return award


def close(*, award: Award, actor: Actor) -> Award:
    """Say that nothing more will be paid. Raises Refusal while a disbursement is under way."""
    with transition(award, "close", actor) as award:
        pass
    return award


# --- disbursements ---


def request(
    *, actor: Actor, award: Award, amount: int, purpose: str, key: str = "", id: UUID | None = None
) -> Disbursement:
    """Ask for a part of an award; tells the officers.

    `key` names the request (default: the form's id). The same key again gives the same disbursement; with another
    amount or purpose it raises KeyReused. Raises OverLimit above what remains, WrongState where the award is over.
    """
    require(actor, "create", Disbursement)
    require(actor, "draw", award)
    if words := unverified(award, actor):
        raise WrongState(words)
    if amount <= 0:
        raise Invalid(fields={"amount": _("1원 이상의 금액을 적어 주십시오.")})
    id = id or new_id()
    asked = Disbursement(
        id=id,
        program_id=award.program_id,
        award_id=award.pk,
        startup_id=award.startup_id,
        corporation_id=award.corporation_id,
        amount=int(Won(amount)),
        purpose=purpose.strip(),
        key=key or str(id),
        requested_at=actor.now,
        requested_by_id=actor.user,
    )
    return _asked_before(asked, actor) or _ask(asked, actor)


def _ask(asked: Disbursement, actor: Actor) -> Disbursement:
    try:
        with in_words(asked):
            asked.save(force_insert=True)
            announce(
                "disbursement.requested", asked, to=Audience.ministry(Role.OFFICER),
                startup=actor.organization_name, amount=Won(asked.amount).format("ko"),
            )  # fmt: skip
    except IntegrityError as fault:
        if constraint_of(fault) not in ("disbursement_once", "funding_disbursement_pkey"):
            raise
        if found := _asked_before(asked, actor):  # the same request, a moment earlier
            return found
        raise KeyReused from fault
    return asked


def _asked_before(asked: Disbursement, actor: Actor) -> Disbursement | None:
    """The disbursement that the key has made already. Raises KeyReused where it was another request."""
    mine = Disbursement.objects.visible_to(actor)
    found: Disbursement | None = mine.filter(award_id=asked.award_id, key=asked.key).first()
    found = found or mine.filter(pk=asked.pk).first()
    same = ("award_id", "amount", "purpose", "key")
    if found is not None and any(getattr(found, name) != getattr(asked, name) for name in same):
        raise KeyReused
    return found


def review(*, disbursement: Disbursement, actor: Actor) -> Disbursement:
    """Say that the conditions are met; tells the approvers."""
    with transition(disbursement, "review", actor) as disbursement:
        _tell(disbursement, "disbursement.reviewed", Audience.ministry(Role.APPROVER))
    return disbursement


def approve(*, disbursement: Disbursement, actor: Actor) -> Disbursement:
    """Approve the payment; tells the finance people. Raises SamePerson for whoever requested or reviewed it."""
    with transition(disbursement, "approve", actor) as disbursement:
        _tell(disbursement, "disbursement.approved", Audience.ministry(Role.FINANCE))
    return disbursement


def refuse(*, disbursement: Disbursement, actor: Actor, reason: str) -> Disbursement:
    """Send the request back for good. Its amount is free again."""
    with transition(disbursement, "refuse", actor, reason=reason) as disbursement:
        _tell(disbursement, "disbursement.refused", _to_startup(disbursement))
    return disbursement


def send(*, disbursement: Disbursement, actor: Actor) -> Disbursement:
    """Ask the bank to pay. From here on the amount counts as gone until the bank says otherwise."""
    with transition(disbursement, "send", actor) as disbursement:
        pass
    return disbursement


def pay(*, disbursement: Disbursement, actor: Actor, bank_reference: str) -> Disbursement:
    """Record that the bank has paid, under its reference, in the ledger too. Raises Invalid for a used reference."""
    given = bank_reference.strip()
    with transition(disbursement, "pay", actor, bank_reference=given) as disbursement:
        _book(disbursement.award, actor, Account.AWARDED, Account.PAID, disbursement.amount, disbursement)
        _tell(disbursement, "disbursement.paid", _to_startup(disbursement))
    return disbursement


def fail(*, disbursement: Disbursement, actor: Actor, reason: str) -> Disbursement:
    """Record that the bank has not paid. The amount is free again; paying it takes a new request."""
    with transition(disbursement, "fail", actor, reason=reason) as disbursement:
        _tell(disbursement, "disbursement.failed", _to_startup(disbursement))
    return disbursement


def lose(*, disbursement: Disbursement, actor: Actor, reason: str) -> Disbursement:
    """Record that the bank's answer is unknown. It is never sent again: the bank's statement says paid or failed."""
    with transition(disbursement, "lose", actor, reason=reason) as disbursement:
        pass
    return disbursement


def _book(
    award: Award, actor: Actor, debit: str, credit: str, amount: int, disbursement: Disbursement | None = None
) -> None:
    """Write one line of the ledger: `amount` goes from the account `debit` to the account `credit`."""
    LedgerEntry(
        program_id=award.program_id,
        startup_id=award.startup_id,
        award=award,
        disbursement=disbursement,
        debit=debit,
        credit=credit,
        amount=amount,
        at=actor.now,
        by_id=actor.user,
    ).save(force_insert=True)


def _tell(disbursement: Disbursement, event: str, to: Audience) -> None:
    announce(event, disbursement, to=to, amount=Won(disbursement.amount).format("ko"), purpose=disbursement.purpose)


def _to_startup(row: Award | Disbursement) -> Audience:
    return Audience.of(row.startup_id, roles=(Role.REPRESENTATIVE,))
