"""Resets of a second factor: who has lost it, who asked, who confirmed."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from portal.kernel.roles import Role
from portal.organizations.models import Organization
from portal.resets.workflow import WORKFLOW, State
from portal.security.history import tracked
from portal.security.rowsecurity import RowSecurity
from portal.security.rules import ministry, reads
from portal.security.scope import PartyModel


@tracked()
class SecondFactorReset(PartyModel):
    """Two people take a lost second factor from a third. The database holds that they are three."""

    workflow = WORKFLOW

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("이름"))
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("기관"))
    reason = models.CharField(_("사유"), max_length=1000)
    state = models.CharField(_("상태"), max_length=20, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(_("요청"))
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("요청한 사람"))
    confirmed_at = models.DateTimeField(_("처리"), null=True)
    confirmed_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("처리한 사람")
    )

    class Meta:
        triggers = WORKFLOW.triggers()
        constraints = [
            *WORKFLOW.constraints("second_factor_reset"),
            UniqueConstraint(fields=["user"], condition=Q(state=State.ASKED), name="second_factor_reset_once"),
            CheckConstraint(name="second_factor_reset_says_why", condition=~Q(reason="")),
            CheckConstraint(
                name="second_factor_reset_by_two",
                condition=~Q(asked_by=F("user"))
                & (
                    Q(confirmed_by=None)
                    | (~Q(confirmed_by=F("user")) & (~Q(state=State.CONFIRMED) | ~Q(confirmed_by=F("asked_by"))))
                ),
            ),
            RowSecurity(
                name="second_factor_reset_rows",
                reads=[
                    reads(party="organization", roles=[Role.ADMINISTRATOR]),
                    ministry(Role.OPERATOR, Role.AUDITOR),
                ],
                writes=[reads(party="organization", roles=[Role.ADMINISTRATOR]), ministry(Role.OPERATOR)],
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)
