"""Documents: number → freeze → render → seal → hash → store → verify. A version is never overwritten."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from portal.documents.workflow import WORKFLOW, State
from portal.kernel.roles import Kind
from portal.security.history import tracked
from portal.security.rowsecurity import RowSecurity
from portal.security.rules import MINISTRY_READERS, own, reads
from portal.security.scope import PartyModel


class Batch(PartyModel):
    """Documents that one act has issued together: how many, and when the last of their files was there."""

    program_id = models.UUIDField()
    owner = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    membership_id = models.UUIDField(null=True)
    title = models.CharField(_("제목"), max_length=200)
    total = models.PositiveIntegerField(_("문서 수"))
    started_at = models.DateTimeField(_("시작"))
    finished_at = models.DateTimeField(_("완료"), null=True)

    class Meta:
        constraints = [RowSecurity(name="batch_rows", reads=[own("owner")])]

    def __str__(self) -> str:
        return self.title


class Counter(PartyModel):
    """The last number given, per year and kind: gapless, because it is raised in the issuing transaction.

    A number doesn't name the program ("DTV-2025-결과-0001"), so all programs of a year count together.
    """

    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["year", "kind"], name="counter_once"),
            RowSecurity(name="counter_rows"),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.kind} {self.last}"


@tracked()
class Document(PartyModel):
    """One issued document: its number, the frozen data it says, and once rendered its file's hash."""

    workflow = WORKFLOW
    State = State

    program_id = models.UUIDField()
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    serial = models.PositiveIntegerField()
    number = models.CharField(_("문서번호"), max_length=60, unique=True)
    title = models.CharField(_("제목"), max_length=200)
    owner = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    ministry_reads = models.BooleanField(default=True)
    subject = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    template = models.CharField(max_length=100)
    data = models.JSONField()
    code = models.CharField(max_length=32, unique=True)
    issuer = models.CharField(max_length=120)
    issued_at = models.DateTimeField(_("발급일"))
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    sha256 = models.CharField(max_length=64, default="")
    size = models.PositiveIntegerField(default=0)
    key = models.CharField(max_length=120, default="")
    sealed_by = models.CharField(max_length=120, default="")
    hwpx_sha256 = models.CharField(max_length=64, default="")
    hwpx_key = models.CharField(max_length=120, default="")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="documents", null=True)

    class Meta:
        indexes = [models.Index(fields=["subject", "subject_id"])]
        constraints = [
            *WORKFLOW.constraints("document"),
            UniqueConstraint(fields=["year", "kind", "serial"], name="document_serial_once"),
            UniqueConstraint(
                fields=["subject", "subject_id", "kind"],
                condition=Q(state__in=["waiting", "ready", "failed"]),
                name="document_one_valid",
            ),
            CheckConstraint(name="document_hwpx_has_hash", condition=Q(hwpx_key="") | ~Q(hwpx_sha256="")),
            CheckConstraint(name="document_ready_has_hash", condition=~Q(state="ready") | ~Q(sha256="")),
            RowSecurity(
                name="document_rows",
                reads=[
                    own("owner"),
                    reads(kind=Kind.MINISTRY, roles=MINISTRY_READERS, when=Q(ministry_reads=True)),
                    reads(granted=("document", "id")),
                ],
            ),
        ]
        triggers = WORKFLOW.triggers()

    def __str__(self) -> str:
        return self.number
