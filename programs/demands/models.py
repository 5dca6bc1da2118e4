"""What corporations ask startups for."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

from portal.kernel.roles import Kind, Role
from portal.outbox.drafts import remarks_field, remarks_only_in
from portal.security.history import tracked
from portal.security.rowsecurity import Carries, RowSecurity, party_key
from portal.security.rules import everybody, ministry, own, reads
from portal.security.scope import PartyModel
from portal.security.search import Searchable
from programs.demands.workflow import HANDED_IN, OPENED, WORKFLOW, State


class Level(models.TextChoices):
    """To whom a published demand is open."""

    PUBLIC = "public", _("전체 공개")
    REGISTERED = "registered", _("등록 스타트업과 센터")
    CENTERS = "centers", _("센터만")


class Offer(models.TextChoices):
    """What the corporation brings."""

    DATA = "data", _("데이터")
    TESTBED = "testbed", _("테스트베드·실증 현장")
    PEOPLE = "people", _("전담 인력")
    BUDGET = "budget", _("예산")
    CHANNEL = "channel", _("판로")


class Investment(models.TextChoices):
    """How far a startup's financing is."""

    SEED = "seed", _("시드")
    PRE_A = "pre-A", _("프리 A")
    A = "A", _("시리즈 A")
    B = "B", _("시리즈 B")
    C = "C", _("시리즈 C 이상")


def _codes(label: Any, length: int, choices: Any = None) -> Any:
    return ArrayField(
        models.CharField(max_length=length, choices=choices), verbose_name=label, default=list, blank=True
    )


def _text(label: Any, most: int = 2000) -> Any:
    return models.TextField(label, max_length=most, blank=True, default="")


@tracked()
class Demand(PartyModel):
    """What one corporation asks startups for in one program."""

    workflow = WORKFLOW

    program = models.ForeignKey("plans.Program", models.PROTECT, related_name="demands")
    corporation = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="demands")
    number = models.CharField(_("수요번호"), max_length=20, unique=True)
    title = models.CharField(_("과제명"), max_length=120)
    problem = models.TextField(_("해결하려는 문제"), max_length=4000, blank=True)
    scope = models.TextField(_("협업 내용"), max_length=4000, blank=True)
    required_spec = _text(_("요구 사양"), 4000)
    tech_fields = _codes(_("기술분야"), 3)
    min_trl = models.PositiveSmallIntegerField(
        _("최소 기술성숙도(TRL)"), default=4, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    collaboration_types = _codes(_("협업 유형"), 10)
    wanted_startups = models.PositiveSmallIntegerField(
        _("희망 기업 수"), default=1, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    offers = _codes(_("제공하는 것"), 10, Offer)
    offer_text = _text(_("제공 내용"))
    sponsor = models.CharField(_("책임 임원"), max_length=120, blank=True, default="")
    timetable = _text(_("추진 일정"))
    follow_up = _text(_("후속 계획"))
    max_age_years = models.PositiveSmallIntegerField(_("업력 상한(년)"), null=True, blank=True)
    regions = _codes(_("희망 지역"), 2)
    excluded_regions = _codes(_("제외 지역"), 2)
    stages = _codes(_("희망 투자 단계"), 5, Investment)
    certificates = models.CharField(_("희망 인증·허가"), max_length=300, blank=True, default="")
    excluded_ties = models.CharField(_("제외하는 경쟁사 관계"), max_length=300, blank=True, default="")
    nda_required = models.BooleanField(_("비밀유지계약 후 세부 내용 공개"), default=False)
    revision = models.PositiveSmallIntegerField(_("제출본"), default=0)  # of the latest submission; 0: never handed in
    level = models.CharField(_("공개 범위"), max_length=10, choices=Level, default=Level.REGISTERED)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    remarks = remarks_field()
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["corporation"]), models.Index(fields=["program", "state"])]
        constraints = [
            *WORKFLOW.constraints("demand"),
            party_key("demand_parties", "program", "corporation"),
            party_key("demand_standing", "corporation", "state"),
            party_key("demand_current", "corporation", "state", "level", "revision"),
            party_key("demand_turn", "corporation", "state", "revision"),
            Searchable(name="demand_words", fields=["number", "title", "problem", "scope", "required_spec"]),
            remarks_only_in(State.RETURNED, name="demand_remarks"),
            CheckConstraint(name="demand_trl", condition=Q(min_trl__gte=1, min_trl__lte=9)),
            CheckConstraint(name="demand_wanted", condition=Q(wanted_startups__gte=1)),
            CheckConstraint(name="demand_age", condition=Q(max_age_years=None) | Q(max_age_years__gte=1)),
            CheckConstraint(
                name="demand_regions_apart",
                condition=Q(excluded_regions=[]) | ~Q(regions__overlap=F("excluded_regions")),
            ),
            RowSecurity(
                name="demand_rows",
                reads=[
                    own("corporation", Kind.CORPORATION),
                    ministry(when=Q(state__in=HANDED_IN)),
                    everybody(when=Q(state__in=OPENED, level=Level.PUBLIC)),
                    reads(kind=Kind.STARTUP, when=Q(state__in=OPENED, level=Level.REGISTERED)),
                    reads(kind=Kind.CENTER, when=Q(state__in=OPENED)),
                    reads(kind=Kind.STARTUP, granted=("demand", "id"), when=Q(state__in=OPENED)),
                ],
                writes=[own("corporation", Kind.CORPORATION, Role.MANAGER), ministry(Role.OFFICER)],
            ),
        ]
        triggers = WORKFLOW.triggers()

    def __str__(self) -> str:
        return self.title


