"""Reads of organisations, members and invitations."""

from collections.abc import Collection, Iterable
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet

from portal.kernel.roles import Role
from portal.organizations.models import Invitation, Membership
from portal.organizations.refusals import UnknownInvitation
from portal.security.actor import Actor, system


def verified_addresses(user_id: UUID) -> Collection[str]:
    """The user's verified e-mail addresses, in lower case."""
    found = EmailAddress.objects.filter(user_id=user_id, verified=True).values_list("email", flat=True)
    return {email.lower() for email in found}


def digest(token: str) -> str:
    """What is stored of an invitation's token."""
    return sha256(token.encode()).hexdigest()


def invitation_by_token(token: str) -> Invitation:
    """The invitation behind a link. Raises UnknownInvitation. Whoever holds the token may see it: as the system."""
    with system("an invitation's link"):
        found: Invitation | None = (
            Invitation.objects.filter(token_hash=digest(token)).select_related("organization").first()
        )
    if found is None:
        raise UnknownInvitation
    return found


def still(at: datetime) -> Q:
    """Memberships that are not over."""
    return Q(ended_at=None) | Q(ended_at__gt=at)


COVERS = {Role.REPRESENTATIVE: Role.MEMBER, Role.HEAD: Role.COORDINATOR}
"""Whoever holds the first may do what the second may."""


def givable(roles: Iterable[Role]) -> set[Role]:
    """What a holder of these roles may hand on: never more than that, and never the administration."""
    held = set(roles) - {Role.ADMINISTRATOR}
    return held | {COVERS[role] for role in held if role in COVERS}


def has_members(organization_id: UUID) -> bool:
    """Whether anybody works for the organisation now."""
    with system("has the organisation members?"):
        return bool(Membership.objects.filter(organization_id=organization_id, ended_at=None).exists())


def open_invitations(actor: Actor) -> QuerySet[Invitation]:
    """Invitations of the actor's organisation that nobody has used yet, those that ran out included."""
    return (  # type: ignore[no-any-return]
        Invitation.objects.visible_to(actor)
        .filter(organization_id=actor.organization_id, accepted_at=None, revoked_at=None)
        .order_by("expires_at", "id")
    )


def invitations_for(user_id: UUID, actor: Actor) -> list[Invitation]:
    """Open invitations to the user's verified addresses, so that the account page can say that a mail waits."""
    with system("invitations to the user's own address"):
        return list(
            Invitation.objects.filter(
                email__in=verified_addresses(user_id), accepted_at=None, revoked_at=None, expires_at__gt=actor.now
            )
            .select_related("organization")
            .order_by("expires_at")
        )


def all_memberships(user_id: UUID) -> list[Membership]:
    """The user's memberships, past ones included, the newest first."""
    with system("the user's own memberships"):
        return list(
            Membership.objects.filter(user_id=user_id).select_related("organization").order_by("-started_at", "-id")
        )
