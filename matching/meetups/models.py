"""The joint meetup and its meetings."""

from datetime import time

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import BaseConstraint, CheckConstraint, Deferrable, F, Func, Q
from django.utils.translation import gettext_lazy as _

from matching.meetups.planning.models import Absence, Bar, Calculation, CorporationGrade, Host, StartupGrade
from matching.meetups.workflow import MEETING_WORKFLOW, MEETUP_WORKFLOW, MeetingState, MeetupState
from portal.kernel.roles import Kind, Role
from portal.security.history import tracked
from portal.security.rowsecurity import Carries, RowSecurity, party_key
from portal.security.rules import ministry, own, reads
from portal.security.scope import PartyModel

# A whole plan is changed at once: who changes places stands for a moment in the other's (hence deferrable).
# Whoever didn't come is free, and so is the table.
HOLDING_PLACE = [MeetingState.SCHEDULED, MeetingState.CHECKED_IN, MeetingState.HELD]


__all__ = [
    "Absence",
    "Bar",
    "Calculation",
    "CorporationGrade",
    "Host",
    "Meeting",
    "Meetup",
    "Outcome",
    "PlanEntry",
    "Rating",
    "StartupGrade",
]


def _of_held(what: str) -> list[BaseConstraint]:
    """Only a meeting that was held has one: its state is carried, and no other than held is let in."""
    return [
        Carries(name=f"{what}_of_held_meeting", through="meeting", fields=["meeting_state"], parent=["state"]),
        CheckConstraint(name=f"{what}_meeting_was_held", condition=Q(meeting_state=MeetingState.HELD)),
    ]


class _When(Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


@tracked()
class Meetup(PartyModel):
    """A joint meetup day of a program. Its plan opens to whoever is in it by Grant ("meetup")."""

    workflow = MEETUP_WORKFLOW

    program = models.ForeignKey("plans.Program", models.PROTECT, related_name="meetups")
    name = models.CharField(_("행사명"), max_length=120)
    venue = models.CharField(_("장소"), max_length=120)
    day = models.DateField(_("날짜"))
    opens = models.TimeField(_("첫 만남 시작"), default=time(10))
    closes = models.TimeField(_("마지막 만남 종료"), default=time(17))
    slot_minutes = models.PositiveSmallIntegerField(_("만남 시간(분)"), default=25)
    gap_minutes = models.PositiveSmallIntegerField(_("이동 시간(분)"), default=5)
    breaks = models.JSONField(_("쉬는 시간"), default=list, blank=True)  # [["12:00", "13:00"], …]
    rooms = models.JSONField(_("회의실"), default=list, blank=True)  # [{"name": …, "capacity": meetings at a time}, …]
    max_meetings = models.PositiveSmallIntegerField(_("스타트업당 최대 만남"), default=6)
    grades_close_at = models.DateTimeField(_("희망 등급 마감"), null=True, blank=True)
    reminded_on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=MeetupState, default=MeetupState.DRAFT)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            *MEETUP_WORKFLOW.constraints("meetup"),
            party_key("meetup_program", "program"),
            CheckConstraint(name="meetup_day_has_room", condition=Q(closes__gt=F("opens"), slot_minutes__gte=5)),
            RowSecurity(
                name="meetup_rows",
                reads=[ministry(), reads(granted=("meetup", "id"), when=~Q(state=MeetupState.DRAFT))],
                writes=[ministry(Role.OFFICER)],
            ),
        ]
        triggers = MEETUP_WORKFLOW.triggers()

    def __str__(self) -> str:
        return self.name


