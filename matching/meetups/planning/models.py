"""What the plan of a meetup is made from, and its calculations. Each side's grades lie in a table of their own."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from matching.meetups.planning.workflow import CALCULATION_WORKFLOW, CalculationState
from portal.kernel.roles import Kind, Role
from portal.security.history import tracked
from portal.security.rowsecurity import Carries, RowSecurity
from portal.security.rules import ministry, own
from portal.security.scope import PartyModel

LEAST, MOST = 1, 5


class Grade(PartyModel):
    """How much one side wants to meet the other, 1 to 5. Open to whoever gave it and to the ministry."""

    meetup = models.ForeignKey("meetups.Meetup", models.PROTECT, related_name="+")
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    corporation = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    grade = models.PositiveSmallIntegerField(_("희망 등급"))
    graded_at = models.DateTimeField()
    graded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.grade)


@tracked()
class CorporationGrade(Grade):
    """The corporation's wish to meet a startup."""

    class Meta:
        constraints = [
            UniqueConstraint(fields=["meetup", "application"], name="corporation_grade_once"),
            CheckConstraint(name="corporation_grade_range", condition=Q(grade__gte=LEAST, grade__lte=MOST)),
            Carries(name="corporation_grade_sides", through="application", fields=["corporation", "startup"]),
            RowSecurity(
                name="corporation_grade_rows",
                reads=[own("corporation", Kind.CORPORATION), ministry()],
                writes=[own("corporation", Kind.CORPORATION, Role.MANAGER)],
                blocks=["application", "startup"],
            ),
        ]


@tracked()
class StartupGrade(Grade):
    """The startup's wish to meet a corporation."""

    class Meta:
        constraints = [
            UniqueConstraint(fields=["meetup", "application"], name="startup_grade_once"),
            CheckConstraint(name="startup_grade_range", condition=Q(grade__gte=LEAST, grade__lte=MOST)),
            Carries(name="startup_grade_sides", through="application", fields=["corporation", "startup"]),
            RowSecurity(
                name="startup_grade_rows",
                reads=[own("startup", Kind.STARTUP), ministry()],
                writes=[own("startup", Kind.STARTUP, Role.REPRESENTATIVE, Role.MEMBER)],
                blocks=["application", "startup"],
            ),
        ]


@tracked()
class Absence(PartyModel):
    """The slots of the day, counted from 0, in which somebody can't be there."""

    meetup = models.ForeignKey("meetups.Meetup", models.PROTECT, related_name="+")
    organization = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    slots = ArrayField(models.PositiveSmallIntegerField(), default=list)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["meetup", "organization"], name="absence_once"),
            RowSecurity(
                name="absence_rows",
                reads=[own("organization"), ministry()],
                writes=[
                    own("organization", Kind.CORPORATION, Role.MANAGER),
                    own("organization", Kind.STARTUP, Role.REPRESENTATIVE, Role.MEMBER),
                    ministry(Role.OFFICER),
                ],
            ),
        ]

    def __str__(self) -> str:
        return str(self.slots)


@tracked()
class Host(PartyModel):
    """Where a corporation receives: its room, and the numbers of its tables."""

    meetup = models.ForeignKey("meetups.Meetup", models.PROTECT, related_name="hosts")
    corporation = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    room = models.CharField(_("회의실"), max_length=60)
    tables = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("테이블"))

    class Meta:
        constraints = [
            UniqueConstraint(fields=["meetup", "corporation"], name="host_once"),
            RowSecurity(
                name="host_rows",
                reads=[own("corporation", Kind.CORPORATION), ministry()],
                writes=[ministry(Role.OFFICER)],
            ),
        ]

    def __str__(self) -> str:
        return self.room


@tracked()
class Bar(PartyModel):
    """Two that may not meet, whatever they wish; the ministry alone knows."""

    meetup = models.ForeignKey("meetups.Meetup", models.PROTECT, related_name="+")
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    standing = models.BooleanField(default=True)
    reason = models.CharField(_("사유"), max_length=300)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["meetup", "application"], name="bar_once"),
            RowSecurity(name="bar_rows", reads=[ministry()], writes=[ministry(Role.OFFICER)]),
        ]

    def __str__(self) -> str:
        return self.reason


@tracked(exclude=["places", "unplaced"])
class Calculation(PartyModel):
    """One calculation of a meetup's timetable: what it found, how good that is at most, and who is left out.

    places    [[application, slot, table], …]
    unplaced  [{"application": …, "code": …, "slots": {…}}, …]
    """

    workflow = CALCULATION_WORKFLOW

    class First(models.TextChoices):
        TOTAL = "total", _("희망 등급의 합계 우선")
        COVERAGE = "coverage", _("만나는 기업 수 우선")

    meetup = models.ForeignKey("meetups.Meetup", models.PROTECT, related_name="calculations")
    first = models.CharField(_("우선하는 것"), max_length=10, choices=First, default=First.TOTAL)
    state = models.CharField(max_length=10, choices=CalculationState, default=CalculationState.COMPUTING)
    started_at = models.DateTimeField(_("시작"))
    started_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(_("완료"), null=True)
    meetings = models.PositiveIntegerField(_("만남"), default=0)
    total = models.PositiveIntegerField(_("등급 합계"), default=0)
    bound = models.PositiveIntegerField(_("증명된 상한"), default=0)
    left_out = models.PositiveIntegerField(_("만남이 없는 스타트업"), default=0)
    left_out_bound = models.PositiveIntegerField(default=0)
    stopped = models.BooleanField(default=False)
    places = models.JSONField(default=list)
    unplaced = models.JSONField(default=list)
    problem = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            *CALCULATION_WORKFLOW.constraints("calculation"),
            RowSecurity(name="calculation_rows", reads=[ministry()], writes=[ministry(Role.OFFICER)]),
        ]
        triggers = CALCULATION_WORKFLOW.triggers()

    def __str__(self) -> str:
        return str(self.meetup)
