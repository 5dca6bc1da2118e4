"""Applications of startups for demands."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matching.applications.workflow import HANDED_IN, WITH_CORPORATION, WORKFLOW, State
from portal.kernel.roles import Kind, Role
from portal.outbox.drafts import remarks_field, remarks_only_in
from portal.security.history import tracked
from portal.security.rowsecurity import Carries, RowSecurity, party_key
from portal.security.rules import ministry, own
from portal.security.scope import PartyModel
from portal.security.search import Searchable


@tracked()
class Application(PartyModel):
    """One startup applies for one demand. A Block on the application or on the startup closes it to an evaluator."""

    workflow = WORKFLOW

    program = models.ForeignKey("plans.Program", models.PROTECT, related_name="+")
    demand = models.ForeignKey("demands.Demand", models.PROTECT, related_name="applications")
    corporation = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="applications")
    center = models.ForeignKey("organizations.Organization", models.PROTECT, null=True, related_name="+")
    # Given with the first submission and kept: the numbers of a program have no gaps.
    number = models.CharField(_("접수번호"), max_length=20, unique=True, null=True, blank=True)
    proposal = models.TextField(_("협업 제안"), max_length=4000, blank=True)
    technology = models.TextField(_("적용할 기술"), max_length=4000, blank=True, default="")
    trl = models.PositiveSmallIntegerField(
        _("기술성숙도(TRL)"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    plan = models.TextField(_("추진 계획"), max_length=4000, blank=True, default="")
    effect = models.TextField(_("기대 효과"), max_length=2000, blank=True, default="")
    requested_amount = models.BigIntegerField(_("신청 금액(원)"), default=0)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    remarks = remarks_field()
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["startup"]),
            models.Index(fields=["corporation", "state"]),
            models.Index(fields=["demand"]),
            models.Index(fields=["state", "demand", "number"], name="application_desk"),
            models.Index(fields=["corporation", "demand", "number"], name="application_compared"),
        ]
        constraints = [
            *WORKFLOW.constraints("application"),
            party_key("application_parties", "program", "demand", "corporation", "startup"),
            party_key("application_sides", "corporation", "startup"),
            party_key("application_startup", "program", "startup", "corporation"),
            party_key("application_center", "center"),
            party_key("application_standing", "corporation", "startup", "state"),
            UniqueConstraint(
                fields=["startup", "demand"], condition=~Q(state=State.WITHDRAWN), name="application_once"
            ),
            Searchable(name="application_words", fields=["number", "proposal"]),
            remarks_only_in(State.RETURNED, name="application_remarks"),
            CheckConstraint(name="application_amount", condition=Q(requested_amount__gte=0)),
            CheckConstraint(name="application_trl", condition=Q(trl=None) | Q(trl__gte=1, trl__lte=9)),
            CheckConstraint(
                name="application_numbered",
                condition=Q(state__in=[State.DRAFT, State.WITHDRAWN]) | Q(number__isnull=False),
            ),
            Carries(name="application_of_demand", through="demand", fields=["program", "corporation"]),
            RowSecurity(
                name="application_rows",
                reads=[
                    own("startup", Kind.STARTUP),
                    # What had been handed in stays on the ministry's list when it is withdrawn.
                    ministry(when=Q(state__in=HANDED_IN) | Q(state=State.WITHDRAWN, submitted_at__isnull=False)),
                    own("corporation", Kind.CORPORATION, when=Q(state__in=WITH_CORPORATION)),
                    own("center", Kind.CENTER, when=Q(state__in=HANDED_IN)),
                ],
                writes=[
                    own("startup", Kind.STARTUP),
                    ministry(Role.OFFICER),
                    own("corporation", Kind.CORPORATION, Role.MANAGER),
                ],
                blocks=["id", "startup"],
            ),
        ]
        triggers = WORKFLOW.triggers()

    def __str__(self) -> str:
        return self.number or gettext("접수 전 신청서")

    @property
    def excluded_parties(self) -> str:
        """Whom the startup wants kept from evaluating; "" for whoever may not know."""
        exclusion = getattr(self, "exclusion", None)
        return exclusion.text if exclusion else ""


@tracked()
class Exclusion(PartyModel):
    """Persons and firms that must not evaluate an application: not for evaluators and centers, hence its own table.

    Whoever assigns evaluators reads it as long as the application stands with them; `state` is the application's.
    """

    kept_columns = ("state",)

    application = models.OneToOneField(Application, models.PROTECT, related_name="exclusion")
    corporation = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=State)
    text = models.TextField(_("평가에서 제외할 사람·기업"), max_length=1000, blank=True)
    # What the officer asks to be mended here: the application's own remarks are read by its center, too.
    remark = models.TextField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            CheckConstraint(name="exclusion_remark", condition=Q(state=State.RETURNED) | Q(remark="")),
            Carries(
                name="exclusion_of_application",
                through="application",
                fields=["corporation", "startup", "state"],
                follows=True,
            ),
            RowSecurity(
                name="exclusion_rows",
                reads=[
                    own("startup", Kind.STARTUP),
                    ministry(when=Q(state__in=HANDED_IN)),
                    own("corporation", Kind.CORPORATION, Role.MANAGER, when=Q(state__in=WITH_CORPORATION)),
                ],
                writes=[own("startup", Kind.STARTUP)],
                blocks=["application", "startup"],
            ),
        ]

    def __str__(self) -> str:
        return str(self.application_id)


@tracked()
class ShortlistEntry(PartyModel):
    """An application that the corporation keeps an eye on, with its own note: for its managers and nobody else."""

    kept_columns = ("state",)

    application = models.OneToOneField(Application, models.PROTECT, related_name="shortlisted")
    corporation = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=State)
    note = models.CharField(_("메모"), max_length=500, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            Carries(
                name="shortlist_of_application",
                through="application",
                fields=["corporation", "startup", "state"],
                follows=True,
            ),
            RowSecurity(
                name="shortlist_rows",
                reads=[own("corporation", Kind.CORPORATION, Role.MANAGER, when=Q(state__in=WITH_CORPORATION))],
                writes=[own("corporation", Kind.CORPORATION, Role.MANAGER)],
                deletes=[own("corporation", Kind.CORPORATION, Role.MANAGER)],
                blocks=["application", "startup"],
            ),
        ]

    def __str__(self) -> str:
        return str(self.application_id)