@tracked()
class Detail(PartyModel):
    """What a startup reads of a demand only under an NDA, hence its own table: no center and no other corporation.

    `state` is the demand's. A Grant of the purpose `UNDER_NDA` opens one demand's detail to one startup.
    """

    UNDER_NDA = "demand_detail"
    kept_columns = ("state",)

    demand = models.OneToOneField(Demand, models.PROTECT, related_name="detail")
    corporation = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State)
    text = models.TextField(_("세부 내용"), max_length=8000, blank=True)

    class Meta:
        constraints = [
            Carries(name="detail_of_demand", through="demand", fields=["corporation", "state"], follows=True),
            RowSecurity(
                name="detail_rows",
                reads=[
                    own("corporation", Kind.CORPORATION),
                    ministry(when=Q(state__in=HANDED_IN)),
                    reads(kind=Kind.STARTUP, granted=("demand_detail", "demand"), when=Q(state__in=OPENED)),
                ],
                writes=[own("corporation", Kind.CORPORATION, Role.MANAGER)],
            ),
        ]

    def __str__(self) -> str:
        return str(self.demand_id)


class Revision(PartyModel):
    """What was handed in, as it was: one per submission, never changed.

    The demand's readers read the one that is current; earlier ones, from before something was returned, only its own
    corporation and the ministry. `state`, `level` and `current` are the demand's.
    """

    append_only = True

    demand = models.ForeignKey(Demand, models.PROTECT, related_name="revisions")
    corporation = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State)
    level = models.CharField(max_length=10, choices=Level)
    current = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField(_("제출본"))
    content = models.JSONField()
    handed_in_at = models.DateTimeField()
    handed_in_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["demand", "number"], name="revision_once"),
            Carries(
                name="revision_of_demand",
                through="demand",
                fields=["corporation", "state", "level", "current"],
                parent=["corporation", "state", "level", "revision"],
                follows=True,
            ),
            RowSecurity(
                name="revision_rows",
                reads=[
                    own("corporation", Kind.CORPORATION),
                    ministry(when=Q(state__in=HANDED_IN)),
                    everybody(when=Q(number=F("current"), state__in=OPENED, level=Level.PUBLIC)),
                    reads(kind=Kind.STARTUP, when=Q(number=F("current"), state__in=OPENED, level=Level.REGISTERED)),
                    reads(kind=Kind.CENTER, when=Q(number=F("current"), state__in=OPENED)),
                    reads(
                        kind=Kind.STARTUP,
                        granted=("demand", "demand"),
                        when=Q(number=F("current"), state__in=OPENED),
                    ),
                ],
                writes=[own("corporation", Kind.CORPORATION, Role.MANAGER)],
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)


class DetailRevision(PartyModel):
    """What stood under NDA in a submission, as it was: the detail's readers read the current one, and earlier ones only
    its own corporation and the ministry. `state` and `current` are the demand's.
    """

    append_only = True

    demand = models.ForeignKey(Demand, models.PROTECT, related_name="detail_revisions")
    corporation = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State)
    current = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField(_("제출본"))
    text = models.TextField(_("세부 내용"), max_length=8000)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["demand", "number"], name="detail_revision_once"),
            Carries(
                name="detail_revision_of_demand",
                through="demand",
                fields=["corporation", "state", "current"],
                parent=["corporation", "state", "revision"],
                follows=True,
            ),
            RowSecurity(
                name="detail_revision_rows",
                reads=[
                    own("corporation", Kind.CORPORATION),
                    ministry(when=Q(state__in=HANDED_IN)),
                    reads(
                        kind=Kind.STARTUP,
                        granted=("demand_detail", "demand"),
                        when=Q(number=F("current"), state__in=OPENED),
                    ),
                ],
                writes=[own("corporation", Kind.CORPORATION, Role.MANAGER)],
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)


class Reminder(PartyModel):
    """A corporation was reminded of the survey: at most once in a working day."""

    append_only = True

    program = models.ForeignKey("plans.Program", models.PROTECT, related_name="+")
    corporation = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    day = models.DateField()
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "corporation", "day"], name="reminder_once_a_day"),
            RowSecurity(name="reminder_rows", reads=[ministry()], writes=[ministry(Role.OFFICER)]),
        ]

    def __str__(self) -> str:
        return f"{self.corporation_id} {self.day}"
