"""Reads of the inbox."""

from django.db.models import QuerySet

from portal.notifications.models import Notification
from portal.security.actor import Actor


def inbox(actor: Actor) -> QuerySet[Notification]:
    """The actor's own messages, newest first."""
    return Notification.objects.visible_to(actor).order_by("-created_at", "-id")  # type: ignore[no-any-return]


def unread_count(actor: Actor) -> int:
    return int(Notification.objects.visible_to(actor).filter(read_at=None).count())
