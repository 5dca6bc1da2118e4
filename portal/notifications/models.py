"""What the portal tells people: an inbox row per recipient, and outgoing mail as rows with visible states."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

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
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"
        GIVEN_UP = "given_up"
        UNKNOWN = "unknown"

    event_id = models.UUIDField()
    to = models.EmailField()
    language = models.CharField(max_length=2, default="ko")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    message_id = models.CharField(max_length=200, default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, default="")

    class Meta:
        constraints = [
            UniqueConstraint(fields=["event_id", "to"], name="mail_once"),
            CheckConstraint(name="mail_sent_has_time", condition=~Q(state="sent") | Q(sent_at__isnull=False)),
            # The operator's list leaves out subject and body (queries), the rows are opened by role.
            RowSecurity(name="mail_rows", reads=[ministry(Role.OPERATOR, Role.AUDITOR)], writes=[everybody()]),
        ]

    def __str__(self) -> str:
        return self.to
