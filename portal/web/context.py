"""What the frame of every page shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.trust import seconds_left
from portal.notifications.queries import unread_count
from portal.web.registry import Heading, NavItem, menu_for


def frame(request: HttpRequest) -> dict[str, Any]:
    """The frame's data. Empty where no actor is known yet: error pages do without."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return {"frame": {"demo": not settings.PRODUCTION}, "request_id": getattr(request, "id", "")}
    memberships = [
        {
            "id": m.id,
            "organization": str(m.organization),
            "kind": m.organization.get_kind_display(),
            "roles": [*([_("위임")] if m.is_mandate else []), *(role_label(r) for r in m.roles)],
            "current": m.id == actor.membership_id,
        }
        for m in getattr(request, "memberships", [])
    ]
    return {
        "request_id": getattr(request, "id", ""),
        "frame": {
            "demo": not settings.PRODUCTION,
            "nav": [_entry(entry, request) for entry in menu_for(actor)],
            "memberships": memberships,
            "actor": actor,
            "oidc": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
            "seconds_left": seconds_left(request) if actor.user_id else 0,
            "seconds_warning": settings.SESSION_WARNING_SECONDS,
            # A callable: counted only where a page shows it.
            "unread": (lambda: unread_count(actor)) if actor.user_id else 0,
        },
    }


def _entry(entry: Heading | NavItem, request: HttpRequest) -> dict[str, Any]:
    """A link of the menu, or a heading with its links; `current` where the page stands below it."""
    if isinstance(entry, NavItem):
        url = reverse(entry.url_name)
        room = request.resolver_match.namespace if request.resolver_match else ""
        current = request.path.startswith(url) or (bool(room) and room == entry.url_name.partition(":")[0])
        return {"label": entry.label, "url": url, "current": current}
    links = [_entry(item, request) for item in entry.items]
    return {"label": entry.label, "links": links, "current": any(link["current"] for link in links)}


def role_label(role: str) -> str:
    from portal.kernel.roles import Role

    return str(Role(role).label)
