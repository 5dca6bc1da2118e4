"""To the provider and back: authorization code with PKCE, state and nonce, all kept in the session and used once."""

import base64
from hashlib import sha256
from secrets import compare_digest, token_urlsafe
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    perform_login,
    record_authentication,
)
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.models import Login
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from portal.accounts.models import User
from portal.kernel.clock import now
from portal.kernel.errors import NotFound
from portal.signon import operations
from portal.signon.provider import configured, failed, metadata, redeem
from portal.signon.tokens import claims_of
from portal.web.views import PUBLIC, USER, own_address, page

PENDING = "oidc"
LASTS = 600  # seconds at the provider


@page(PUBLIC)
def start(request: HttpRequest) -> HttpResponse:
    """To the provider, to sign in."""
    return _leave(request, again=False)


@page(USER)
def again(request: HttpRequest) -> HttpResponse:
    """To the provider, to say again who one is, before money moves or something is signed."""
    return _leave(request, again=True)


def _leave(request: HttpRequest, *, again: bool) -> HttpResponse:
    if not configured():
        raise NotFound
    pending = {name: token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    request.session[PENDING] = {
        **pending,
        "at": now().timestamp(),
        "again": str(request.user.pk) if again else "",
        "next": own_address(request, request.GET.get("next", "")),
    }
    challenge = base64.urlsafe_b64encode(sha256(pending["verifier"].encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "scope": "openid email profile",
        "client_id": settings.OIDC_CLIENT_ID,
        "redirect_uri": _back(),
        "state": pending["state"],
        "nonce": pending["nonce"],
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    if again:
        asked |= {"prompt": "login", "max_age": "0"}
    url = str(metadata()["authorization_endpoint"])
    return redirect(f"{url}{'&' if '?' in url else '?'}{urlencode(asked)}")


def _back() -> str:
    return f"{settings.BASE_URL}{reverse('oidc_callback')}"


@page(PUBLIC)
def callback(request: HttpRequest) -> HttpResponse:
    """Back from the provider. What the session kept for this sign-in is gone after the first try."""
    if not configured():
        raise NotFound
    pending = request.session.pop(PENDING, None)
    code = _code(request, pending)
    assert pending is not None  # _code has seen to it
    answer = redeem(code, pending["verifier"], _back())
    actor = request.actor  # type: ignore[attr-defined]
    since = pending["at"] if pending["again"] else None
    claims = claims_of(answer.get("id_token"), nonce=pending["nonce"], now=actor.now, since=since)
    user = operations.user_of(claims=claims, actor=actor)
    if pending["again"]:
        return _said_again(request, user, pending)
    record_authentication(request, user, method="oidc")
    _date(request, claims.get("auth_time"))
    login = Login(user=user, redirect_url=pending["next"] or None, email=user.email)
    response: HttpResponse = perform_login(request, login)
    return response


def _code(request: HttpRequest, pending: Any) -> str:
    """The code that came back. Raises SignOnFailed unless it answers what this session asked, and in time."""
    sent = request.GET
    if not pending or not compare_digest(sent.get("state", "").encode(), pending["state"].encode()):
        raise failed("another state")
    if now().timestamp() - pending["at"] > LASTS:
        raise failed("too late")
    if sent.get("iss", settings.OIDC_ISSUER) != settings.OIDC_ISSUER:
        raise failed("the answer is of another issuer")
    if not sent.get("code"):
        raise failed(f"no code: {sent.get('error', '')[:100]!r}")
    return sent["code"]


def _said_again(request: HttpRequest, user: User, pending: dict[str, Any]) -> HttpResponse:
    """Go on with what was held back. Somebody else's sign-in confirms nothing."""
    if str(user.pk) != pending["again"] or request.user.pk != user.pk:
        raise failed("another person signed in again")
    record_authentication(request, user, method="oidc", reauthenticated=True)
    request.GET = QueryDict(urlencode({"next": pending["next"]}))
    response: HttpResponse | None = resume_request(request)
    return response or redirect("home")


def _date(request: HttpRequest, auth_time: Any) -> None:
    """A session at the provider may be old: how fresh the sign-in is, `auth_time` says, and without it it is not."""
    records = request.session[AUTHENTICATION_METHODS_SESSION_KEY]
    given = auth_time if isinstance(auth_time, int | float) and not isinstance(auth_time, bool) else 0
    records[-1]["at"] = min(records[-1]["at"], given)
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = records
