"""Access records: who, for whom, when, from where, whose data, what. Written once, never changed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kernel.roles import Role
from portal.security.rowsecurity import RowSecurity
from portal.security.rules import everybody, ministry, own
from portal.security.scope import PartyModel


class AccessRecord(PartyModel):
    """One sensitive read, change, download or refusal (design: domain §6)."""

    append_only = True

    class Act(models.TextChoices):
        VIEW = "view", _("열람")
        CHANGE = "change", _("변경")
        DOWNLOAD = "download", pgettext_lazy("record", "내려받기")
        PRINT = "print", _("인쇄")
        REFUSED = "refused", _("거부")

    at = models.DateTimeField(db_index=True)
    user_id = models.UUIDField(null=True)
    user_name = models.CharField(max_length=60, default="")
    organization_id = models.UUIDField(null=True)
    organization_name = models.CharField(max_length=120, default="")
    address = models.CharField(max_length=45, default="")
    owner_id = models.UUIDField(null=True, db_index=True)
    act = models.CharField(max_length=10, choices=Act)
    subject = models.CharField(max_length=60)
    subject_id = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)
    confidential = models.BooleanField(default=False)
    request_id = models.CharField(max_length=32, default="")

    class Meta:
        indexes = [models.Index(fields=["subject", "subject_id"])]
        constraints = [
            RowSecurity(
                name="access_record_rows",
                reads=[ministry(Role.AUDITOR, when=Q(confidential=False)), own("owner_id", None, Role.ADMINISTRATOR)],
                writes=[everybody()],
            )
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.subject}"
