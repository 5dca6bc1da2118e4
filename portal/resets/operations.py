"""Asking for, confirming and declining the reset of somebody's second factor."""

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.operations import end_other_sessions
from portal.api.operations import revoke_all
from portal.kernel.errors import Invalid, SamePerson, WrongState
from portal.kernel.ids import new_id
from portal.kernel.roles import Role
from portal.notifications.operations import post_mail
from portal.organizations.models import Membership
from portal.outbox.post import Audience, announce
from portal.outbox.transition import transition
from portal.resets.models import SecondFactorReset
from portal.resets.workflow import LASTS, State
from portal.security.actor import Actor, system
from portal.security.policy import require


def ask(*, membership: Membership, actor: Actor, reason: str) -> SecondFactorReset:
    """Ask that a member's second factor be reset; another administrator or an operator confirms it.

    Raises SamePerson for oneself, Invalid without a reason, WrongState for who has left or where one is asked already.
    """
    require(actor, "reset_second_factor", membership)
    if membership.user_id == actor.user_id:
        raise SamePerson(_("자신의 2단계 인증은 스스로 초기화할 수 없습니다."))
    if not reason.strip():
        raise Invalid(fields={"reason": _("이 항목을 적어 주십시오.")})
    if membership.is_over(actor.now):
        raise WrongState(_("이미 소속이 끝난 구성원입니다."), hint="")
    with transaction.atomic():
        _require_none_waits(membership, actor)
        made = SecondFactorReset(
            id=new_id(),
            user_id=membership.user_id,
            organization_id=membership.organization_id,
            reason=reason.strip(),
            asked_at=actor.now,
            asked_by_id=actor.user,
        )
        made.save(force_insert=True)
        administrators = Audience.of(membership.organization_id, roles=(Role.ADMINISTRATOR,))
        for audience in (administrators, Audience.ministry(Role.OPERATOR)):
            announce("second_factor_reset.asked", made, to=audience, name=membership.user.name)
    return made


def _require_none_waits(membership: Membership, actor: Actor) -> None:
    User.objects.select_for_update().get(pk=membership.user_id)  # one after the other
    with system("a reset of the same person"):
        waiting = SecondFactorReset.objects.filter(user_id=membership.user_id, state=State.ASKED).first()
        if waiting is None:
            return
        if waiting.asked_at + LASTS > actor.now:
            raise WrongState(
                _("이 사람의 2단계 인증 초기화를 이미 요청했습니다."), hint=_("다른 한 사람이 확인하면 초기화됩니다.")
            )
        with transition(waiting, "lapse", actor):
            pass


def confirm(*, reset: SecondFactorReset, actor: Actor) -> SecondFactorReset:
    """Take the second factor away, end every session and token of the person, and tell the person by mail."""
    with transition(reset, "confirm", actor) as reset:
        user = User.objects.select_for_update().get(pk=reset.user_id)
        Authenticator.objects.filter(user=user).delete()
        end_other_sessions(user=user)
        revoke_all(user_id=user.pk, actor=actor)
        _tell(user, reset, actor)
    return reset


def _tell(user: User, reset: SecondFactorReset, actor: Actor) -> None:
    with translation.override(user.language):
        body = render_to_string("mail/second_factor_reset.txt", {"name": user.name, "reason": reset.reason})
        subject = str(_("2단계 인증이 초기화되었습니다: 본인이 요청하지 않았으면 알려 주십시오"))
    post_mail(actor=actor, event_id=reset.pk, to=user.email, language=user.language, subject=subject, body=body)


def decline(*, reset: SecondFactorReset, actor: Actor, reason: str) -> SecondFactorReset:
    """Don't reset; the reason stands in the history. Whoever has asked may also take it back this way."""
    with transition(reset, "decline", actor, reason=reason) as reset:
        pass
    return reset
