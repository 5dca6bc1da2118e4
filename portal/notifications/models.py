"""What the portal tells people: an inbox row per recipient, and outgoing mail as rows with visible states."""

from email.utils import parseaddr
from secrets import token_hex

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from portal.kernel.roles import Role
from portal.security.rowsecurity import RowSecurity
from portal.security.rules import everybody, ministry, reads
from portal.security.scope import PartyModel


def new_message_id() -> str:
    """A Message-ID with 128 random bits."""
    return message_id_of(token_hex(16))


def message_id_of(token: str) -> str:
    return f"<{token}@{parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition('@')[2]}>"


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

    waiting → sent · failed (tried again at `next_at`) → given_up; unknown where the server's answer was lost after
    everything had been said; bounced where a bounce came back. `message_id` is the same on every try and can't be
    guessed: whoever names it has had the mail in hand (`portal.notifications.bounces`).
    What it says lies in `MailContent`: the operator follows the delivery without reading letters. A confidential mail
    is counted and sent again without being seen: its address alone would tell whom it is about.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("보내는 중")
        SENT = "sent", _("보냄")
        FAILED = "failed", _("실패, 다시 시도 예정")
        GIVEN_UP = "given_up", _("보내지 못함")
        UNKNOWN = "unknown", _("결과 모름")
        BOUNCED = "bounced", _("반송됨")

    class Fault(models.TextChoices):
        NETWORK = "network", _("메일 서버에 연결하지 못함")
        SETUP = "setup", _("메일 서버가 포털을 받아들이지 않음(계정·설정)")
        TEMPORARY = "temporary", _("메일 서버가 나중에 다시 보내라고 함")
        REFUSED = "refused", _("메일 서버가 받기를 거절함")
        LOST = "lost", _("보낸 뒤 답을 받지 못함")
        BROKEN = "broken", _("포털이 메일을 만들지 못함")

    event_id = models.UUIDField()
    to = models.EmailField(_("받는 사람"))
    language = models.CharField(_("언어"), max_length=2, default="ko")
    state = models.CharField(_("상태"), max_length=10, choices=State, default=State.WAITING)
    message_id = models.CharField(max_length=200, default=new_message_id)
    created_at = models.DateTimeField(_("작성"))
    sent_at = models.DateTimeField(_("발송"), null=True)
    attempts = models.PositiveSmallIntegerField(_("시도"), default=0)
    next_at = models.DateTimeField(_("다음 시도"), null=True)
    again_at = models.DateTimeField(null=True)  # when somebody last had it sent again: its age counts from there
    bounced_at = models.DateTimeField(_("반송"), null=True)
    fault = models.CharField(_("오류 종류"), max_length=10, choices=Fault, default="", blank=True)
    error = models.CharField(_("오류"), max_length=500, default="")
    no_such_address = models.BooleanField(default=False)
    confidential = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["to"], condition=Q(no_such_address=True), name="mail_dead_addresses")]
        constraints = [
            UniqueConstraint(fields=["event_id", "to"], name="mail_once"),
            UniqueConstraint(fields=["message_id"], condition=~Q(message_id=""), name="mail_message_id"),
            CheckConstraint(
                name="mail_state",
                condition=Q(state__in=["bounced", "failed", "given_up", "sent", "unknown", "waiting"]),
            ),
            CheckConstraint(name="mail_bounced_has_time", condition=~Q(state="bounced") | Q(bounced_at__isnull=False)),
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
