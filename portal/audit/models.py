"""Access records: who, for whom, when, from where, whose data, what. Written once, never changed.

Sealed in the background into a hash chain (`portal.audit.sealing`), which is verified by command and page.
"""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kernel.roles import Role
from portal.security.rowsecurity import RowSecurity
from portal.security.rules import everybody, ministry, own
from portal.security.scope import PartyModel


class CurrentTransaction(models.Func):
    """The number of the writing transaction: what is below every open one's is settled."""

    template = "pg_current_xact_id()::text::bigint"
    output_field = models.BigIntegerField()


def current_transaction() -> Any:
    return CurrentTransaction()


class AccessRecord(PartyModel):
    """One sensitive read, change, download or refusal (design: domain §6)."""

    append_only = True

    class Act(models.TextChoices):
        VIEW = "view", _("열람")
        CHANGE = "change", _("변경")
        DOWNLOAD = "download", pgettext_lazy("record", "내려받기")
        PRINT = "print", _("인쇄")
        REFUSED = "refused", _("거부")
        UNMASKED = "unmasked", _("가린 값 확인")
        ERASED = "erased", _("개인정보 삭제")
        SIGN_IN = "sign_in", _("로그인")
        SIGN_FAILED = "sign_fail", _("로그인 실패")
        SIGN_OUT = "sign_out", _("로그아웃")

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
    # Not the database's default: what it makes is read back, and a writer may not read records.
    tx = models.BigIntegerField(default=current_transaction, db_index=True, editable=False)

    class Meta:
        indexes = [models.Index(fields=["subject", "subject_id"])]
        constraints = [
            RowSecurity(
                name="access_record_rows",
                reads=[
                    ministry(Role.AUDITOR, when=Q(confidential=False)),
                    own("owner_id", None, Role.ADMINISTRATOR, Role.REPRESENTATIVE),
                ],
                writes=[everybody()],
            )
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.subject}"


class RecordSeal(PartyModel):
    """One link of the chain: the digest of the link before, of the record, and of its personal fields with a salt.

    Numbers have no gaps. Erasing a person takes the salt with the fields; their digest stays, so the chain holds.
    """

    append_only = True

    number = models.BigIntegerField(unique=True)
    record = models.OneToOneField(AccessRecord, models.PROTECT, related_name="seal")
    tx = models.BigIntegerField()
    salt = models.BinaryField(null=True)
    personal = models.BinaryField()
    digest = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="record_seal_counts", condition=Q(number__gte=1)),
            RowSecurity(name="record_seal_rows"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class RecordCheck(PartyModel):
    """The chain verified once, in the background: how far it is, and what was found."""

    class State(models.TextChoices):
        WAITING = "waiting", _("대기 중")
        RUNNING = "running", _("확인하는 중")
        SOUND = "sound", _("이상 없음")
        FAULTY = "faulty", _("이상 발견")
        FAILED = "failed", _("확인하지 못함")

    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    head = models.TextField(_("보관한 봉인값"), blank=True)
    requested_at = models.DateTimeField()
    requested_by = models.CharField(max_length=60)
    finished_at = models.DateTimeField(null=True)
    checked = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    faults = models.JSONField(default=list)

    class Meta:
        constraints = [
            RowSecurity(name="record_check_rows", reads=[ministry(Role.AUDITOR)], writes=[ministry(Role.AUDITOR)])
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.checked}/{self.total}"


class RecordReview(PartyModel):
    """The monthly review: that somebody has looked at what stood out, when, and what they say of it."""

    append_only = True

    month = models.DateField(_("검토한 달"))
    note = models.TextField(_("검토 의견"), max_length=2000)
    figures = models.JSONField(default=dict)
    reviewed_at = models.DateTimeField()
    reviewed_by_id = models.UUIDField()
    reviewed_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.CheckConstraint(name="record_review_month", condition=Q(month__day=1)),
            RowSecurity(name="record_review_rows", reads=[ministry(Role.AUDITOR)], writes=[ministry(Role.AUDITOR)]),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
