"""Grant and Block: what upper rooms tell lower rooms about who may and who must not see.

An upper room writes them in the transaction of the act they follow from (an NDA in force grants, a conflict blocks).
Policies and row security of lower rooms read only these. Block wins on every path.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import CheckConstraint, Q

from portal.security.actor import Actor, system
from portal.security.history import tracked
from portal.security.rowsecurity import RowSecurity
from portal.security.rules import reads
from portal.security.scope import PartyModel


@tracked()
class Grant(PartyModel):
    """Opens one subject, for one purpose, to an organisation or to one membership, for a time."""

    purpose = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    organization_id = models.UUIDField(null=True)
    membership_id = models.UUIDField(null=True)
    cause = models.CharField(max_length=60)
    cause_id = models.UUIDField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organization_id", "purpose"]),
            models.Index(fields=["membership_id", "purpose"]),
        ]
        constraints = [
            CheckConstraint(
                name="grant_one_holder",
                condition=Q(organization_id__isnull=False, membership_id__isnull=True)
                | Q(organization_id__isnull=True, membership_id__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["purpose", "subject_id", "organization_id", "membership_id", "cause_id"],
                name="grant_once",
                nulls_distinct=False,
            ),
            RowSecurity(name="grant_rows", reads=[reads(party="organization_id"), reads(holder="membership_id")]),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.subject_id}"

    @classmethod
    def held(cls, purpose: str, actor: Actor) -> models.QuerySet[Any]:
        """What is open to the actor now: for a subquery that asks for one subject, not for all of them."""
        held: models.QuerySet[Any] = cls.objects.filter(
            Q(organization_id=actor.organization_id) | Q(membership_id=actor.membership_id),
            purpose=purpose,
            valid_from__lte=actor.now,
        ).filter(Q(valid_until__isnull=True) | Q(valid_until__gt=actor.now))
        return held


@tracked()
class Block(PartyModel):
    """Closes one subject to a person or an organisation, whatever else is open."""

    subject_id = models.UUIDField()
    user_id = models.UUIDField(null=True)
    organization_id = models.UUIDField(null=True)
    cause = models.CharField(max_length=60)
    cause_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["user_id"]), models.Index(fields=["organization_id"])]
        constraints = [
            CheckConstraint(
                name="block_one_holder",
                condition=Q(user_id__isnull=False, organization_id__isnull=True)
                | Q(user_id__isnull=True, organization_id__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["subject_id", "user_id", "organization_id", "cause_id"], name="block_once", nulls_distinct=False
            ),
            RowSecurity(name="block_rows", reads=[reads(user="user_id"), reads(party="organization_id")]),
        ]

    def __str__(self) -> str:
        return f"{self.subject_id}"

    @classmethod
    def subjects(cls, actor: Actor) -> Any:
        """Ids of the subjects that are closed to the actor, as a subquery."""
        holder = Q(user_id=actor.user_id)
        if actor.organization_id:
            holder |= Q(organization_id=actor.organization_id)
        return cls.objects.filter(holder).values("subject_id")

    @classmethod
    def stands(cls, actor: Actor, subjects: Sequence[UUID]) -> bool:
        if actor.user_id is None:
            return False
        return bool(cls.objects.visible_to(actor).filter(subject_id__in=subjects).exists())


def grant(
    *,
    purpose: str,
    subject_id: UUID,
    cause: str,
    cause_id: UUID,
    actor: Actor,
    organization_id: UUID | None = None,
    membership_id: UUID | None = None,
    until: datetime | None = None,
) -> None:
    """Open the subject; the same grant twice changes nothing."""
    with system(f"grant for {cause}"):
        Grant.objects.get_or_create(
            purpose=purpose,
            subject_id=subject_id,
            organization_id=organization_id,
            membership_id=membership_id,
            cause_id=cause_id,
            defaults={"cause": cause, "valid_from": actor.now, "valid_until": until},
        )


def end_grants(*causes: UUID, actor: Actor, purpose: str = "") -> None:
    """Close what the causes had opened; with a `purpose`, only that. The rows stay, for the record."""
    with system("grants end with their cause"):
        open_ = Grant.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=actor.now), cause_id__in=causes)
        (open_.filter(purpose=purpose) if purpose else open_).update(valid_until=actor.now)


def block(
    *,
    subject_id: UUID,
    cause: str,
    cause_id: UUID,
    user_id: UUID | None = None,
    organization_id: UUID | None = None,
) -> None:
    """Close the subject to a person or an organisation; the same block twice changes nothing."""
    with system(f"block for {cause}"):
        Block.objects.get_or_create(
            subject_id=subject_id,
            user_id=user_id,
            organization_id=organization_id,
            cause_id=cause_id,
            defaults={"cause": cause},
        )
