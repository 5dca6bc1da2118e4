"""Reads of the access records."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from portal.audit.models import AccessRecord
from portal.kernel.counts import told
from portal.kernel.errors import NotAllowed
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Organization
from portal.security.actor import Actor, system


def is_auditor(actor: Actor) -> bool:
    return actor.kind == Kind.MINISTRY and actor.has(Role.AUDITOR)


def with_owners(rows: QuerySet[AccessRecord], actor: Actor) -> QuerySet[Any]:
    """The records with the name of whose data it was, as `owner_name`."""
    owners = Organization.objects.visible_to(actor).filter(pk=OuterRef("owner_id")).order_by().values("name")[:1]
    return rows.annotate(owner_name=Subquery(owners))


def confidential_records(actor: Actor) -> int | None:
    """How many records the auditor isn't shown, None for few; they are read by whose data it was."""
    if not is_auditor(actor):
        raise NotAllowed
    with system("confidential records are counted, not shown"):
        return told(AccessRecord.objects.filter(confidential=True).count())
