"""Memberships with what a review looks at."""

from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from portal.kernel.roles import Kind, Role
from portal.organizations.models import Membership, MembershipUse
from portal.organizations.queries import still
from portal.rolereviews.models import RoleReview
from portal.security.actor import Actor

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def reviewable(rows: QuerySet[Membership], actor: Actor) -> QuerySet[Membership]:
    """Present memberships: the organisation's for its administrator, all for the operator, else one's own. With

    used_at (sign-in, change of organisation or API token; None: never), quiet_since (that, or the beginning),
    has_second_factor, reviewed_at, reviewer, due_at (when the next review is due).
    """
    rows = rows.filter(still(actor.now))
    if not (actor.kind == Kind.MINISTRY and actor.has(Role.OPERATOR)):
        leads = actor.has(Role.ADMINISTRATOR)
        rows = rows.filter(Q(organization=actor.organization_id) if leads else Q(pk=actor.membership_id))
    mine: Any = {"membership": OuterRef("pk")}
    last = RoleReview.objects.filter(**mine).order_by("-reviewed_at", "-id")
    used = MembershipUse.objects.filter(**mine)
    return rows.annotate(
        since=Coalesce("granted_at", "started_at"),
        used_at=Subquery(used.values("used_at")[:1]),
        has_second_factor=Exists(Authenticator.objects.filter(user_id=OuterRef("user_id"), type__in=FACTORS)),
        reviewed_at=Subquery(last.values("reviewed_at")[:1]),
        reviewer=Subquery(last.values("reviewed_by__name")[:1]),
    ).annotate(
        quiet_since=Greatest("used_at", "started_at"),
        due_at=Coalesce("reviewed_at", "started_at") + timedelta(days=settings.ROLE_REVIEW_DAYS),
    )


def asleep_since(actor: Actor) -> datetime:
    """Whatever nobody has used since then is dormant."""
    return actor.now - timedelta(days=settings.DORMANT_DAYS)


def dormant(actor: Actor) -> Q:
    """Nobody has used it for long."""
    return Q(quiet_since__lte=asleep_since(actor))


def is_dormant(membership: Any, actor: Actor) -> bool:
    return bool(membership.quiet_since <= asleep_since(actor))


def due(actor: Actor) -> Q:
    """Nobody has reviewed it for half a year."""
    return Q(due_at__lte=actor.now)


def own(actor: Actor) -> QuerySet[Membership]:
    """What the actor is to review: everybody of the own organisation but himself, the longest due first."""
    found = reviewable(Membership.objects.visible_to(actor), actor).filter(organization=actor.organization_id)
    return found.exclude(user_id=actor.user).order_by(F("due_at").asc(), "id")
