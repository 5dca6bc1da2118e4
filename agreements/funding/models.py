"""Public money: what is awarded to a startup, what of it is paid, and the ledger.

The cap lies in the database. Triggers (migrations 0002, 0004 and 0005) keep `StartupFunds` and `ProgramFunds` equal to
the awards and to the program's limits, and `AwardUse.drawn` equal to the disbursements that count; the CHECKs on these
counters hold on every path, also for simultaneous sessions, because raising a counter locks its row.

An award is made when the selection is confirmed. Startup and center learn of it with the announcement, so what they may
read waits for `announced_at`, copied from the selection's line by a trigger.
"""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from agreements.funding.workflow import AWARD_WORKFLOW, WORKFLOW, AwardState, State
from portal.kernel.money import CAP_PER_STARTUP, Won
from portal.kernel.roles import Kind, Role
from portal.security.history import tracked
from portal.security.rowsecurity import Carries, RowSecurity, party_key
from portal.security.rules import ministry, own
from portal.security.scope import PartyModel


class ProgramFunds(PartyModel):
    """The program's budget and what of it is awarded, in whole won. Kept by triggers."""

    reference = True

    program = models.OneToOneField("plans.Program", models.PROTECT, related_name="funds")
    budget = models.BigIntegerField(_("예산"))
    awarded = models.BigIntegerField(_("배정"), default=0)

    class Meta:
        constraints = [
            CheckConstraint(name="program_within_budget", condition=Q(awarded__gte=0, awarded__lte=F("budget"))),
            RowSecurity(name="program_funds_rows", reads=[ministry()]),
        ]

    def __str__(self) -> str:
        return str(self.program_id)


class StartupFunds(PartyModel):
    """What one startup is awarded in one program over all its agreements, and its cap. Kept by triggers."""

    reference = True

    program = models.ForeignKey("plans.Program", models.PROTECT, related_name="+")
    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    cap = models.BigIntegerField(_("한도"))
    awarded = models.BigIntegerField(_("배정"), default=0)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["program", "startup"], name="startup_funds_once"),
            CheckConstraint(
                name="startup_within_cap",
                condition=Q(awarded__gte=0, awarded__lte=F("cap"), cap__lte=int(CAP_PER_STARTUP)),
            ),
            RowSecurity(name="startup_funds_rows", reads=[ministry()]),
        ]

    def __str__(self) -> str:
        return str(self.startup_id)


@tracked()
class Award(PartyModel):
    """The government's contribution to one selected application, in whole won.

    `announced_at` is kept by a trigger. What of it is asked for and paid stands in its `use`, which corporations and
    centers don't read.
    """

    workflow = AWARD_WORKFLOW
    kept_columns = ("announced_at",)

    program = models.ForeignKey("plans.Program", models.PROTECT, related_name="+")
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="awards")
    corporation = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="awards")
    center = models.ForeignKey("organizations.Organization", models.PROTECT, null=True, related_name="+")
    amount = models.BigIntegerField(_("지원금"))
    state = models.CharField(max_length=10, choices=AwardState, default=AwardState.ACTIVE)
    awarded_at = models.DateTimeField()
    awarded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    announced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            *AWARD_WORKFLOW.constraints("award"),
            CheckConstraint(name="award_within_cap", condition=Q(amount__gt=0, amount__lte=int(CAP_PER_STARTUP))),
            UniqueConstraint(fields=["application"], condition=~Q(state="cancelled"), name="award_once"),
            party_key("award_parties", "program", "startup", "corporation"),
            party_key("award_startup", "program", "startup"),
            party_key("award_center", "program", "startup", "center"),
            Carries(name="award_of_application", through="application", fields=["program", "startup", "corporation"]),
            RowSecurity(
                name="award_rows",
                reads=[
                    own("startup", Kind.STARTUP, when=Q(announced_at__isnull=False)),
                    ministry(),
                    own("corporation", Kind.CORPORATION, Role.MANAGER),
                    own("corporation", Kind.CORPORATION, Role.SIGNATORY),
                    own("center", Kind.CENTER, when=Q(announced_at__isnull=False)),
                ],
                writes=[ministry(Role.APPROVER, Role.FINANCE)],
                blocks=["application", "startup"],
            ),
        ]
        triggers = AWARD_WORKFLOW.triggers()

    def __str__(self) -> str:
        return str(self.id)

    @property
    def granted(self) -> Won:
        return Won(self.amount)

    @property
    def drawn(self) -> int:
        """What is asked for or paid. Raises for whoever may not know."""
        return self.use.drawn

    @property
    def remaining(self) -> Won:
        """What may still be asked for. Raises for whoever may not know."""
        return Won(self.amount - self.drawn)


class AwardUse(PartyModel):
    """What of an award is asked for and paid, in whole won: for the startup and the ministry. Kept by triggers.

    Amount, state and announcement are the award's.
    """

    reference = True

    award = models.OneToOneField(Award, models.PROTECT, related_name="use")
    program = models.ForeignKey("plans.Program", models.PROTECT, related_name="+")
    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    amount = models.BigIntegerField(_("지원금"))
    drawn = models.BigIntegerField(_("신청·지급"), default=0)
    state = models.CharField(max_length=10, choices=AwardState, default=AwardState.ACTIVE)
    announced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(name="award_not_overdrawn", condition=Q(drawn__gte=0, drawn__lte=F("amount"))),
            CheckConstraint(name="award_cancelled_unused", condition=~Q(state="cancelled") | Q(drawn=0)),
            Carries(name="use_of_award", through="award", fields=["program", "startup"]),
            RowSecurity(
                name="award_use_rows",
                reads=[own("startup", Kind.STARTUP, when=Q(announced_at__isnull=False)), ministry()],
                blocks=["startup"],
            ),
        ]

    def __str__(self) -> str:
        return str(self.award_id)


