"""Registering startups that others name: one, or thousands in a few statements."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from matching.startups.models import Profile
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind
from portal.organizations.models import Organization
from portal.security.actor import Actor, system
from portal.security.inserting import insert_many


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
        rows = [_organization(one, actor) for number, one in wanted.items() if number not in known]
        ours = insert_many(rows, skip_known=True)
        made = [row for row in rows if row.pk in ours]
        insert_many([_profile(row, wanted[str(row.business_no)]) for row in made])
    return {str(row.business_no) for row in made}


def _organization(one: Registration, actor: Actor) -> Organization:
    return Organization(
        id=new_id(),
        kind=Kind.STARTUP,
        slug=slug_of(one.business_no),
        name=one.name,
        business_no=one.business_no,
        created_at=actor.now,
    )


def _profile(startup: Organization, one: Registration) -> Profile:
    given = {"trl": one.trl} if one.trl else {}
    return Profile(
        startup_id=startup.pk,
        representative=one.representative,
        phone=one.phone,
        tech_fields=list(one.tech_fields),
        **given,
    )
