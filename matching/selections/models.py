"""Selection proposals of corporations, confirmed by the ministry."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matching.selections.workflow import HANDED_IN, WORKFLOW, State
from portal.kernel.money import CAP_PER_STARTUP
from portal.kernel.roles import Kind, Role
from portal.security.history import tracked
from portal.security.rowsecurity import Carries, RowSecurity, party_key
from portal.security.rules import ministry, own
from portal.security.scope import PartyModel


@tracked()
class Selection(PartyModel):
    """The corporation's proposal for one demand: whom it selects, in which order, with which amount."""

    workflow = WORKFLOW

    program = models.ForeignKey("plans.Program", models.PROTECT, related_name="+")
    demand = models.OneToOneField("demands.Demand", models.PROTECT, related_name="selection")
    round = models.OneToOneField("evaluations.Round", models.PROTECT, related_name="selection")
    corporation = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    created_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    announced_at = models.DateTimeField(null=True)
    announced_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            *WORKFLOW.constraints("selection"),
            party_key("selection_parties", "program", "corporation"),
            party_key("selection_standing", "program", "corporation", "state"),
            CheckConstraint(
                name="selection_confirmed_by_another",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")),
            ),
            Carries(name="selection_of_round", through="round", fields=["program", "demand", "corporation"]),
            RowSecurity(
                name="selection_rows",
                reads=[
                    own("corporation", Kind.CORPORATION, Role.MANAGER),
                    own("corporation", Kind.CORPORATION, Role.SIGNATORY),
                    ministry(when=Q(state__in=HANDED_IN)),
                ],
                writes=[
                    own("corporation", Kind.CORPORATION, Role.MANAGER),
                    ministry(Role.OFFICER, Role.APPROVER),
                ],
            ),
        ]
        triggers = WORKFLOW.triggers()

    def __str__(self) -> str:
        return str(self.id)


@tracked()
class Line(PartyModel):
    """What a selection says of one application. `standing` is the selection's state, kept by the database."""

    kept_columns = ("standing",)

    class Decision(models.TextChoices):
        SELECT = "select", pgettext_lazy("state", "선정")
        WAIT = "wait", _("예비")
        REJECT = "reject", _("미선정")

    selection = models.ForeignKey(Selection, models.PROTECT, related_name="lines")
    program = models.ForeignKey("plans.Program", models.PROTECT, related_name="+")
    corporation = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    application = models.OneToOneField("applications.Application", models.PROTECT, related_name="selection_line")
    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    standing = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    decision = models.CharField(_("결정"), max_length=10, choices=Decision)
    rank = models.PositiveSmallIntegerField(_("평가 순위"), null=True)
    amount = models.BigIntegerField(_("지원금(원)"), default=0)
    departure_reason = models.CharField(_("순위와 다른 사유"), max_length=500, blank=True)
    message = models.CharField(_("기업에 전할 의견"), max_length=500, blank=True)
    announced_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["rank", "id"]
        constraints = [
            Carries(
                name="line_of_selection",
                through="selection",
                fields=["program", "corporation", "standing"],
                parent=["program", "corporation", "state"],
                follows=True,
            ),
            Carries(name="line_of_application", through="application", fields=["program", "startup", "corporation"]),
            party_key("line_parties", "program", "startup", "corporation", "application"),
            CheckConstraint(
                name="line_amount_within_cap",
                condition=Q(decision="select", amount__gt=0, amount__lte=int(CAP_PER_STARTUP))
                | ~Q(decision="select") & Q(amount=0),
            ),
            UniqueConstraint(fields=["selection", "application"], name="line_once"),
            RowSecurity(
                name="line_rows",
                reads=[
                    own("corporation", Kind.CORPORATION, Role.MANAGER),
                    own("corporation", Kind.CORPORATION, Role.SIGNATORY),
                    ministry(when=Q(standing__in=HANDED_IN)),  # what is still drafted is the corporation's own
                    own("startup", Kind.STARTUP, when=Q(announced_at__isnull=False)),
                ],
                writes=[
                    own("corporation", Kind.CORPORATION, Role.MANAGER),
                    ministry(Role.OFFICER),
                ],
                deletes=[own("corporation", Kind.CORPORATION, Role.MANAGER, when=Q(announced_at=None))],
                blocks=["application", "startup"],
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