@tracked()
class Disbursement(PartyModel):
    """One payment of an award. Four people: who requests, reviews, approves and sends are never the same."""

    workflow = WORKFLOW

    program = models.ForeignKey("plans.Program", models.PROTECT, related_name="+")
    award = models.ForeignKey(Award, models.PROTECT, related_name="disbursements")
    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    corporation = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    amount = models.BigIntegerField(_("신청 금액(원)"))
    purpose = models.CharField(_("용도"), max_length=500)
    key = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=State, default=State.REQUESTED)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    paid_at = models.DateTimeField(null=True)
    paid_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    bank_reference = models.CharField(_("은행 거래번호"), max_length=60, blank=True)

    class Meta:
        constraints = [
            *WORKFLOW.constraints("disbursement"),
            CheckConstraint(name="disbursement_positive", condition=Q(amount__gt=0)),
            UniqueConstraint(fields=["award", "key"], name="disbursement_once"),
            UniqueConstraint(fields=["bank_reference"], condition=~Q(bank_reference=""), name="disbursement_reference"),
            CheckConstraint(
                name="disbursement_reviewed_by_another",
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("requested_by")),
            ),
            CheckConstraint(
                name="disbursement_approved_by_another",
                condition=Q(approved_by=None) | ~Q(approved_by=F("requested_by")) & ~Q(approved_by=F("reviewed_by")),
            ),
            CheckConstraint(
                name="disbursement_sent_by_another",
                condition=Q(sent_by=None)
                | ~Q(sent_by=F("requested_by")) & ~Q(sent_by=F("reviewed_by")) & ~Q(sent_by=F("approved_by")),
            ),
            CheckConstraint(name="disbursement_paid_has_reference", condition=~Q(state="paid") | ~Q(bank_reference="")),
            party_key("disbursement_parties", "program", "startup", "award"),
            Carries(name="disbursement_of_award", through="award", fields=["program", "startup", "corporation"]),
            RowSecurity(
                name="disbursement_rows",
                reads=[own("startup", Kind.STARTUP), ministry()],
                writes=[
                    own("startup", Kind.STARTUP, Role.REPRESENTATIVE),
                    ministry(Role.OFFICER, Role.APPROVER, Role.FINANCE),
                ],
                blocks=["startup"],
            ),
        ]
        triggers = WORKFLOW.triggers()

    def __str__(self) -> str:
        return str(self.id)


class Progress(PartyModel):
    """How far a disbursement is, for the coordinating center: the state, no amount and no purpose. Kept by triggers."""

    reference = True

    disbursement = models.OneToOneField(Disbursement, models.PROTECT, related_name="progress")
    award = models.ForeignKey(Award, models.PROTECT, related_name="progress")
    program = models.ForeignKey("plans.Program", models.PROTECT, related_name="+")
    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    center = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    state = models.CharField(_("상태"), max_length=10, choices=State)

    class Meta:
        indexes = [models.Index(fields=["center"])]
        constraints = [
            Carries(name="progress_of_disbursement", through="disbursement", fields=["program", "startup", "award"]),
            Carries(name="progress_of_award", through="award", fields=["program", "startup", "center"]),
            RowSecurity(name="progress_rows", reads=[own("center", Kind.CENTER)], blocks=["startup"]),
        ]

    def __str__(self) -> str:
        return self.get_state_display()


class LedgerEntry(PartyModel):
    """One line of the ledger: whole won, from one account to another. Written once."""

    append_only = True

    class Account(models.TextChoices):
        BUDGET = "budget", _("사업 예산")
        AWARDED = "awarded", _("배정")
        PAID = "paid", _("지급")

    program = models.ForeignKey("plans.Program", models.PROTECT, related_name="+")
    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    award = models.ForeignKey(Award, models.PROTECT, related_name="entries")
    disbursement = models.ForeignKey(Disbursement, models.PROTECT, null=True, related_name="entries")
    debit = models.CharField(max_length=10, choices=Account)
    credit = models.CharField(max_length=10, choices=Account)
    amount = models.BigIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            CheckConstraint(name="ledger_positive", condition=Q(amount__gt=0)),
            CheckConstraint(name="ledger_two_accounts", condition=~Q(debit=F("credit"))),
            UniqueConstraint(fields=["disbursement", "credit"], name="ledger_disbursement_once"),
            Carries(name="ledger_of_award", through="award", fields=["program", "startup"]),
            Carries(name="ledger_of_disbursement", through="disbursement", fields=["program", "startup", "award"]),
            RowSecurity(
                name="ledger_rows",
                reads=[
                    ministry(Role.FINANCE, Role.APPROVER, Role.AUDITOR),
                    own("startup", Kind.STARTUP, when=Q(credit="paid")),
                ],
                writes=[ministry(Role.APPROVER, Role.FINANCE)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.debit}→{self.credit} {self.amount}"
