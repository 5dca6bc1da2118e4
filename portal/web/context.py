"""What the frame of every page shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from portal.accounts.trust import seconds_left
from portal.notifications.queries import unread_count
from portal.web.registry import nav_for


def frame(request: HttpRequest) -> dict[str, Any]:
    """The frame's data. Empty where no actor is known yet: error pages do without."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return {"frame": {"demo": not settings.PRODUCTION}}
    nav = [
        {"label": item.label, "url": (url := reverse(item.url_name)), "current": request.path.startswith(url)}
        for item in nav_for(actor)
    ]
    memberships = [
        {
            "id": m.id,
            "organization": str(m.organization),
            "kind": m.organization.get_kind_display(),
            "roles": [role_label(r) for r in m.roles],
            "current": m.id == actor.membership_id,
        }
        for m in getattr(request, "memberships", [])
    ]
    return {
        "frame": {
            "demo": not settings.PRODUCTION,
            "nav": nav,
            "memberships": memberships,
            "actor": actor,
            "seconds_left": seconds_left(request) if actor.user_id else 0,
            "seconds_warning": settings.SESSION_WARNING_SECONDS,
            # A callable: counted only where a page shows it.
            "unread": (lambda: unread_count(actor)) if actor.user_id else 0,
        }
    }


def role_label(role: str) -> str:
    from portal.kernel.roles import Role

    return str(Role(role).label)
