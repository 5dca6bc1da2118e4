"""Addresses that have died: whoever looks after the person's organisation is told."""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q

from portal.kernel.roles import Role
from portal.notifications.models import Mail
from portal.organizations.models import Membership
from portal.outbox.post import Audience, announce
from portal.security.actor import system

DEAD_AFTER = 2  # mails that were refused for good: a single one may be the server's mistake
WITHIN = timedelta(days=90)


def tell_of_dead_address(address: str, at: datetime) -> None:
    """Tell the administrators once, when the address has refused as many mails as it takes."""
    with system("an address that doesn't exist"):
        with connection.cursor() as cursor:  # two bounces at once are counted one after the other
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [address.lower()])
        found = Mail.objects.filter(to__iexact=address, no_such_address=True, created_at__gt=at - WITHIN)
        if found.count() != DEAD_AFTER:
            return
        of_the_person = Membership.objects.filter(Q(ended_at=None) | Q(ended_at__gt=at), user__email__iexact=address)
        for membership in of_the_person.select_related("user").order_by("id"):
            audience = Audience.of(membership.organization_id, roles=(Role.ADMINISTRATOR,))
            announce("notifications.address_dead", membership, to=audience, name=membership.user.name)
