"""The startup's profile, entered once and reused everywhere, and what the startup has consented to."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from matching.startups.workflow import CONSENT_WORKFLOW, ConsentState
from portal.kernel.roles import Kind, Role
from portal.security.encryption import EncryptedField
from portal.security.history import tracked
from portal.security.rowsecurity import Carries, RowSecurity, party_key
from portal.security.rules import ministry, own, reads
from portal.security.scope import PartyModel
from portal.security.search import Searchable


class InvestmentStage(models.TextChoices):
    """How far the startup's investors have gone with it."""

    NONE = "none", _("투자받지 않음")
    SEED = "seed", _("시드")
    PRE_A = "pre_a", _("프리 A")
    SERIES_A = "series_a", _("시리즈 A")
    SERIES_B = "series_b", _("시리즈 B")
    SERIES_C = "series_c", _("시리즈 C 이상")
    LISTED = "listed", _("상장")


@tracked(by_thousands=True)
class Profile(PartyModel):
    """What a startup says of itself. Opens to others by Grant ("startup" on the organisation's id)."""

    startup = models.OneToOneField("organizations.Organization", models.PROTECT, related_name="profile")
    representative = models.CharField(_("대표자"), max_length=60)
    founded_on = models.DateField(_("설립일"), null=True, blank=True)
    region = models.CharField(_("소재지"), max_length=2, blank=True)
    tech_fields = ArrayField(models.CharField(max_length=3), verbose_name=_("기술분야"), default=list, blank=True)
    trl = models.PositiveSmallIntegerField(
        _("기술성숙도(TRL)"), default=4, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    summary = models.CharField(_("한 줄 소개"), max_length=200, blank=True)
    technology = models.TextField(_("보유 기술"), max_length=4000, blank=True)
    products = models.TextField(_("제품과 서비스"), max_length=2000, blank=True)
    phone = EncryptedField(_("연락처"), max_length=20, blank=True, purpose="startups.phone")
    employees = models.PositiveIntegerField(_("임직원 수"), null=True, blank=True)
    sales_year = models.PositiveSmallIntegerField(_("매출 연도"), null=True, blank=True)
    sales = models.BigIntegerField(_("매출액(원)"), default=0, blank=True)
    investment_stage = models.CharField(_("투자 단계"), max_length=10, choices=InvestmentStage, blank=True)
    investment_total = models.BigIntegerField(_("누적 투자액(원)"), default=0, blank=True)
    certificates = models.TextField(_("인증"), max_length=2000, blank=True)
    intellectual_property = models.TextField(_("지식재산권"), max_length=2000, blank=True)
    collaboration_types = ArrayField(
        models.CharField(max_length=10), verbose_name=_("희망 협업 유형"), default=list, blank=True
    )
    collaboration_wanted = models.TextField(_("희망하는 협업"), max_length=2000, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            CheckConstraint(name="profile_trl", condition=Q(trl__gte=1, trl__lte=9)),
            CheckConstraint(
                name="profile_money",
                condition=(Q(sales=0) | Q(sales__gt=0, sales_year__isnull=False)) & Q(investment_total__gte=0),
            ),
            UniqueConstraint(fields=["id", "startup"], name="profile_startup"),
            Searchable(name="profile_words", fields=["summary"]),
            RowSecurity(
                name="profile_rows",
                reads=[own("startup", Kind.STARTUP), ministry(), reads(granted=("startup", "startup"))],
                writes=[own("startup", Kind.STARTUP)],
                blocks=["startup"],
            ),
        ]

    def __str__(self) -> str:
        return str(self.startup_id)


@tracked()
class ExclusiveTie(PartyModel):
    """With whom the startup may not work, or works alone. It filters; nobody else reads it, hence its own table."""

    profile = models.OneToOneField(Profile, models.PROTECT, related_name="tie")
    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    text = models.TextField(_("독점 관계"), max_length=2000)

    class Meta:
        constraints = [
            Carries(name="tie_of_startup", through="profile", fields=["startup"]),
            RowSecurity(
                name="tie_rows",
                reads=[own("startup", Kind.STARTUP)],
                writes=[own("startup", Kind.STARTUP)],
                deletes=[own("startup", Kind.STARTUP)],
            ),
        ]

    def __str__(self) -> str:
        return str(self.startup_id)


@tracked()
class PastSupport(PartyModel):
    """Public support that the startup has had: for the officer's check that nothing is supported twice."""

    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    program_name = models.CharField(_("사업명"), max_length=120)
    agency = models.CharField(_("지원 기관"), max_length=120)
    year = models.PositiveSmallIntegerField(_("지원 연도"))
    ended_on = models.DateField(_("지원 종료일"), null=True, blank=True)
    amount = models.BigIntegerField(_("지원 금액(원)"))
    subject = models.CharField(_("지원 내용"), max_length=200)

    class Meta:
        constraints = [
            CheckConstraint(name="past_support_amount", condition=Q(amount__gte=0)),
            CheckConstraint(name="past_support_year", condition=Q(year__gte=1990, year__lte=2100)),
            RowSecurity(
                name="past_support_rows",
                reads=[own("startup", Kind.STARTUP), ministry()],
                writes=[own("startup", Kind.STARTUP)],
                deletes=[own("startup", Kind.STARTUP)],
                blocks=["startup"],
            ),
        ]

    def __str__(self) -> str:
        return self.program_name


@tracked()
class Evidence(PartyModel):
    """A document of the startup with the day on which it runs out. Its own people open the file."""

    class Sort(models.TextChoices):
        REGISTRATION = "registration", _("사업자등록증")
        TAX = "tax", _("국세·지방세 완납증명서")
        FINANCIAL = "financial", _("재무제표")
        CERTIFICATE = "certificate", _("인증서")
        OTHER = "other", _("그 밖의 서류")

    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    sort = models.CharField(_("서류 종류"), max_length=20, choices=Sort)
    name = models.CharField(_("서류 이름"), max_length=120)
    file = models.ForeignKey("files.File", models.PROTECT, related_name="+")
    expires_on = models.DateField(_("유효 기한"), null=True, blank=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            RowSecurity(
                name="evidence_rows",
                reads=[own("startup", Kind.STARTUP), ministry()],
                writes=[own("startup", Kind.STARTUP)],
                deletes=[own("startup", Kind.STARTUP)],
                blocks=["startup"],
            )
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class Consent(PartyModel):
    """To what third party the startup lets its profile be given: who, for what, which items, until when."""

    class Purpose(models.TextChoices):
        RECOMMENDATION = "recommendation", _("추천의 검토와 협업 상대의 선정")
        FOUND = "found", _("협업 수요에 맞는 기업으로 찾아볼 수 있게 하기")

    workflow = CONSENT_WORKFLOW

    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="consents")
    # None: every corporation and center of the program, for being found.
    recipient = models.ForeignKey("organizations.Organization", models.PROTECT, null=True, related_name="+")
    purpose = models.CharField(_("제공 목적"), max_length=20, choices=Purpose)
    items = ArrayField(models.CharField(max_length=20), verbose_name=_("제공 항목"))
    about = models.CharField(_("관련 건"), max_length=160, blank=True)
    cause_id = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=ConsentState, default=ConsentState.GIVEN)
    given_at = models.DateTimeField(_("동의한 때"))
    given_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(_("철회한 때"), null=True)
    withdrawn_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["cause_id"])]
        constraints = [
            *CONSENT_WORKFLOW.constraints("consent"),
            CheckConstraint(
                name="consent_to_whom",
                condition=Q(purpose="found", recipient=None) | (~Q(purpose="found") & Q(recipient__isnull=False)),
            ),
            UniqueConstraint(
                fields=["startup", "purpose", "recipient", "cause_id"],
                condition=Q(state=ConsentState.GIVEN),
                nulls_distinct=False,
                name="consent_once",
            ),
            party_key("consent_standing", "state"),
            RowSecurity(
                name="consent_rows",
                reads=[own("startup", Kind.STARTUP), own("recipient"), ministry()],
                writes=[own("startup", Kind.STARTUP, Role.REPRESENTATIVE)],
                blocks=["startup"],
            ),
        ]
        triggers = CONSENT_WORKFLOW.triggers()

    def __str__(self) -> str:
        return str(self.get_purpose_display())
