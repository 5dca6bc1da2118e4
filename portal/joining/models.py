"""Join requests: a person who belongs nowhere yet asks to work for a startup."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from portal.joining.workflow import WORKFLOW, State
from portal.kernel.roles import Role
from portal.organizations.models import Organization
from portal.security.history import tracked
from portal.security.rowsecurity import RowSecurity
from portal.security.rules import ministry, reads
from portal.security.scope import PartyModel


@tracked()
class JoinRequest(PartyModel):
    """Who asked, by which business number, and what became of it. The asker sees the own request, not the startup."""

    workflow = WORKFLOW

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("기관"))
    business_no = models.CharField(_("사업자등록번호"), max_length=12)
    message = models.CharField(_("남긴 말"), max_length=300, default="", blank=True)
    state = models.CharField(_("상태"), max_length=20, choices=State, default=State.REQUESTED)
    asked_at = models.DateTimeField(_("요청"))
    expires_at = models.DateTimeField(_("기한"))
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("사유"), max_length=1000, default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "asked_at"])]
        triggers = WORKFLOW.triggers()
        constraints = [
            *WORKFLOW.constraints("join_request"),
            UniqueConstraint(
                fields=["user", "organization"], condition=Q(state=State.REQUESTED), name="join_request_once"
            ),
            CheckConstraint(name="join_request_runs_out", condition=Q(expires_at__gt=F("asked_at"))),
            CheckConstraint(name="join_request_says_why", condition=~Q(state=State.DECLINED) | ~Q(reason="")),
            CheckConstraint(
                name="join_request_not_by_the_asker", condition=Q(decided_by=None) | ~Q(decided_by=F("user"))
            ),
            RowSecurity(
                name="join_request_rows",
                reads=[
                    reads(user="user"),
                    reads(party="organization", roles=[Role.ADMINISTRATOR]),
                    ministry(Role.OPERATOR),
                ],
                writes=[reads(party="organization", roles=[Role.ADMINISTRATOR]), ministry(Role.OPERATOR)],
            ),
        ]

    def __str__(self) -> str:
        return self.business_no
