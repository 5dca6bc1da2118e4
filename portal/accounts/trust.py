"""How far a session is trusted: how long it lives, whether it has a second factor, whether its sign-in is fresh.

Numbers are settings ([ours]; a session of a public service ends after 30 idle minutes and after 8 hours in any case).
"""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.kernel.clock import now
from portal.kernel.errors import NotAllowed
from portal.kernel.roles import needs_second_factor

SIGNED_IN, SEEN = "signed_in_at", "seen_at"
STEP = 30  # seconds: the last use is stored no finer, so that reading pages doesn't write a session each time


class SecondFactorRequired(NotAllowed):
    code = "second_factor_required"
    message = _("이 역할은 2단계 인증을 설정해야 사용할 수 있습니다.")
    hint = _("내 계정에서 인증 앱이나 패스키를 등록해 주십시오.")


class FreshSignInRequired(NotAllowed):
    code = "reauthentication_required"
    message = _("자금을 움직이거나 서명하려면 비밀번호를 다시 확인해야 합니다.")
    hint = _("화면에서 본인 확인을 마친 뒤 다시 보내 주십시오.")


# --- how long a session lives ---------------------------------------------------------------------------------


def seconds_left(request: HttpRequest) -> int:
    """Until this session ends if nobody touches it; 0 or less when it has ended."""
    at, session = _seconds(), request.session
    idle = session.get(SEEN, at) + settings.SESSION_IDLE_SECONDS - at
    whole = session.get(SIGNED_IN, at) + settings.SESSION_COOKIE_AGE - at
    return int(min(idle, whole))


def touch(request: HttpRequest) -> None:
    """Note that somebody is there."""
    at, session = _seconds(), request.session
    if SIGNED_IN not in session:
        session[SIGNED_IN] = at
    if at - session.get(SEEN, 0) >= STEP:
        session[SEEN] = at


def _seconds() -> int:
    return int(now().timestamp())


# --- second factor --------------------------------------------------------------------------------------------


def lacks_second_factor(user_id: Any, kind: Any, roles: Any) -> bool:
    """Whether somebody with these roles must set up a second factor first. Recovery codes alone are none."""
    if not settings.SECOND_FACTOR_REQUIRED or not needs_second_factor(kind, roles):
        return False
    factors = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return not Authenticator.objects.filter(user_id=user_id, type__in=factors).exists()


# --- fresh sign-in --------------------------------------------------------------------------------------------


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person has signed in, or said who they are again, within the last minutes."""
    user = request.user
    if not settings.FRESH_SIGN_IN_REQUIRED or not isinstance(user, User):
        return not settings.FRESH_SIGN_IN_REQUIRED
    at = now().timestamp()
    records = get_authentication_records(request, user)
    return any(at - record["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT for record in records)


def require_fresh(request: HttpRequest) -> None:
    """Ask the person at the keyboard who they are before money moves or something is signed.

    allauth keeps what was sent, asks for the password or second factor, and goes on with it: nothing is typed twice.
    """
    if not is_fresh(request):
        raise ReauthenticationRequired
