"""Mandates: somebody from outside works for an organisation, with named roles, from a day to a day."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel.errors import Invalid, WrongState
from portal.kernel.formats import SEOUL
from portal.kernel.roles import SECOND_FACTOR_ROLES, Role
from portal.organizations.models import Invitation, Membership, Organization
from portal.organizations.operations import send_invitation
from portal.organizations.queries import givable
from portal.organizations.refusals import refusals
from portal.outbox.transition import lock
from portal.security.actor import Actor, history, system
from portal.security.policy import require

LONGEST = timedelta(days=366)  # [ours]


def give(
    *,
    actor: Actor,
    email: str,
    roles: Iterable[str],
    begins_on: date,
    ends_on: date,
    signing: bool = False,
    language: str = "ko",
    id: UUID | None = None,
) -> Invitation:
    """Offer somebody a mandate by mail; it begins with the acceptance, at the earliest on the first day.

    Raises Invalid for roles that the giver doesn't hold, for signing or money without its being named, and for days
    that don't fit; AlreadyMember, AlreadyInvited.
    """
    require(actor, "mandate", Invitation)
    wanted = {Role(role) for role in roles}
    starts, until = _midnight(begins_on), _midnight(ends_on + timedelta(days=1))
    if faults := _faults(actor, wanted, signing, starts, until):
        raise Invalid(fields=faults)
    with refusals(), transaction.atomic(), system("a mandate is offered"):
        organization = Organization.objects.get(pk=actor.organization_id)
        return send_invitation(organization, actor, email, wanted, language, id, mandate=(starts, until))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SEOUL)


def _faults(actor: Actor, wanted: set[Role], signing: bool, starts: datetime, until: datetime) -> dict[str, str]:
    faults = {}
    if not wanted or wanted - givable(actor.roles):
        faults["roles"] = _("본인이 맡은 역할만 위임할 수 있고, 기관 관리자 역할은 위임할 수 없습니다.")
    if wanted & SECOND_FACTOR_ROLES and not signing:
        faults["signing"] = _("이 역할은 서명하고 자금을 신청할 수 있습니다. 그것도 위임하시려면 표시해 주십시오.")
    if until <= max(starts, actor.now):
        faults["ends_on"] = _("시작일과 오늘보다 뒤의 날을 적어 주십시오.")
    elif until - max(starts, actor.now) > LONGEST:
        faults["ends_on"] = _("위임은 한 번에 1년까지 할 수 있습니다.")
    return faults


def give_back(*, membership: Membership, actor: Actor) -> Membership:
    """End the own mandate now. Raises WrongState for a membership that is none, or is over."""
    require(actor, "give_back", membership)
    with transaction.atomic(), history(transition="mandate.give_back"), system("a mandate is given back"):
        locked = lock(membership)
        if not locked.is_mandate or locked.is_over(actor.now):
            raise WrongState(_("돌려줄 위임이 아닙니다."), hint=_("소속을 끝내려면 기관 관리자에게 요청해 주십시오."))
        locked.ended_at = max(actor.now, locked.started_at)
        locked.save(update_fields=["ended_at"])
    return locked
