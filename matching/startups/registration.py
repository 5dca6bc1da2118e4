"""Registering startups that others name: one, or thousands in a few statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from matching.startups.models import Profile
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind
from portal.organizations.models import Organization
from portal.security.actor import Actor, system
from portal.security.inserting import insert_rows


@dataclass(frozen=True, slots=True)
class Registration:
    """What somebody else says of a startup: `business_no` in its one spelling, the rest as it was checked."""

    business_no: str
    name: str
    representative: str
    phone: str = ""
    tech_fields: tuple[str, ...] = ()
    trl: int | None = None


def slug_of(business_no: str) -> str:
    return f"startup-{business_no.replace('-', '')}"


def register_startups(found: Sequence[Registration], *, actor: Actor) -> set[str]:
    """Register those whose number is unknown, unverified, each with a profile. Returns the new ones' numbers.

    Whoever registers the same number at the same time wins or waits; nothing is registered twice.
    """
    wanted = {one.business_no: one for one in found}
    with system("register startups"), transaction.atomic():
        known = set(Organization.objects.filter(business_no__in=wanted).values_list("business_no", flat=True))
        new = {new_id(): one for number, one in wanted.items() if number not in known}
        same = {"kind": Kind.STARTUP, "created_at": actor.now}
        ours = insert_rows(Organization, [_organization(*item) for item in new.items()], same=same, skip_known=True)
        made = {pk: one for pk, one in new.items() if pk in ours}
        insert_rows(Profile, [_profile(*item) for item in made.items()])
    return {one.business_no for one in made.values()}


def _organization(id: UUID, one: Registration) -> dict[str, Any]:
    return {"id": id, "slug": slug_of(one.business_no), "name": one.name, "business_no": one.business_no}


def _profile(startup_id: UUID, one: Registration) -> dict[str, Any]:
    return {
        "id": new_id(),
        "startup_id": startup_id,
        "representative": one.representative,
        "phone": one.phone,
        "tech_fields": one.tech_fields,
        "trl": one.trl or Profile._meta.get_field("trl").get_default(),
    }
