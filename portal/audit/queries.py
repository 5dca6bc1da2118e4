"""Reads of the access records."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from portal.audit.models import AccessRecord
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Organization
from portal.security.actor import Actor


def is_auditor(actor: Actor) -> bool:
    return actor.kind == Kind.MINISTRY and actor.has(Role.AUDITOR)


def with_owners(rows: QuerySet[AccessRecord], actor: Actor) -> QuerySet[Any]:
    """The records with the name of whose data it was, as `owner_name`."""
    owners = Organization.objects.visible_to(actor).filter(pk=OuterRef("owner_id")).order_by().values("name")[:1]
    return rows.annotate(owner_name=Subquery(owners))
