"""The startup's profile: entered once, reused everywhere."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q
from django.utils.translation import gettext_lazy as _

from portal.kernel.roles import Kind
from portal.security.encryption import EncryptedField
from portal.security.history import tracked
from portal.security.rowsecurity import RowSecurity
from portal.security.rules import ministry, own, reads
from portal.security.scope import PartyModel


@tracked()
class Profile(PartyModel):
    """What a startup says of itself. Opens to others by Grant ("startup" on the organisation's id)."""

    startup = models.OneToOneField("organizations.Organization", models.PROTECT, related_name="profile")
    representative = models.CharField(_("대표자"), max_length=60)
    founded_on = models.DateField(_("설립일"), null=True, blank=True)
    region = models.CharField(_("소재지"), max_length=2, blank=True)
    tech_fields = ArrayField(models.CharField(max_length=3), verbose_name=_("기술분야"), default=list, blank=True)
    trl = models.PositiveSmallIntegerField(
        _("기술성숙도(TRL)"), default=4, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    summary = models.CharField(_("한 줄 소개"), max_length=200, blank=True)
    technology = models.TextField(_("보유 기술"), max_length=4000, blank=True)
    phone = EncryptedField(_("연락처"), max_length=20, blank=True, purpose="startups.phone")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            CheckConstraint(name="profile_trl", condition=Q(trl__gte=1, trl__lte=9)),
            RowSecurity(
                name="profile_rows",
                reads=[own("startup", Kind.STARTUP), ministry(), reads(granted=("startup", "startup"))],
                writes=[own("startup", Kind.STARTUP)],
                blocks=["startup"],
            ),
        ]

    def __str__(self) -> str:
        return str(self.startup_id)
