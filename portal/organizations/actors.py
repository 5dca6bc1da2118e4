"""From a user and a membership to an actor, with the rights of this moment."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from portal.accounts.models import User
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Membership
from portal.security.actor import Actor, system

UNDER_MANDATE = "(위임)"
"""Behind the name, in the history and in access records: what was done for the organisation by a delegate."""


def active_memberships(user_id: UUID, at: datetime) -> Sequence[Membership]:
    """The user's memberships that have begun and not ended, with their organisations, oldest first."""
    with system("the user's own memberships"):
        return list(
            Membership.objects.filter(Q(ended_at=None) | Q(ended_at__gt=at), user_id=user_id, started_at__lte=at)
            .select_related("organization")
            .order_by("started_at", "id")
        )


def actor_for(user: User, membership: Membership | None, at: datetime, address: str = "") -> Actor:
    """The actor of a signed-in user; without a membership one who acts for nobody."""
    if membership is None:
        return Actor(now=at, user_id=user.id, name=user.name, address=address)
    return Actor(
        now=at,
        user_id=user.id,
        membership_id=membership.id,
        organization_id=membership.organization_id,
        kind=Kind(membership.organization.kind),
        roles=frozenset(Role(r) for r in membership.roles),
        name=f"{user.name[:50]} {UNDER_MANDATE}" if membership.is_mandate else user.name,
        organization_name=membership.organization.name,
        address=address,
    )


def actor_of_membership(membership_id: UUID | None, user_id: UUID | None, at: datetime) -> Actor:
    """The actor for background work: present rights. A disabled user or an ended membership acts as the public."""
    if user_id is None:
        return Actor.public(at)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return Actor.public(at)
    mine = [m for m in active_memberships(user.id, at) if m.id == membership_id] if membership_id else []
    if membership_id and not mine:
        return Actor.public(at)
    return actor_for(user, mine[0] if mine else None, at)
