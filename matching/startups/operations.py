"""What can happen to startups and their profiles."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from matching.startups.registration import Registration, register_startups
from portal.kernel.errors import Invalid
from portal.kernel.formats import business_number
from portal.kernel.roles import Kind
from portal.organizations.models import Organization
from portal.security.actor import Actor, system


def register_startup(
    *, business_no: str, name: str, representative: str, email: str, actor: Actor
) -> tuple[Organization, bool]:
    """The startup of a business number, registered where it is unknown. Returns it and whether it is new.

    `email` is where its representative is invited, by whoever asks for it. Raises Invalid for a wrong number, or one
    of an organisation that is no startup.
    """
    try:
        number = business_number(business_no)
    except ValidationError as fault:
        raise Invalid(fields={"business_no": " ".join(fault.messages)}) from fault
    with transaction.atomic():
        made = register_startups([Registration(number, name, representative)], actor=actor)
        with system("a startup by its business number"):
            found = Organization.objects.get(business_no=number)
    if found.kind != Kind.STARTUP:
        raise Invalid(fields={"business_no": _("스타트업이 아닌 기관의 사업자등록번호입니다.")})
    return found, number in made
