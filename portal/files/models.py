"""Private files: unguessable keys, type by content, a policy check and a record per download."""

from django.db import models
from django.db.models import Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from portal.files.workflow import WORKFLOW, State
from portal.security.history import tracked
from portal.security.rowsecurity import RowSecurity
from portal.security.rules import MINISTRY_READERS, own, reads
from portal.security.scope import PartyModel


@tracked(exclude=["scanned_at", "signatures"])  # a file that is still clean is no change
class File(PartyModel):
    """One stored file. `owner` is the organisation whose data it is; other readers come by Grant ("file").

    The content is served while the state is clean, and never otherwise (`portal.files.downloads`).
    """

    workflow = WORKFLOW

    owner = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    subject = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    name = models.CharField(_("파일명"), max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    key = models.CharField(max_length=120, unique=True)
    ministry_reads = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("올린 때"))
    state = models.CharField(_("상태"), max_length=10, choices=State, default=State.WAITING)
    finding = models.CharField(max_length=40, default="")
    virus = models.CharField(max_length=100, default="")
    scanned_at = models.DateTimeField(null=True)
    signatures = models.CharField(max_length=60, default="")

    class Meta:
        indexes = [
            models.Index(fields=["subject", "subject_id"]),
            models.Index(fields=["owner"], include=["size"], name="file_quota"),
            models.Index(fields=["state", "scanned_at"], name="file_scan_due"),
        ]
        constraints = [
            *WORKFLOW.constraints("file"),
            UniqueConstraint(fields=["id", "owner"], name="file_owner"),
            RowSecurity(
                name="file_rows",
                reads=[
                    own("owner"),
                    reads(kind="ministry", roles=MINISTRY_READERS, when=Q(ministry_reads=True)),
                    reads(granted=("file", "id")),
                ],
                writes=[own("owner")],
                blocks=["subject_id"],
            ),
        ]
        triggers = WORKFLOW.triggers()

    def __str__(self) -> str:
        return self.name
