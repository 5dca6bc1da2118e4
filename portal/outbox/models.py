"""The outbox: work that follows from a business transaction, written in that transaction."""

from django.db import models
from django.db.models import CheckConstraint, Q

from portal.kernel.roles import Role
from portal.security.rowsecurity import RowSecurity
from portal.security.rules import everybody, ministry
from portal.security.scope import PartyModel


class Message(PartyModel):
    """One piece of background work: a job's name and ids. Nothing depends on the broker: a lost one is sent again.

    waiting → queued → done · failed (tried again at `due_at`) → given_up
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        QUEUED = "queued"
        DONE = "done"
        FAILED = "failed"
        GIVEN_UP = "given_up"

    job = models.CharField(max_length=80)
    arguments = models.JSONField(default=dict)
    membership_id = models.UUIDField(null=True)
    user_id = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    starts = models.PositiveSmallIntegerField(
        default=0
    )  # since the last result: a job that ends its worker leaves none
    error = models.CharField(max_length=500, default="")
    confidential = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state__in=["waiting", "queued", "failed"]), name="outbox_pending"
            )
        ]
        constraints = [
            CheckConstraint(
                name="outbox_state", condition=Q(state__in=["waiting", "queued", "done", "failed", "given_up"])
            ),
            CheckConstraint(name="outbox_done_has_time", condition=~Q(state="done") | Q(done_at__isnull=False)),
            RowSecurity(
                name="outbox_rows",
                reads=[ministry(Role.OPERATOR, Role.AUDITOR, when=Q(confidential=False))],
                writes=[everybody()],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.state}"
