"""Which account at a sign-in provider belongs to which user."""

from django.db import models
from django.db.models import UniqueConstraint

from portal.security.history import tracked
from portal.security.rowsecurity import RowSecurity
from portal.security.rules import reads
from portal.security.scope import PartyModel


@tracked()
class Identity(PartyModel):
    """A user's account at a provider: (issuer, subject), never an address, which may pass to another person."""

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["issuer", "subject"], name="identity_once"),
            UniqueConstraint(fields=["user", "issuer"], name="identity_one_for_a_user"),
            RowSecurity(name="identity_rows", reads=[reads(user="user")]),
        ]

    def __str__(self) -> str:
        return self.issuer
