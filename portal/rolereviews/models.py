"""Reviews of granted roles: who has looked at a membership, when, and what they decided."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kernel.roles import Role
from portal.organizations.models import Membership, Organization
from portal.security.rowsecurity import Carries, RowSecurity
from portal.security.rules import ministry, reads
from portal.security.scope import PartyModel


class RoleReview(PartyModel):
    """One membership reviewed once, with the roles as they were. Written once; nobody reviews himself."""

    append_only = True

    class Decision(models.TextChoices):
        KEEPS = "keeps", pgettext_lazy("role review", "유지")
        ENDS = "ends", pgettext_lazy("role review", "종료")

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="reviews")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    roles = ArrayField(models.CharField(max_length=20, choices=Role), verbose_name=_("역할"))
    decision = models.CharField(_("점검 결과"), max_length=10, choices=Decision)
    reviewed_at = models.DateTimeField(_("점검"))
    reviewed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("점검한 사람"))

    class Meta:
        indexes = [models.Index(fields=["membership", "reviewed_at"])]
        constraints = [
            CheckConstraint(name="role_review_decision", condition=Q(decision__in=["ends", "keeps"])),
            CheckConstraint(name="role_review_by_another", condition=~Q(reviewed_by=F("user"))),
            Carries(name="role_review_in_organization", through="membership", fields=["organization"]),
            Carries(name="role_review_of_user", through="membership", fields=["user"]),
            RowSecurity(
                name="role_review_rows",
                reads=[
                    reads(user="user"),
                    reads(party="organization", roles=[Role.ADMINISTRATOR]),
                    ministry(Role.OPERATOR),
                ],
                writes=[reads(party="organization", roles=[Role.ADMINISTRATOR])],
            ),
        ]

    def __str__(self) -> str:
        return self.get_decision_display()
