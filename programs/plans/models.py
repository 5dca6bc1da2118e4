"""The program year and its stages."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from portal.kernel.money import CAP_PER_STARTUP
from portal.kernel.roles import Role
from portal.security.history import tracked
from portal.security.rowsecurity import Carries, RowSecurity, party_key
from portal.security.rules import everybody, ministry, own
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
            party_key("program_standing", "state"),
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


class Extension(PartyModel):
    """One organisation may hand in until later than the others, and why. Never changed: a later one takes its place."""

    append_only = True

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="extensions")
    organization = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    closes_at = models.DateTimeField(_("연장한 마감"))
    reason = models.TextField(_("사유"), max_length=1000)
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["organization", "stage"])]
        constraints = [
            CheckConstraint(name="extension_has_reason", condition=~Q(reason="")),
            RowSecurity(
                name="extension_rows",
                # That somebody was given more time is between them and the ministry.
                reads=[own("organization"), ministry()],
                writes=[ministry(Role.OFFICER)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} {self.closes_at.isoformat()}"


class Setting(PartyModel):
    """A rule of the program from a day on, and where it comes from. Never changed: a later one takes its place.

    `percents`: of shares the most that the government pays, the least in cash and the most in kind; of tranches the
    part of each, in their order. Only what is published for this very program is `official`.
    """

    append_only = True

    class Kind(models.TextChoices):
        SHARES = "shares", _("재원 분담 비율")
        TRANCHES = "tranches", _("분할 지급 비율")

    class Origin(models.TextChoices):
        OFFICIAL = "official", _("이 사업의 공고·규정")
        SIBLING = "sibling", _("유사 사업의 기준을 따름(공식 아님)")
        OURS = "ours", _("운영 기준(공식 아님)")

    program = models.ForeignKey(Program, models.PROTECT, related_name="settings")
    state = models.CharField(max_length=10, choices=State)  # the program's: a draft's rules are the ministry's own
    kind = models.CharField(_("규칙"), max_length=10, choices=Kind)
    percents = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("비율(%)"))
    valid_from = models.DateField(_("적용 시작일"))
    origin = models.CharField(_("근거 구분"), max_length=10, choices=Origin)
    source = models.CharField(_("근거"), max_length=300)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            CheckConstraint(
                name="setting_percents",
                condition=Q(kind="shares", percents__len=3) | Q(kind="tranches", percents__len__gte=1),
            ),
            CheckConstraint(name="setting_has_source", condition=~Q(source="")),
            Carries(name="setting_of_program", through="program", fields=["state"], follows=True),
            RowSecurity(
                name="setting_rows",
                reads=[everybody(when=~Q(state=State.DRAFT)), ministry()],
                writes=[ministry(Role.OFFICER)],
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
