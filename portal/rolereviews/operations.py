"""Reviewing a membership: its roles stay, or it ends. Nothing else writes reviews."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel.errors import SamePerson, WrongState
from portal.kernel.ids import new_id
from portal.organizations.models import Membership
from portal.organizations.operations import end_membership
from portal.outbox.transition import lock
from portal.rolereviews.models import RoleReview
from portal.security.actor import Actor
from portal.security.policy import require

Decision = RoleReview.Decision


def keep(*, membership: Membership, actor: Actor) -> RoleReview:
    """Record that the roles are still right. Raises SamePerson for oneself, WrongState for who has left."""
    require(actor, "review", membership)
    with transaction.atomic():
        return _record(lock(membership), actor, Decision.KEEPS)


def end(*, membership: Membership, actor: Actor) -> RoleReview:
    """Record that the membership isn't needed any more, and end it. Raises LastAdministrator besides."""
    require(actor, "review", membership)
    with transaction.atomic():
        made = _record(lock(membership), actor, Decision.ENDS)
        end_membership(membership=membership, actor=actor)
    return made


def _record(membership: Membership, actor: Actor, decision: str) -> RoleReview:
    if membership.user_id == actor.user_id:
        raise SamePerson(_("자신의 역할은 스스로 점검할 수 없습니다."), hint=_("다른 기관 관리자에게 요청해 주십시오."))
    if membership.is_over(actor.now):
        raise WrongState(_("이미 소속이 끝난 구성원입니다."), hint="")
    made = RoleReview(
        id=new_id(),
        membership=membership,
        organization_id=membership.organization_id,
        user_id=membership.user_id,
        roles=membership.roles,
        decision=decision,
        reviewed_at=actor.now,
        reviewed_by_id=actor.user,
    )
    made.save(force_insert=True)
    return made
