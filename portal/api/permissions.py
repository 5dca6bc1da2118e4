"""Who may open a collection at all. What somebody sees and does there is the policies' business."""

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission

from portal.api.errors import NotSignedIn, WrongScope
from portal.kernel.errors import NotAllowed
from portal.web.rooms import Room


class InScope(BasePermission):
    """Everybody; tokens need the scope."""

    def has_permission(self, request: Any, view: Any) -> bool:
        token, room = getattr(request._request, "api_token", None), getattr(view, "room", None)
        if token is not None and scope_for(request.method, room, getattr(view, "doing", "")) not in token.scopes:
            raise WrongScope
        return True


class HasMembership(InScope):
    """Members acting for an organisation; the public reads where the room says so."""

    def has_permission(self, request: Any, view: Any) -> bool:
        super().has_permission(request, view)
        actor, room = request._request.actor, getattr(view, "room", None)
        if room is not None and room.access == "public" and request.method in SAFE_METHODS:
            return True
        if actor.user_id is None:
            raise NotSignedIn
        if not actor.is_member:
            raise NotAllowed(hint="")
        return True


def scope_for(method: str, room: Room | None, action: str = "") -> str:
    """The one scope that a request needs."""
    if method in SAFE_METHODS:
        return "read"
    return "money" if room is not None and room.moves_money(action) else "write"
