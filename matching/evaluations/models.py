"""Evaluation of applications by a corporation's evaluators."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from matching.evaluations.workflow import (
    ASSIGNMENT_WORKFLOW,
    ROUND_WORKFLOW,
    SHEET_WORKFLOW,
    AssignmentState,
    RoundState,
    SheetState,
)
from portal.kernel.roles import Kind, Role
from portal.security.history import tracked
from portal.security.rowsecurity import Carries, RowSecurity, party_key
from portal.security.rules import ministry, own, reads
from portal.security.scope import PartyModel


@tracked()
class Round(PartyModel):
    """The evaluation of one demand's applications.

    `criteria`: [{"code", "label", "weight"}], weights sum to 100; scores run from 0 to 100 per criterion.
    """

    workflow = ROUND_WORKFLOW

    program = models.ForeignKey("plans.Program", models.PROTECT, related_name="+")
    demand = models.OneToOneField("demands.Demand", models.PROTECT, related_name="round")
    corporation = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    criteria = models.JSONField()
    pass_mark = models.PositiveSmallIntegerField(_("합격 기준"), default=60)
    state = models.CharField(max_length=10, choices=RoundState, default=RoundState.OPEN)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    figures_hash = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        constraints = [
            *ROUND_WORKFLOW.constraints("round"),
            party_key("round_parties", "program", "demand", "corporation"),
            party_key("round_corporation", "corporation"),
            CheckConstraint(name="round_pass_mark", condition=Q(pass_mark__lte=100)),
            CheckConstraint(name="round_closed_has_hash", condition=Q(state="open") | ~Q(figures_hash="")),
            Carries(name="round_of_demand", through="demand", fields=["program", "corporation"]),
            RowSecurity(
                name="round_rows",
                reads=[own("corporation", Kind.CORPORATION), ministry()],
                writes=[own("corporation", Kind.CORPORATION, Role.MANAGER), ministry(Role.OFFICER)],
            ),
        ]
        triggers = ROUND_WORKFLOW.triggers()

    def __str__(self) -> str:
        return str(self.id)


@tracked()
class Assignment(PartyModel):
    """One evaluator is asked to score one application. The state is the progress that others may see."""

    workflow = ASSIGNMENT_WORKFLOW

    round = models.ForeignKey(Round, models.PROTECT, related_name="assignments")
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="assignments")
    corporation = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    evaluator = models.ForeignKey("organizations.Membership", models.PROTECT, related_name="+")
    evaluator_user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    evaluator_name = models.CharField(_("평가위원"), max_length=60)
    state = models.CharField(max_length=10, choices=AssignmentState, default=AssignmentState.ASSIGNED)
    assigned_at = models.DateTimeField()
    assigned_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    declared_at = models.DateTimeField(null=True)
    declared_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            *ASSIGNMENT_WORKFLOW.constraints("assignment"),
            UniqueConstraint(fields=["application", "evaluator"], name="assignment_once"),
            party_key("assignment_parties", "application", "corporation", "startup", "evaluator", "round"),
            Carries(name="assignment_of_application", through="application", fields=["corporation", "startup"]),
            Carries(name="assignment_of_round", through="round", fields=["corporation"]),
            Carries(
                name="assignment_of_own_member", through="evaluator", fields=["corporation"], parent=["organization"]
            ),
            Carries(name="assignment_of_user", through="evaluator", fields=["evaluator_user"], parent=["user"]),
            RowSecurity(
                name="assignment_rows",
                reads=[
                    reads(holder="evaluator"),
                    own("corporation", Kind.CORPORATION, Role.MANAGER),
                    ministry(),
                ],
                writes=[
                    reads(holder="evaluator"),
                    own("corporation", Kind.CORPORATION, Role.MANAGER),
                    ministry(Role.OFFICER),
                ],
                blocks=["application", "startup"],
            ),
        ]
        triggers = ASSIGNMENT_WORKFLOW.triggers()

    def __str__(self) -> str:
        return self.evaluator_name


class ConflictReason(PartyModel):
    """Why somebody declared a conflict: the evaluator's alone. Others see the fact, on the assignment."""

    append_only = True

    class Ground(models.TextChoices):
        EXCLUDED = "excluded", _("제척 사유에 해당")
        EMPLOYED = "employed", _("현재 또는 이전 근무")
        INVESTED = "invested", _("지분·투자 관계")
        RELATED = "related", _("친족·지인 관계")
        OTHER = "other", _("그 밖의 사유로 회피")

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    evaluator = models.ForeignKey("organizations.Membership", models.PROTECT, related_name="+")
    ground = models.CharField(_("사유"), max_length=10, choices=Ground)
    explanation = models.CharField(_("설명"), max_length=1000)
    declared_at = models.DateTimeField()

    class Meta:
        constraints = [
            RowSecurity(
                name="conflict_reason_rows", reads=[reads(holder="evaluator")], writes=[reads(holder="evaluator")]
            ),
        ]

    def __str__(self) -> str:
        return self.get_ground_display()


