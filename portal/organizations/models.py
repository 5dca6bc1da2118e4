"""Organisations, memberships, invitations, and the reference lists that the whole portal shares."""

from datetime import datetime
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Lower
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.kernel.roles import INCOMPATIBLE_ROLES, Kind, Role
from portal.security.history import tracked
from portal.security.rowsecurity import Carries, RowSecurity
from portal.security.rules import MINISTRY_READERS, everybody, ministry, own, reads
from portal.security.scope import PartyModel
from portal.security.search import Searchable


class Code(models.Model):
    """One entry of a reference list (regions, fields, banks …), valid from and to a day. Changed by migrations only."""

    reference = True

    list = models.CharField(max_length=30)
    code = models.CharField(max_length=30)
    version = models.CharField(max_length=10, default="")
    order = models.PositiveSmallIntegerField()
    name_ko = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, default="")
    extra = models.JSONField(default=dict)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        ordering = ["list", "order"]
        constraints = [UniqueConstraint(fields=["list", "version", "code"], name="code_once")]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name_ko


@tracked(by_thousands=True)
class Organization(PartyModel):
    """A ministry, corporation, startup, center or foundation. Everything is owned by one of these."""

    kind = models.CharField(_("구분"), max_length=20, choices=Kind)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("기관명"), max_length=120)
    name_en = models.CharField(_("영문명"), max_length=120, default="", blank=True)
    business_no = models.CharField(_("사업자등록번호"), max_length=12, null=True, blank=True, unique=True)
    corporate_no = models.CharField(_("법인등록번호"), max_length=14, default="", blank=True)
    region = models.CharField(_("지역"), max_length=2, default="", blank=True)
    verified_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    # Where a startup that was registered twice went. Nothing new hangs on it from then on (`portal.merging`).
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", verbose_name=_("합쳐진 곳"))

    class Meta:
        constraints = [
            CheckConstraint(
                name="organization_merged_elsewhere",
                condition=Q(merged_into=None) | (Q(kind=Kind.STARTUP) & ~Q(merged_into=F("id"))),
            ),
            CheckConstraint(name="organization_kind", condition=Q(kind__in=sorted(Kind.values))),
            UniqueConstraint(fields=["id", "kind"], name="organization_id_kind"),
            Searchable(name="organization_words", fields=["name", "name_en", "business_no"]),
            RowSecurity(
                name="organization_rows",
                # That a corporation, a center or the ministry exists is public; a startup's name is not.
                reads=[
                    everybody(when=~Q(kind=Kind.STARTUP)),
                    own("id"),
                    own("merged_into"),
                    ministry(*MINISTRY_READERS, Role.OPERATOR),
                    reads(granted=("startup", "id")),
                ],
                writes=[
                    reads(party="id", roles=[Role.ADMINISTRATOR]),
                    ministry(Role.OPERATOR, Role.OFFICER),
                ],
                blocks=["id"],
            ),
        ]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name

    @property
    def itself_id(self) -> UUID:
        """An organisation is its own party: `Who(…, party="itself")`."""
        return self.id


