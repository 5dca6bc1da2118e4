"""The program year and its stages."""

from datetime import datetime

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from portal.kernel.money import CAP_PER_STARTUP
from portal.kernel.roles import Role
from portal.security.history import tracked
from portal.security.rowsecurity import RowSecurity
from portal.security.rules import everybody, ministry
from portal.security.scope import PartyModel
from programs.plans.workflow import WORKFLOW, State


@tracked()
class Program(PartyModel):
    """One year of the programme: its budget and cap in whole won, and how many startups it means to support."""

    workflow = WORKFLOW

    year = models.PositiveSmallIntegerField(_("연도"))
    name = models.CharField(_("사업명"), max_length=120)
    budget = models.BigIntegerField(_("예산(원)"))
    target_startups = models.PositiveIntegerField(_("지원 목표(개사)"))
    cap_per_startup = models.BigIntegerField(_("기업당 한도(원)"), default=int(CAP_PER_STARTUP))
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    prepared_at = models.DateTimeField()
    prepared_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            *WORKFLOW.constraints("program"),
            UniqueConstraint(fields=["year", "name"], name="program_once"),
            CheckConstraint(name="program_budget_positive", condition=Q(budget__gt=0)),
            CheckConstraint(
                name="program_cap_within_law",
                condition=Q(cap_per_startup__gt=0, cap_per_startup__lte=int(CAP_PER_STARTUP)),
            ),
            CheckConstraint(
                name="program_opened_by_another", condition=Q(opened_by=None) | ~Q(opened_by=F("prepared_by"))
            ),
            RowSecurity(
                name="program_rows",
                reads=[
                    everybody(when=~Q(state=State.DRAFT)),
                    ministry(Role.OFFICER, Role.APPROVER, Role.FINANCE, Role.AUDITOR),
                ],
                writes=[ministry(Role.OFFICER, Role.APPROVER)],
            ),
        ]
        triggers = WORKFLOW.triggers()

    def __str__(self) -> str:
        return self.name


@tracked()
class Stage(PartyModel):
    """A window of the program: from `opens_at` up to, but not including, `closes_at`."""

    class Kind(models.TextChoices):
        DEMAND_SURVEY = "demand_survey", _("수요조사")
        RECOMMENDATION = "recommendation", _("추천")
        APPLICATION = "application", _("신청")
        MEETUP = "meetup", _("공동 밋업")
        EVALUATION = "evaluation", _("평가")
        SELECTION = "selection", _("선정")
        FUNDING = "funding", _("자금 집행")
        CLOSING = "closing", _("정산·성과")

    program = models.ForeignKey(Program, models.PROTECT, related_name="stages")
    kind = models.CharField(_("단계"), max_length=20, choices=Kind)
    opens_at = models.DateTimeField(_("시작"))
    closes_at = models.DateTimeField(_("마감"))
    published = models.BooleanField(default=False)

    class Meta:
        ordering = ["opens_at", "closes_at"]
        constraints = [
            UniqueConstraint(fields=["program", "kind"], name="stage_once"),
            CheckConstraint(name="stage_closes_after_opening", condition=Q(closes_at__gt=F("opens_at"))),
            RowSecurity(
                name="stage_rows",
                reads=[everybody(when=Q(published=True)), ministry()],
                writes=[ministry(Role.OFFICER, Role.APPROVER)],
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def is_open(self, at: datetime) -> bool:
        """Whether the window is open at the instant: the opening belongs to it, the closing doesn't."""
        return self.opens_at <= at < self.closes_at