@tracked()
class Sheet(PartyModel):
    """An evaluator's scores: {criterion: {"score": 0–100 or null for not applicable, "reason"}}.

    `disclosed_at` is set when the round closes; before, nobody but its evaluator sees the row, the system's
    computations aside.
    """

    workflow = SHEET_WORKFLOW

    round = models.ForeignKey(Round, models.PROTECT, related_name="+")
    assignment = models.OneToOneField(Assignment, models.PROTECT, related_name="sheet")
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    corporation = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    evaluator = models.ForeignKey("organizations.Membership", models.PROTECT, related_name="+")
    scores = models.JSONField(default=dict)
    comment = models.TextField(_("종합 의견"), max_length=2000, blank=True)
    total = models.DecimalField(_("총점"), max_digits=5, decimal_places=2, null=True)
    state = models.CharField(max_length=10, choices=SheetState, default=SheetState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    disclosed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            *SHEET_WORKFLOW.constraints("sheet"),
            CheckConstraint(name="sheet_total", condition=Q(total=None) | Q(total__gte=0, total__lte=100)),
            CheckConstraint(name="sheet_draft_undisclosed", condition=Q(disclosed_at=None) | Q(state="submitted")),
            Carries(
                name="sheet_of_assignment",
                through="assignment",
                fields=["application", "corporation", "startup", "evaluator", "round"],
            ),
            RowSecurity(
                name="sheet_rows",
                reads=[
                    reads(holder="evaluator"),
                    own("corporation", Kind.CORPORATION, Role.MANAGER, when=Q(disclosed_at__isnull=False)),
                    ministry(when=Q(disclosed_at__isnull=False)),
                ],
                writes=[reads(holder="evaluator")],
                blocks=["application", "startup"],
            ),
        ]
        triggers = SHEET_WORKFLOW.triggers()

    def __str__(self) -> str:
        return str(self.id)


@tracked()
class Result(PartyModel):
    """The frozen figures of one application: written when the round closes, never changed but for the announcement."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="results")
    application = models.OneToOneField("applications.Application", models.PROTECT, related_name="result")
    corporation = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    sheets = models.PositiveSmallIntegerField(_("평가표 수"))
    mean = models.DecimalField(_("평균"), max_digits=5, decimal_places=2, null=True)
    spread = models.DecimalField(_("편차"), max_digits=5, decimal_places=2, null=True)
    rank = models.PositiveSmallIntegerField(_("순위"), null=True)
    passed = models.BooleanField(_("기준 충족"))
    announced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            Carries(name="result_of_application", through="application", fields=["corporation", "startup"]),
            Carries(name="result_of_round", through="round", fields=["corporation"]),
            CheckConstraint(name="result_rank_needs_mean", condition=Q(rank=None) | Q(mean__isnull=False)),
            RowSecurity(
                name="result_rows",
                reads=[
                    own("corporation", Kind.CORPORATION, Role.MANAGER),
                    own("corporation", Kind.CORPORATION, Role.SIGNATORY),
                    ministry(),
                    own("startup", Kind.STARTUP, when=Q(announced_at__isnull=False)),
                ],
                blocks=["application", "startup"],
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