@tracked()
class Membership(PartyModel):
    """A person's place in an organisation, with roles, a start and an optional end.

    An organisation that ever had members keeps at least one administrator: a deferred trigger (migrations 0002, 0004)
    sees to it, also when two administrators remove each other at the same time. Further triggers: only roles that the
    kind of organisation knows, and nobody adds roles to himself.
    """

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="memberships")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=20, choices=Role), verbose_name=_("역할"))
    started_at = models.DateTimeField(_("시작"))
    ended_at = models.DateTimeField(_("종료"), null=True)
    # Whoever gave it, where it is a mandate: it ends by itself, and never holds the administration.
    mandated_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    # Who gave the roles as they are now, and when. Earlier ones stand in the history.
    granted_at = models.DateTimeField(null=True)
    granted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            UniqueConstraint(fields=["user", "organization"], condition=Q(ended_at=None), name="membership_once"),
            UniqueConstraint(fields=["id", "organization"], name="membership_organization"),
            UniqueConstraint(fields=["id", "user"], name="membership_user"),
            CheckConstraint(name="membership_has_role", condition=Q(roles__len__gt=0)),
            CheckConstraint(
                name="membership_ends_after_start", condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at"))
            ),
            CheckConstraint(
                name="membership_mandate_is_limited",
                condition=Q(mandated_by=None)
                | (Q(ended_at__isnull=False) & ~Q(roles__contains=[Role.ADMINISTRATOR]) & ~Q(mandated_by=F("user"))),
            ),
            *(
                CheckConstraint(
                    name="membership_not_" + "_and_".join(sorted(pair)), condition=~Q(roles__contains=sorted(pair))
                )
                for pair in INCOMPATIBLE_ROLES
            ),
            RowSecurity(
                name="membership_rows",
                reads=[
                    reads(user="user"),
                    reads(party="organization", roles=[Role.ADMINISTRATOR]),
                    # A manager assigns evaluators, a case manager advisors, of their own house.
                    reads(party="organization", roles=[Role.MANAGER, Role.CASE_MANAGER]),
                    ministry(Role.OPERATOR),
                ],
                writes=[reads(party="organization", roles=[Role.ADMINISTRATOR])],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.organization_id}"

    @property
    def itself_id(self) -> UUID:
        """A membership is its own holder: `Who(…, holder="itself")`."""
        return self.id

    @property
    def is_mandate(self) -> bool:
        return self.mandated_by_id is not None

    def is_over(self, at: datetime) -> bool:
        return self.ended_at is not None and self.ended_at <= at


class MembershipUse(PartyModel):
    """When somebody last acted through a membership: signed in with it, changed to it, or sent its API token."""

    membership = models.OneToOneField(Membership, models.PROTECT, related_name="use")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    used_at = models.DateTimeField()

    class Meta:
        constraints = [
            Carries(name="use_of_membership", through="membership", fields=["organization"]),
            RowSecurity(
                name="membership_use_rows",
                reads=[
                    reads(holder="membership"),
                    reads(party="organization", roles=[Role.ADMINISTRATOR]),
                    ministry(Role.OPERATOR),
                ],
            ),
        ]

    def __str__(self) -> str:
        return str(self.membership_id)


@tracked(exclude=["token_hash"])
class Invitation(PartyModel):
    """An invitation by e-mail into an organisation. The link's token is stored as a hash only; it works once."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="invitations")
    email = models.EmailField(_("이메일"))
    roles = ArrayField(models.CharField(max_length=20, choices=Role), verbose_name=_("역할"))
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    # Both or none: what is offered is a mandate from and until then.
    mandate_from = models.DateTimeField(_("위임 시작"), null=True)
    mandate_until = models.DateTimeField(_("위임 종료"), null=True)

    class Meta:
        constraints = [
            CheckConstraint(
                name="invitation_mandate_is_limited",
                condition=Q(mandate_from=None, mandate_until=None)
                | (
                    Q(mandate_until__gt=F("mandate_from"), invited_by__isnull=False)
                    & ~Q(roles__contains=[Role.ADMINISTRATOR])
                ),
            ),
            CheckConstraint(name="invitation_has_role", condition=Q(roles__len__gt=0)),
            CheckConstraint(name="invitation_used_or_revoked", condition=Q(accepted_at=None) | Q(revoked_at=None)),
            UniqueConstraint(
                Lower("email"), "organization", condition=Q(accepted_at=None, revoked_at=None), name="invitation_once"
            ),
            RowSecurity(
                name="invitation_rows",
                reads=[reads(party="organization", roles=[Role.ADMINISTRATOR])],
                writes=[reads(party="organization", roles=[Role.ADMINISTRATOR])],
            ),
        ]

    def __str__(self) -> str:
        return self.email
