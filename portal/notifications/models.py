"""What the portal tells people: an inbox row per recipient, and outgoing mail as rows with visible states."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from portal.kernel.roles import Role
from portal.security.rowsecurity import RowSecurity
from portal.security.rules import everybody, ministry, reads
from portal.security.scope import PartyModel


class Notification(PartyModel):
    """One message to one person, rendered as that person when it was delivered."""

    event_id = models.UUIDField()
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    membership_id = models.UUIDField(null=True)
    event = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    body = models.TextField(default="")
    url = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-created_at"])]
        constraints = [
            UniqueConstraint(fields=["event_id", "user"], name="notification_once"),
            RowSecurity(name="notification_rows", reads=[reads(user="user")], writes=[reads(user="user")]),
        ]

    def __str__(self) -> str:
        return self.title


class Mail(PartyModel):
    """One outgoing mail.

    waiting → sent · failed (tried again) → given_up; unknown where the server's answer was lost.
    What it says lies in `MailContent`: the operator follows the delivery without reading letters. A confidential mail
    is counted and sent again without being seen: its address alone would tell whom it is about.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("보내는 중")
        SENT = "sent", _("보냄")
        FAILED = "failed", _("실패, 다시 시도 예정")
        GIVEN_UP = "given_up", _("보내지 못함")
        UNKNOWN = "unknown", _("결과 모름")

    event_id = models.UUIDField()
    to = models.EmailField(_("받는 사람"))
    language = models.CharField(_("언어"), max_length=2, default="ko")
    state = models.CharField(_("상태"), max_length=10, choices=State, default=State.WAITING)
    message_id = models.CharField(max_length=200, default="")
    created_at = models.DateTimeField(_("작성"))
    sent_at = models.DateTimeField(_("발송"), null=True)
    attempts = models.PositiveSmallIntegerField(_("시도"), default=0)
    error = models.CharField(_("오류"), max_length=500, default="")
    confidential = models.BooleanField(default=False)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["event_id", "to"], name="mail_once"),
            CheckConstraint(name="mail_sent_has_time", condition=~Q(state="sent") | Q(sent_at__isnull=False)),
            RowSecurity(
                name="mail_rows",
                reads=[ministry(Role.OPERATOR, Role.AUDITOR, when=Q(confidential=False))],
                writes=[everybody()],
            ),
        ]

    def __str__(self) -> str:
        return self.to


class MailContent(PartyModel):
    """Subject and body of a mail. Nobody reads them here: only the delivery, as the system.

    Without `keep` (a link that opens something) the words are erased once the mail has gone out.
    """

    mail = models.OneToOneField(Mail, models.PROTECT, related_name="content")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    keep = models.BooleanField(default=True)

    class Meta:
        constraints = [RowSecurity(name="mail_content_rows", writes=[everybody()])]

    def __str__(self) -> str:
        return str(self.mail_id)
