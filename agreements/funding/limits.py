"""The database's limits in words: what remains, and what to do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.funding.models import Award, ProgramFunds, StartupFunds
from portal.kernel.errors import Invalid, OverLimit, Refusal, WrongState
from portal.kernel.money import CAP_PER_STARTUP, Won
from portal.organizations.models import Organization
from portal.security.actor import system
from programs.plans.models import Program


class KeyReused(Refusal):
    """An idempotency key came a second time with another request."""

    code = "key_reused"
    message = gettext_lazy("이미 처리된 신청과 금액이나 용도가 다릅니다.")
    hint = gettext_lazy("목록에서 앞서 접수된 신청을 확인하신 뒤, 새로 신청하시려면 새 양식을 열어 주십시오.")


@contextmanager
def in_words(explain: Callable[[str], Refusal | None]) -> Iterator[None]:
    """Turn the violation of a limit into a refusal. `explain` gets the constraint's name; what it doesn't know goes on.

    The write inside has its own `atomic`, so that what remains can be read afterwards.
    """
    try:
        yield
    except IntegrityError as fault:
        refusal = explain(constraint_of(fault))
        if refusal is None:
            raise
        raise refusal from fault


def constraint_of(fault: IntegrityError) -> str:
    """The name of the violated constraint, "" where the database gave none."""
    return str(getattr(getattr(fault.__cause__, "diag", None), "constraint_name", None) or "")


def award_refused(constraint: str, award: Award) -> Refusal | None:
    """Why an award can't be made."""
    amount = Won(award.amount).format()
    if constraint == "startup_within_cap":
        with system("what remains of the cap"):
            startup = Organization.objects.get(pk=award.startup_id)
        return OverLimit(
            _("%(startup)s에 %(amount)s을 배정하면 기업당 한도를 넘습니다. 남은 한도는 %(remaining)s입니다.")
            % {"startup": startup, "amount": amount, "remaining": _of_cap(award).format()},
            hint=_("남은 한도 이내로 금액을 고쳐 다시 제안하도록 보완을 요청해 주십시오."),
        )
    if constraint == "program_within_budget":
        return OverLimit(
            _("%(amount)s을 배정하면 사업 예산을 넘습니다. 남은 예산은 %(remaining)s입니다.")
            % {"amount": amount, "remaining": _of_budget(award).format()},
            hint=_("남은 예산 이내로 금액을 고쳐 다시 제안하도록 보완을 요청해 주십시오."),
        )
    if constraint == "award_within_cap":
        return OverLimit(
            _("지원금은 1원부터 %(cap)s까지 배정할 수 있습니다. 배정하려는 금액은 %(amount)s입니다.")
            % {"cap": CAP_PER_STARTUP.format(), "amount": amount},
            hint=_("한도 이내로 금액을 고쳐 주십시오."),
        )
    if constraint == "award_once":
        return WrongState(_("이미 지원금이 배정된 신청입니다."), hint=_("지원금 목록에서 배정 내용을 확인해 주십시오."))
    return None


def _of_cap(award: Award) -> Won:
    with system("what remains of the cap"):
        funds = StartupFunds.objects.filter(program_id=award.program_id, startup_id=award.startup_id).first()
        if funds is None:
            return Won(Program.objects.get(pk=award.program_id).cap_per_startup)
    return Won(funds.cap - funds.awarded)


def _of_budget(award: Award) -> Won:
    with system("what remains of the budget"):
        funds = ProgramFunds.objects.filter(program_id=award.program_id).first()
        if funds is None:
            return Won(Program.objects.get(pk=award.program_id).budget)
    return Won(funds.budget - funds.awarded)


def draw_refused(constraint: str, award: Award) -> Refusal | None:
    """Why a disbursement can't be asked for."""
    if constraint == "award_not_overdrawn":
        with system("what remains of an award"):
            remaining = Award.objects.get(pk=award.pk).remaining.format()
        return OverLimit(
            _("신청할 수 있는 금액을 넘습니다. 남은 지원금은 %(remaining)s입니다.") % {"remaining": remaining},
            hint=_("남은 금액 이내로 고쳐 다시 신청해 주십시오."),
            fields={"amount": _("%(remaining)s 이내로 적어 주십시오.") % {"remaining": remaining}},
        )
    if constraint == "award_active":
        return WrongState(
            _("집행 중인 지원금이 아니어서 지급을 신청할 수 없습니다."),
            hint=_("지원금 화면에서 현재 상태를 확인해 주십시오."),
        )
    return None


def reference_taken(constraint: str) -> Refusal | None:
    """A bank's reference stands for one payment."""
    if constraint != "disbursement_reference":
        return None
    words = _("다른 지급에 이미 쓰인 거래번호입니다. 은행 거래내역을 확인해 주십시오.")
    return Invalid(fields={"bank_reference": words})
