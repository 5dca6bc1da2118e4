"""API tokens and idempotency keys."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from portal.security.rowsecurity import Carries, RowSecurity
from portal.security.rules import reads
from portal.security.scope import PartyModel

SCOPES = ("read", "write", "money")
MAX_DAYS = 365


class Token(PartyModel):
    """A token acts for one membership, within scopes, until it expires or is revoked. Stored as a hash."""

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    membership = models.ForeignKey("organizations.Membership", models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=20), default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(name="token_days", condition=Q(expires_at__lte=F("created_at") + timedelta(days=MAX_DAYS))),
            CheckConstraint(name="token_scopes", condition=Q(scopes__len__gt=0, scopes__contained_by=list(SCOPES))),
            Carries(name="token_of_member", through="membership", fields=["user"]),
            RowSecurity(name="token_rows", reads=[reads(user="user")], writes=[reads(user="user")]),
        ]

    def __str__(self) -> str:
        return self.name


class IdempotencyKey(PartyModel):
    """A key sent with a request that moves money, the request's hash, and the answer that was given."""

    membership_id = models.UUIDField()
    key = models.CharField(max_length=100)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["membership_id", "key"], name="idempotency_once"),
            RowSecurity(
                name="idempotency_rows",
                reads=[reads(holder="membership_id")],
                writes=[reads(holder="membership_id")],
                deletes=[reads(holder="membership_id", when=Q(status__isnull=False))],
            ),
        ]

    def __str__(self) -> str:
        return self.key
