"""Reads of the access records."""

from typing import Any

from django.apps import apps
from django.db.models import OuterRef, QuerySet, Subquery

from portal.audit.models import AccessRecord
from portal.kernel.errors import NotAllowed
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Organization
from portal.security.actor import Actor
from portal.web.rooms import room_of


def is_auditor(actor: Actor) -> bool:
    return actor.kind == Kind.MINISTRY and actor.has(Role.AUDITOR)


def readable(rows: QuerySet[AccessRecord], actor: Actor) -> QuerySet[Any]:
    """All records for the auditor, those about the own organisation's data for its administrator, with the name of
    whose data it was. Raises NotAllowed for everybody else.
    """
    if not (is_auditor(actor) or actor.has(Role.ADMINISTRATOR)):
        raise NotAllowed
    if not is_auditor(actor):
        rows = rows.filter(owner_id=actor.organization_id)
    owners = Organization.objects.visible_to(actor).filter(pk=OuterRef("owner_id")).order_by().values("name")[:1]
    return rows.annotate(owner_name=Subquery(owners))


def subject_name(subject: str) -> str:
    """What was read, in words: the name of its room where it has one."""
    try:
        room = room_of(apps.get_model(subject))
    except (LookupError, ValueError):  # a path, for refusals
        return subject
    return str(room.title) if room else subject
