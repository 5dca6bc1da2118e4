"""Refusals around memberships, in words; and the database's own refusals turned into them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from portal.kernel.errors import Invalid, NotAllowed, NotFound, Refusal, WrongState
from portal.security.violations import constraint_of


class LastAdministrator(WrongState):
    code = "last_administrator"
    message = _("기관에는 관리자가 한 명은 있어야 합니다.")
    hint = _("먼저 다른 구성원에게 기관 관리자 역할을 준 뒤 다시 처리해 주십시오.")


class OwnRoles(NotAllowed):
    code = "own_roles"
    message = _("자신의 역할은 스스로 바꿀 수 없습니다.")
    hint = _("다른 기관 관리자에게 요청해 주십시오.")


class AlreadyMember(WrongState):
    code = "already_member"
    message = _("이미 이 기관의 구성원입니다.")
    hint = _("역할을 바꾸려면 구성원 목록에서 역할 변경을 이용해 주십시오.")


class AlreadyInvited(WrongState):
    code = "already_invited"
    message = _("이 이메일로 보낸 초대가 아직 유효합니다.")
    hint = _("다시 보내려면 먼저 그 초대를 취소해 주십시오.")


class MergedAway(WrongState):
    code = "merged_away"
    message = _("다른 기업으로 합쳐진 기업입니다.")
    hint = _("합쳐진 곳에서 처리해 주십시오.")


class UnknownInvitation(NotFound):
    message = _("초대 주소가 올바르지 않습니다.")
    hint = _("메일에 있는 링크 전체를 열었는지 확인해 주십시오.")


class InvitationOver(Refusal):
    """Used, expired or revoked: the link opens nothing any more."""

    status = 410


class InvitationUsed(InvitationOver):
    code = "invitation_used"
    message = _("이미 사용된 초대입니다.")
    hint = _("초대는 한 번만 쓸 수 있습니다. 본인이 수락하셨다면 로그인하여 이용해 주십시오.")


class InvitationExpired(InvitationOver):
    code = "invitation_expired"
    message = _("초대 기한이 지났습니다.")
    hint = _("초대한 기관의 관리자에게 다시 초대해 달라고 요청해 주십시오.")


class InvitationRevoked(InvitationOver):
    code = "invitation_revoked"
    message = _("취소된 초대입니다.")
    hint = _("초대한 기관의 관리자에게 문의해 주십시오.")


class ForeignInvitation(NotAllowed):
    code = "foreign_invitation"
    message = _("다른 이메일 주소로 보낸 초대입니다.")
    hint = _(
        "초대를 받은 이메일 주소로 가입한 계정으로 로그인해 주십시오. 주소가 바뀌었다면 다시 초대를 요청해 주십시오."
    )


def _taken() -> Refusal:
    return Invalid(
        fields={"business_no": _("이미 등록된 사업자등록번호입니다. 기관 목록에서 이 번호로 찾아 주십시오.")}
    )


_REFUSALS: dict[str, Callable[[], Refusal]] = {
    "membership_last_administrator": LastAdministrator,
    "membership_once": AlreadyMember,
    "invitation_once": AlreadyInvited,
    "membership_not_own_roles": OwnRoles,
    "startup_merged_away": MergedAway,
}


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what the database refuses into words. Goes around the transaction, not inside it."""
    try:
        yield
    except IntegrityError as fault:
        name = constraint_of(fault)
        if name in _REFUSALS:
            raise _REFUSALS[name]() from fault
        if "business_no" in name:
            raise _taken() from fault
        raise
