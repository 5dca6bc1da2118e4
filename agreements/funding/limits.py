"""The database's limits in words: what remains, and what to do."""

from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.funding.models import Award, Disbursement, ProgramFunds, StartupFunds
from portal.kernel.errors import Invalid, OverLimit, Refusal, WrongState
from portal.kernel.money import CAP_PER_STARTUP, Won
from portal.organizations.models import Organization
from portal.security.actor import system
from portal.security.violations import explain
from programs.plans.models import Program


class KeyReused(Refusal):
    """An idempotency key came a second time with another request."""

    code = "key_reused"
    message = gettext_lazy("이미 처리된 신청과 금액이나 용도가 다릅니다.")
    hint = gettext_lazy("목록에서 앞서 접수된 신청을 확인하신 뒤, 새로 신청하시려면 새 양식을 열어 주십시오.")


# --- awards ---


def _award_above_cap(award: Award) -> Refusal:
    with system("what remains of the cap"):
        startup = Organization.objects.get(pk=award.startup_id)
    return OverLimit(
        _("%(startup)s에 %(amount)s을 배정하면 기업당 한도를 넘습니다. 남은 한도는 %(remaining)s입니다.")
        % {"startup": startup, "amount": Won(award.amount).format(), "remaining": _of_cap(award).format()},
        hint=_("남은 한도 이내로 금액을 고쳐 다시 제안하도록 보완을 요청해 주십시오."),
    )


def _award_above_budget(award: Award) -> Refusal:
    return OverLimit(
        _("%(amount)s을 배정하면 사업 예산을 넘습니다. 남은 예산은 %(remaining)s입니다.")
        % {"amount": Won(award.amount).format(), "remaining": _of_budget(award).format()},
        hint=_("남은 예산 이내로 금액을 고쳐 다시 제안하도록 보완을 요청해 주십시오."),
    )


def _award_out_of_bounds(award: Award) -> Refusal:
    return OverLimit(
        _("지원금은 1원부터 %(cap)s까지 배정할 수 있습니다. 배정하려는 금액은 %(amount)s입니다.")
        % {"cap": CAP_PER_STARTUP.format(), "amount": Won(award.amount).format()},
        hint=_("한도 이내로 금액을 고쳐 주십시오."),
    )


def _awarded_already(_award: Award) -> Refusal:
    return WrongState(_("이미 지원금이 배정된 신청입니다."), hint=_("지원금 목록에서 배정 내용을 확인해 주십시오."))


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


def awarded_twice(duplicate: Organization, into: Organization) -> Any:
    """Why the duplicate's awards hinder a merge: the ledger, which nobody rewrites, names it. Ask as the system."""
    theirs = {funds.program_id: funds for funds in StartupFunds.objects.filter(startup=into)}
    for funds in StartupFunds.objects.filter(startup=duplicate, awarded__gt=0):
        there = theirs.get(funds.program_id)
        if there and funds.awarded + there.awarded > funds.cap:
            return (
                _("두 기업에 배정된 지원금의 합 %(sum)s이 기업당 한도 %(cap)s을 넘습니다.")
                % {
                    "sum": Won(funds.awarded + there.awarded).format(),
                    "cap": Won(funds.cap).format(),
                }
                + " "
                + _("배정을 먼저 취소하거나 조정해 주십시오.")
            )
    if not Award.objects.filter(startup=duplicate).exists():
        return ""
    words = _("합쳐질 기업에 지원금이 배정된 적이 있어 옮길 수 없습니다. 원장은 고칠 수 없습니다.")
    if not theirs:
        words += " " + _("두 기업을 반대로 제안해 주십시오.")
    return words


# --- the program's own limits ---


def _budget_below_awards(program: Program) -> Refusal:
    with system("what is awarded of a program"):
        awarded = Won(ProgramFunds.objects.get(program_id=program.pk).awarded).format()
    words = _("이미 배정된 지원금이 %(awarded)s입니다. 예산을 그 아래로 줄일 수 없습니다.") % {"awarded": awarded}
    return OverLimit(words, fields={"budget": _("%(awarded)s 이상으로 적어 주십시오.") % {"awarded": awarded}})


def _cap_below_awards(program: Program) -> Refusal:
    with system("what is awarded to one startup of a program at most"):
        most = StartupFunds.objects.filter(program_id=program.pk).aggregate(most=Max("awarded"))["most"]
    awarded = Won(most or 0).format()
    words = _("한 기업에 이미 배정된 지원금이 %(awarded)s입니다. 기업당 한도를 그 아래로 줄일 수 없습니다.") % {
        "awarded": awarded
    }
    return OverLimit(words, fields={"cap_per_startup": _("%(awarded)s 이상으로 적어 주십시오.") % {"awarded": awarded}})


# --- disbursements ---


def _draw_above_award(disbursement: Disbursement) -> Refusal:
    with system("what remains of an award"):
        remaining = Award.objects.get(pk=disbursement.award_id).remaining.format()
    return OverLimit(
        _("신청할 수 있는 금액을 넘습니다. 남은 지원금은 %(remaining)s입니다.") % {"remaining": remaining},
        hint=_("남은 금액 이내로 고쳐 다시 신청해 주십시오."),
        fields={"amount": _("%(remaining)s 이내로 적어 주십시오.") % {"remaining": remaining}},
    )


def _award_over(_disbursement: Disbursement) -> Refusal:
    return WrongState(
        _("집행 중인 지원금이 아니어서 지급을 신청할 수 없습니다."),
        hint=_("지원금 화면에서 현재 상태를 확인해 주십시오."),
    )


def _reference_taken(_disbursement: Disbursement) -> Refusal:
    """A bank's reference stands for one payment."""
    words = _("다른 지급에 이미 쓰인 거래번호입니다. 은행 거래내역을 확인해 주십시오.")
    return Invalid(fields={"bank_reference": words})


def register() -> None:
    explain("startup_within_cap", Award, _award_above_cap)
    explain("program_within_budget", Award, _award_above_budget)
    explain("award_within_cap", Award, _award_out_of_bounds)
    explain("award_once", Award, _awarded_already)
    explain("program_within_budget", Program, _budget_below_awards)
    explain("startup_within_cap", Program, _cap_below_awards)
    explain("award_not_overdrawn", Disbursement, _draw_above_award)
    explain("award_active", Disbursement, _award_over)
    explain("disbursement_reference", Disbursement, _reference_taken)
