"""Reads of join requests."""

from portal.joining.models import JoinRequest
from portal.joining.workflow import State
from portal.security.actor import Actor


def own_requests(actor: Actor) -> list[JoinRequest]:
    """What the person has asked for, the newest first. Nothing of the startups is read with it."""
    return list(JoinRequest.objects.visible_to(actor).filter(user_id=actor.user_id).order_by("-asked_at", "-id")[:20])


def waiting(actor: Actor) -> list[JoinRequest]:
    """Requests to the actor's organisation that want an answer."""
    found = JoinRequest.objects.visible_to(actor).filter(
        organization_id=actor.organization_id, state=State.REQUESTED, expires_at__gt=actor.now
    )
    return list(found.select_related("user").order_by("expires_at", "id")[:20])
