"""Merges of startups that were registered twice: proposed by one person, confirmed by another, never undone."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from portal.kernel.roles import Role
from portal.merging.workflow import WORKFLOW, State
from portal.organizations.models import Organization
from portal.security.history import tracked
from portal.security.rowsecurity import RowSecurity
from portal.security.rules import ministry
from portal.security.scope import PartyModel


@tracked()
class StartupMerge(PartyModel):
    """What hangs on `duplicate` goes to `into`. `moved`: how many rows of which table."""

    workflow = WORKFLOW

    duplicate = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("합쳐질 기업"))
    into = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("남을 기업"))
    reason = models.CharField(_("사유"), max_length=1000)
    state = models.CharField(_("상태"), max_length=20, choices=State, default=State.PROPOSED)
    proposed_at = models.DateTimeField(_("제안"))
    proposed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("제안한 사람"))
    decided_at = models.DateTimeField(_("처리"), null=True)
    decided_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("처리한 사람")
    )
    moved_at = models.DateTimeField(null=True)
    moved = models.JSONField(default=dict)

    class Meta:
        triggers = WORKFLOW.triggers()
        constraints = [
            *WORKFLOW.constraints("startup_merge"),
            UniqueConstraint(fields=["duplicate"], condition=~Q(state=State.DECLINED), name="startup_merge_once"),
            CheckConstraint(name="startup_merge_of_two", condition=~Q(duplicate=F("into"))),
            CheckConstraint(name="startup_merge_says_why", condition=~Q(reason="")),
            CheckConstraint(
                name="startup_merge_by_two",
                condition=~Q(state=State.CONFIRMED) | ~Q(decided_by=F("proposed_by")),
            ),
            CheckConstraint(name="startup_merge_moved", condition=Q(moved_at=None) | Q(state=State.CONFIRMED)),
            RowSecurity(
                name="startup_merge_rows",
                reads=[ministry(), ministry(Role.OPERATOR)],
                writes=[ministry(Role.OFFICER, Role.APPROVER)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duplicate_id} → {self.into_id}"
