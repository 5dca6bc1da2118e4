"""Recommendations of startups by centers, and their upload as a list."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinLengthValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from matching.recommendations.workflow import HANDED_IN, UPLOAD_WORKFLOW, WORKFLOW, State, UploadState
from portal.kernel.roles import Kind, Role
from portal.outbox.drafts import remarks_field, remarks_only_in
from portal.security.encryption import EncryptedField, EncryptedJSONField
from portal.security.history import tracked
from portal.security.rowsecurity import Carries, RowSecurity, party_key
from portal.security.rules import ministry, own, reads
from portal.security.scope import PartyModel
from portal.security.search import Searchable


@tracked(by_thousands=True)
class Recommendation(PartyModel):
    """One center recommends one startup for one demand.

    Company, representative, contact and technology are kept as the center wrote them: it may not read the startup's
    own rows before the startup consents. Number and title of the demand are kept too, for a startup that may not
    open the demand itself before it consents; a published demand doesn't change them.

    Program, demand, corporation and coordinator have no foreign key of their own: the carried ones hold them.
    """

    workflow = WORKFLOW

    program = models.ForeignKey("plans.Program", models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    demand = models.ForeignKey("demands.Demand", models.PROTECT, related_name="recommendations", db_constraint=False)
    corporation = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+", db_constraint=False)
    center = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+", db_index=False)
    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="recommendations")
    demand_number = models.CharField(_("수요번호"), max_length=20)
    demand_title = models.CharField(_("과제명"), max_length=120)
    business_no = models.CharField(_("사업자등록번호"), max_length=12)
    company = models.CharField(_("기업명"), max_length=120)
    representative = models.CharField(_("대표자"), max_length=60)
    email = models.EmailField(_("이메일"))
    phone = EncryptedField(_("연락처"), max_length=20, purpose="recommendations.phone")
    tech_fields = ArrayField(models.CharField(max_length=3), verbose_name=_("기술분야"), default=list, blank=True)
    trl = models.PositiveSmallIntegerField(_("기술성숙도(TRL)"), null=True, blank=True)
    reason = models.TextField(_("추천사유"), max_length=2000, validators=[MinLengthValidator(50)])
    priority = models.PositiveSmallIntegerField(
        _("우선순위"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    # Who of the center accompanies the startup. The name is kept: a startup doesn't read the center's members.
    coordinator = models.ForeignKey(
        "organizations.Membership", models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    coordinator_name = models.CharField(_("담당 코디네이터"), max_length=60, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    remarks = remarks_field()
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    requested_at = models.DateTimeField(null=True)
    consented_at = models.DateTimeField(null=True)
    consented_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        # a center lists its own, the latest first
        indexes = [models.Index(fields=["center", "id"], name="recommendation_list")]
        constraints = [
            *WORKFLOW.constraints("recommendation"),
            party_key("recommendation_parties", "program", "demand", "corporation", "startup", "center"),
            party_key("recommendation_center", "center"),
            Searchable(name="recommendation_words", fields=["company", "business_no", "demand_number", "demand_title"]),
            remarks_only_in(State.RETURNED, name="recommendation_remarks"),
            CheckConstraint(
                name="recommendation_reason_length",
                condition=Q(GreaterThanOrEqual(Length("reason"), 50), LessThanOrEqual(Length("reason"), 2000)),
            ),
            CheckConstraint(
                name="recommendation_priority", condition=Q(priority=None) | Q(priority__gte=1, priority__lte=99)
            ),
            CheckConstraint(name="recommendation_trl", condition=Q(trl=None) | Q(trl__gte=1, trl__lte=9)),
            UniqueConstraint(
                fields=["demand", "center", "startup"], condition=~Q(state=State.WITHDRAWN), name="recommendation_once"
            ),
            Carries(name="recommendation_of_demand", through="demand", fields=["program", "corporation"]),
            Carries(
                name="recommendation_coordinator", through="coordinator", fields=["center"], parent=["organization"]
            ),
            RowSecurity(
                name="recommendation_rows",
                reads=[
                    own("center", Kind.CENTER),
                    ministry(when=Q(state__in=HANDED_IN)),
                    own("startup", Kind.STARTUP, when=Q(requested_at__isnull=False)),
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


@tracked(by_thousands=True)
class ConsensusNote(PartyModel):
    """The experts' consensus behind a recommendation: for the center and the ministry only, hence its own table."""

    recommendation = models.OneToOneField(Recommendation, models.PROTECT, related_name="consensus")
    center = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    text = models.TextField(_("전문가의견"), max_length=2000)
    handed_in = models.BooleanField(default=False)

    class Meta:
        constraints = [
            Carries(name="consensus_of_center", through="recommendation", fields=["center"]),
            RowSecurity(
                name="consensus_rows",
                reads=[own("center", Kind.CENTER), ministry(when=Q(handed_in=True))],
                writes=[own("center", Kind.CENTER)],
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


# A list is seen by the person who uploaded it, while acting for that center.
_UPLOADER = reads(kind=Kind.CENTER, party="center", user="uploaded_by")


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
    changes = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, default="", blank=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            *UPLOAD_WORKFLOW.constraints("upload"),
            party_key("upload_parties", "center", "uploaded_by"),
            CheckConstraint(name="upload_confirmed_without_errors", condition=~Q(state="confirmed") | Q(errors=0)),
            RowSecurity(name="upload_rows", reads=[_UPLOADER], writes=[_UPLOADER]),
        ]
        triggers = UPLOAD_WORKFLOW.triggers()

    def __str__(self) -> str:
        return str(self.id)


class UploadRow(PartyModel):
    """One row of an upload: what was read, what it means, what is wrong with it.

    number is the row's number in the spreadsheet program; values maps a column's name to its text (encrypted: names
    and telephone numbers of people who have agreed to nothing yet);
    problems is a list of {"column", "words"}, warnings a list of texts.
    """

    class Outcome(models.TextChoices):
        NEW = "new", _("신규")
        CHANGED = "changed", _("변경")
        UNCHANGED = "unchanged", _("변경 없음")
        ERROR = "error", _("오류")

    # The carried key holds all three; the unique one finds an upload's rows.
    upload = models.ForeignKey(Upload, models.PROTECT, related_name="lines", db_constraint=False, db_index=False)
    center = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    uploaded_by = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    number = models.PositiveIntegerField()
    values = EncryptedJSONField(purpose="recommendations.values")
    outcome = models.CharField(max_length=10, choices=Outcome)
    problems = models.JSONField(default=list)
    warnings = models.JSONField(default=list)

    class Meta:
        ordering = ["number"]
        constraints = [
            UniqueConstraint(fields=["upload", "number"], name="upload_row_once"),
            Carries(name="upload_row_parties", through="upload", fields=["center", "uploaded_by"]),
            RowSecurity(name="upload_row_rows", reads=[_UPLOADER], writes=[_UPLOADER]),
        ]

    def __str__(self) -> str:
        return str(self.number)
