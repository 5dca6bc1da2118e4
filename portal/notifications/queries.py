"""Reads of the inbox."""

from django.db.models import Count, QuerySet

from portal.kernel.counts import told
from portal.notifications.models import Mail, Notification
from portal.security.actor import Actor, system
from portal.security.policy import require


def inbox(actor: Actor) -> QuerySet[Notification]:
    """The actor's own messages, newest first."""
    return Notification.objects.visible_to(actor).order_by("-created_at", "-id")  # type: ignore[no-any-return]


def unread_count(actor: Actor) -> int:
    return int(Notification.objects.visible_to(actor).filter(read_at=None).count())


def confidential_mails(actor: Actor) -> list[tuple[str, int | None]]:
    """How many confidential mails are in each state, in words; None for few. Raises NotAllowed."""
    require(actor, "count", Mail)
    with system("confidential mails are counted, not shown"):
        rows = Mail.objects.filter(confidential=True).order_by().values("state").annotate(number=Count("pk"))
        found = {row["state"]: row["number"] for row in rows}
    return [(str(state.label), told(found.get(state, 0))) for state in Mail.State]


def mails_by_state(actor: Actor) -> list[tuple[Mail.State, int]]:
    """How many mails that the actor sees are in each state."""
    rows = Mail.objects.visible_to(actor).order_by().values("state").annotate(number=Count("pk"))
    found = {row["state"]: row["number"] for row in rows}
    return [(state, found.get(state, 0)) for state in Mail.State]
