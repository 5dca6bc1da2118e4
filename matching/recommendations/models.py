"""Recommendations of startups by centers, and their upload as a list."""

from django.core.validators import MaxValueValidator, MinLengthValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from matching.recommendations.workflow import HANDED_IN, UPLOAD_WORKFLOW, WORKFLOW, State, UploadState
from portal.kernel.roles import Kind, Role
from portal.security.history import tracked
from portal.security.rowsecurity import Carries, RowSecurity, party_key
from portal.security.rules import ministry, own
from portal.security.scope import PartyModel


@tracked()
class Recommendation(PartyModel):
    """One center recommends one startup for one demand."""

    workflow = WORKFLOW

    program = models.ForeignKey("plans.Program", models.PROTECT, related_name="+")
    demand = models.ForeignKey("demands.Demand", models.PROTECT, related_name="recommendations")
    corporation = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    center = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="recommendations")
    reason = models.TextField(_("추천사유"), max_length=2000, validators=[MinLengthValidator(50)])
    priority = models.PositiveSmallIntegerField(
        _("우선순위"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    created_at = models.DateTimeField()
    consented_at = models.DateTimeField(null=True)
    consented_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["center"]), models.Index(fields=["startup"]), models.Index(fields=["demand"])]
        constraints = [
            *WORKFLOW.constraints("recommendation"),
            party_key("recommendation_parties", "program", "demand", "corporation", "startup", "center"),
            UniqueConstraint(
                fields=["demand", "center", "startup"], condition=~Q(state=State.WITHDRAWN), name="recommendation_once"
            ),
            Carries(name="recommendation_of_demand", through="demand", fields=["program", "corporation"]),
            RowSecurity(
                name="recommendation_rows",
                reads=[
                    own("center", Kind.CENTER),
                    ministry(when=Q(state__in=HANDED_IN)),
                    own("startup", Kind.STARTUP, when=~Q(state=State.DRAFT)),
                    own("corporation", Kind.CORPORATION, when=Q(state=State.ACCEPTED)),
                ],
                writes=[
                    own("center", Kind.CENTER),
                    ministry(Role.OFFICER),
                    own("startup", Kind.STARTUP, Role.REPRESENTATIVE),
                ],
                blocks=["startup"],
            ),
        ]
        triggers = WORKFLOW.triggers()

    def __str__(self) -> str:
        return str(self.id)


@tracked()
class ConsensusNote(PartyModel):
    """The experts' consensus behind a recommendation: for the center and the ministry only, hence its own table."""

    recommendation = models.OneToOneField(Recommendation, models.PROTECT, related_name="consensus")
    center = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    text = models.TextField(_("전문가의견"), max_length=2000)
    handed_in = models.BooleanField(default=False)

    class Meta:
        constraints = [
            RowSecurity(
                name="consensus_rows",
                reads=[own("center", Kind.CENTER), ministry(when=Q(handed_in=True))],
                writes=[own("center", Kind.CENTER)],
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


@tracked()
class Upload(PartyModel):
    """One uploaded list. Checked in the background, confirmed as a whole or not at all."""

    workflow = UPLOAD_WORKFLOW

    program = models.ForeignKey("plans.Program", models.PROTECT, related_name="+")
    center = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    file = models.ForeignKey("files.File", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=UploadState, default=UploadState.CHECKING)
    rows = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, default="", blank=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            *UPLOAD_WORKFLOW.constraints("upload"),
            party_key("upload_center", "center"),
            CheckConstraint(name="upload_confirmed_without_errors", condition=~Q(state="confirmed") | Q(errors=0)),
            RowSecurity(name="upload_rows", reads=[own("center", Kind.CENTER)], writes=[own("center", Kind.CENTER)]),
        ]
        triggers = UPLOAD_WORKFLOW.triggers()

    def __str__(self) -> str:
        return str(self.id)


class UploadRow(PartyModel):
    """One row of an upload: what was read, what it means, what is wrong with it."""

    class Outcome(models.TextChoices):
        NEW = "new", _("신규")
        CHANGED = "changed", _("변경")
        UNCHANGED = "unchanged", _("변경 없음")
        ERROR = "error", _("오류")

    upload = models.ForeignKey(Upload, models.PROTECT, related_name="lines")
    center = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    values = models.JSONField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    problems = models.JSONField(default=list)
    warnings = models.JSONField(default=list)

    class Meta:
        ordering = ["number"]
        constraints = [
            UniqueConstraint(fields=["upload", "number"], name="upload_row_once"),
            Carries(name="upload_row_center", through="upload", fields=["center"]),
            RowSecurity(
                name="upload_row_rows", reads=[own("center", Kind.CENTER)], writes=[own("center", Kind.CENTER)]
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)
