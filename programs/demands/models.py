"""What corporations ask startups for."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from portal.kernel.roles import Kind, Role
from portal.outbox.drafts import remarks_field, remarks_only_in
from portal.security.history import tracked
from portal.security.rowsecurity import RowSecurity, party_key
from portal.security.rules import everybody, ministry, own, reads
from portal.security.scope import PartyModel
from portal.security.search import Searchable
from programs.demands.workflow import HANDED_IN, OPENED, WORKFLOW, State


class Level(models.TextChoices):
    """To whom a published demand is open."""

    PUBLIC = "public", _("전체 공개")
    REGISTERED = "registered", _("등록 스타트업과 센터")
    CENTERS = "centers", _("센터만")


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
    tech_fields = ArrayField(models.CharField(max_length=3), verbose_name=_("기술분야"), default=list, blank=True)
    min_trl = models.PositiveSmallIntegerField(
        _("최소 기술성숙도(TRL)"), default=4, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    collaboration_types = ArrayField(
        models.CharField(max_length=10), verbose_name=_("협업 유형"), default=list, blank=True
    )
    wanted_startups = models.PositiveSmallIntegerField(
        _("희망 기업 수"), default=1, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
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
            Searchable(name="demand_words", fields=["number", "title", "problem", "scope"]),
            remarks_only_in(State.RETURNED, name="demand_remarks"),
            CheckConstraint(name="demand_trl", condition=Q(min_trl__gte=1, min_trl__lte=9)),
            CheckConstraint(name="demand_wanted", condition=Q(wanted_startups__gte=1)),
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
