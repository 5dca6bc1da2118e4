"""From a Bearer token to the actor that `ActorMiddleware` takes over."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, set_response_etag

from portal.accounts.trust import SecondFactorRequired, lacks_second_factor
from portal.api.errors import InvalidToken, PlainAddress
from portal.api.models import Token
from portal.api.operations import token_of, used
from portal.kernel.clock import now as clock_now
from portal.organizations.actors import actor_of_membership
from portal.security.actor import Actor
from portal.web.views import SAFE, api_wanted, problem

log = logging.getLogger("portal.api")


class TokenMiddleware:
    """Sets `request.token_actor` and `request.api_token` for API requests that bring a token; refuses bad ones.

    The actor has the rights that its membership has now: a token dies with the membership and with the user.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if api_wanted(request) and settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return problem(request, PlainAddress())
        secret = bearer(request) if api_wanted(request) else None
        if secret is None:
            return self.get_response(request)
        at = clock_now()
        token = token_of(secret, at)
        actor = actor_of(token, at) if token else None
        if token is None or actor is None:
            response: HttpResponse = problem(request, InvalidToken())
            response.headers["WWW-Authenticate"] = 'Bearer realm="api", error="invalid_token"'
            return response
        if lacks_second_factor(actor.user_id, actor.kind, actor.roles):
            return problem(request, SecondFactorRequired())
        request.api_token = token  # type: ignore[attr-defined]
        request.token_actor = replace(actor, address=request.META.get("REMOTE_ADDR", ""))  # type: ignore[attr-defined]
        response = self.get_response(request)
        try:
            used(token, at)  # after the request: its own transaction may have been read-only
        except DatabaseError:
            log.exception("the last use of a token was not stored")
        return response


class ReadingMiddleware:
    """Answers of the API say how many requests are left; a read that would say the same again is a 304 without body."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not api_wanted(request):
            return response
        if request.method in SAFE and response.status_code == 200 and not response.streaming:
            if "ETag" not in response.headers:
                set_response_etag(response)
            response = get_conditional_response(request, etag=response.headers["ETag"], response=response) or response
        if rate := getattr(request, "api_rate", None):
            for name, value in rate.headers().items():
                response.headers[name] = value
        return response


def bearer(request: HttpRequest) -> str | None:
    """The token of the Authorization header, None where there is no such header."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def actor_of(token: Token, at: datetime) -> Actor | None:
    actor = actor_of_membership(token.membership_id, token.user_id, at)
    return actor if actor.is_member else None