@tracked()
class Meeting(PartyModel):
    """One meeting of a startup with a corporation at a table. Nobody is in two places at once: two EXCLUDEs.

    How it stands (held, missed) is for its two sides and who records attendance; all in the meetup read its `entry`.
    """

    workflow = MEETING_WORKFLOW

    program = models.ForeignKey("plans.Program", models.PROTECT, related_name="+")
    meetup = models.ForeignKey(Meetup, models.PROTECT, related_name="meetings")
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="meetings")
    corporation = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    # Names as they stood when the plan was made: whoever is in it reads the day's plan, not the organisations' rows.
    corporation_name = models.CharField(_("수요 기업"), max_length=120)
    startup_name = models.CharField(_("스타트업"), max_length=120)
    table = models.PositiveSmallIntegerField(_("테이블"))
    starts_at = models.DateTimeField(_("시작"))
    ends_at = models.DateTimeField(_("종료"))
    published = models.BooleanField(default=False)
    locked = models.BooleanField(_("고정"), default=False)
    changed_at = models.DateTimeField(null=True)  # changed in a published plan, and its people are not told yet
    state = models.CharField(max_length=10, choices=MeetingState, default=MeetingState.SCHEDULED)
    held_at = models.DateTimeField(null=True)
    held_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["starts_at", "table"]
        constraints = [
            *MEETING_WORKFLOW.constraints("meeting"),
            party_key("meeting_sides", "corporation", "startup", "application"),
            party_key("meeting_standing", "state"),
            Carries(name="meeting_of_application", through="application", fields=["program", "startup", "corporation"]),
            Carries(name="meeting_of_meetup", through="meetup", fields=["program"]),
            CheckConstraint(name="meeting_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))),
            ExclusionConstraint(
                name="meeting_startup_once",
                expressions=[
                    ("startup", RangeOperators.EQUAL),
                    (_When("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=HOLDING_PLACE),
                deferrable=Deferrable.IMMEDIATE,
            ),
            ExclusionConstraint(
                name="meeting_table_once",
                expressions=[
                    ("meetup", RangeOperators.EQUAL),
                    ("table", RangeOperators.EQUAL),
                    (_When("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=HOLDING_PLACE),
                deferrable=Deferrable.IMMEDIATE,
            ),
            RowSecurity(
                name="meeting_rows",
                reads=[
                    ministry(),
                    own("corporation", Kind.CORPORATION, when=Q(published=True)),
                    own("startup", Kind.STARTUP, when=Q(published=True)),
                    reads(kind=Kind.CENTER, granted=("meetup", "meetup"), when=Q(published=True)),
                ],
                writes=[
                    ministry(Role.OFFICER),
                    own("corporation", Kind.CORPORATION, Role.MANAGER),
                    reads(kind=Kind.CENTER, granted=("meetup", "meetup")),
                ],
                blocks=["application", "startup"],
            ),
        ]
        triggers = MEETING_WORKFLOW.triggers()

    def __str__(self) -> str:
        return str(self.id)


class PlanEntry(PartyModel):
    """What everybody in a meetup reads of a meeting: who meets whom, where and when, and whether it stands.

    Kept by a trigger (migration 0004).
    """

    reference = True

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="entry")
    meetup = models.ForeignKey(Meetup, models.PROTECT, related_name="entries")
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    corporation_name = models.CharField(_("수요 기업"), max_length=120)
    startup_name = models.CharField(_("스타트업"), max_length=120)
    table = models.PositiveSmallIntegerField(_("테이블"))
    starts_at = models.DateTimeField(_("시작"))
    ends_at = models.DateTimeField(_("종료"))
    published = models.BooleanField()
    cancelled = models.BooleanField()

    class Meta:
        ordering = ["starts_at", "table"]
        constraints = [
            RowSecurity(
                name="plan_entry_rows",
                reads=[ministry(), reads(granted=("meetup", "meetup"), when=Q(published=True))],
                blocks=["application", "startup"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.corporation_name} – {self.startup_name}"


@tracked()
class Outcome(PartyModel):
    """What comes of a meeting: for its two sides, the application's coordinating center and the ministry."""

    class Result(models.TextChoices):
        PURSUE = "pursue", _("협업 추진")
        UNDECIDED = "undecided", _("검토 중")
        DECLINED = "declined", _("추진하지 않음")

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="outcome")
    meeting_state = models.CharField(max_length=10, choices=MeetingState, default=MeetingState.HELD)
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    corporation = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    center = models.ForeignKey("organizations.Organization", models.PROTECT, null=True, related_name="+")
    result = models.CharField(_("결과"), max_length=10, choices=Result)
    owner_name = models.CharField(_("기업 측 담당자"), max_length=60, blank=True)
    due_on = models.DateField(_("다음 연락 기한"), null=True, blank=True)
    reason = models.CharField(_("스타트업에 전할 사유"), max_length=500, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            Carries(name="outcome_of_meeting", through="meeting", fields=["corporation", "startup", "application"]),
            *_of_held("outcome"),
            Carries(name="outcome_of_center", through="application", fields=["center"], follows=True),
            CheckConstraint(
                name="outcome_has_owner_or_reason",
                condition=Q(result="declined") & ~Q(reason="")
                | ~Q(result="declined") & ~Q(owner_name="") & Q(due_on__isnull=False),
            ),
            RowSecurity(
                name="outcome_rows",
                reads=[
                    own("corporation", Kind.CORPORATION),
                    own("startup", Kind.STARTUP),
                    own("center", Kind.CENTER),
                    ministry(),
                ],
                writes=[own("corporation", Kind.CORPORATION, Role.MANAGER)],
                blocks=["application", "startup"],
            ),
        ]

    def __str__(self) -> str:
        return self.get_result_display()


@tracked()
class Rating(PartyModel):
    """How one side found a meeting that was held: for that side and the ministry, never for the other side."""

    class Side(models.TextChoices):
        CORPORATION = "corporation", _("수요 기업")
        STARTUP = "startup", _("스타트업")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="ratings")
    meeting_state = models.CharField(max_length=10, choices=MeetingState, default=MeetingState.HELD)
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    corporation = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    side = models.CharField(max_length=11, choices=Side)
    score = models.PositiveSmallIntegerField(_("만남 평가"))
    comment = models.CharField(_("의견"), max_length=500, blank=True)
    rated_at = models.DateTimeField()
    rated_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "side"], name="rating_once"),
            CheckConstraint(name="rating_range", condition=Q(score__gte=1, score__lte=5)),
            Carries(name="rating_of_meeting", through="meeting", fields=["corporation", "startup", "application"]),
            *_of_held("rating"),
            RowSecurity(
                name="rating_rows",
                reads=[
                    own("corporation", Kind.CORPORATION, when=Q(side="corporation")),
                    own("startup", Kind.STARTUP, when=Q(side="startup")),
                    ministry(),
                ],
                writes=[
                    own("corporation", Kind.CORPORATION, Role.MANAGER, when=Q(side="corporation")),
                    own("startup", Kind.STARTUP, Role.REPRESENTATIVE, Role.MEMBER, when=Q(side="startup")),
                ],
                blocks=["application", "startup"],
            ),
        ]

    def __str__(self) -> str:
        return str(self.score)
