"""What surrounds every request: an id, and the actor with its transaction."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect, render

from portal.accounts.models import User
from portal.accounts.trust import SecondFactorRequired, lacks_second_factor
from portal.audit import records
from portal.kernel.clock import now as clock_now
from portal.kernel.errors import NotAllowed, NotFound, Refusal
from portal.organizations.actors import active_memberships, actor_for
from portal.organizations.models import Membership
from portal.security.actor import Actor, acting
from portal.security.scope import rules_of
from portal.web.rooms import rooms
from portal.web.views import SAFE, api_wanted, problem

Respond = Callable[[HttpRequest], HttpResponse]

# allauth's pages write on GET (confirming an address, ending a session); health has no actor.
OWN_TRANSACTIONS = re.compile(r"^/accounts/")
NO_ACTOR = re.compile(r"^/(healthz|readyz)$")
PACKED = ("text/html", "application/json", "application/problem+json")
SESSION_KEY = "membership"
# What is open to somebody whose role asks for a second factor that isn't set up yet: all else is closed.
WITHOUT_SECOND_FACTOR = re.compile(r"^/(accounts|account(?!/tokens)|i18n|organizations/switch)/")


class RequestIdMiddleware:
    """Gives each request an id, for the log, the access records and error pages."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = uuid4().hex  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers["X-Request-ID"] = request.id  # type: ignore[attr-defined]
        return response


class PackMiddleware(GZipMiddleware):
    """Packs pages and answers of the API to a fifth; files and static files go as they are.

    Against reading packed lengths (BREACH) Django pads each answer at random, and masks the CSRF token.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or not response.headers.get("Content-Type", "").startswith(PACKED):
            return response
        return super().process_response(request, response)


class ActorMiddleware:
    """Sets `request.actor`, and runs a safe request in one READ ONLY transaction as that actor.

    A POST runs without one: its operation opens its own. Access records noted during the request are written before
    the response leaves; where that fails, the response doesn't.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if NO_ACTOR.match(request.path):
            return self.get_response(request)
        at = clock_now()
        with acting(Actor.public(at)), records.collected() as notes:
            if request.method in SAFE and not OWN_TRANSACTIONS.match(request.path):
                with transaction.atomic():
                    with connection.cursor() as cursor:
                        cursor.execute("SET TRANSACTION READ ONLY")
                    response = self._respond(request, at)
            else:
                response = self._respond(request, at)
        records.write(notes, actor=request.actor, request_id=getattr(request, "id", ""))  # type: ignore[attr-defined]
        return response

    def _respond(self, request: HttpRequest, at: Any) -> HttpResponse:
        identify(request, at)
        with acting(request.actor):  # type: ignore[attr-defined]
            if request.second_factor_missing and not WITHOUT_SECOND_FACTOR.match(request.path):  # type: ignore[attr-defined]
                return second_factor_first(request)
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal that no view has answered becomes its page, and a record."""
        if not isinstance(exception, Refusal):
            return None
        note_refusal(request, exception)
        return refused(request, exception)


def note_refusal(request: HttpRequest, refusal: Refusal) -> None:
    """Somebody who is signed in was refused a thing, or asked for one that is not theirs to see: that is recorded."""
    actor = getattr(request, "actor", None)
    if actor and actor.user_id and isinstance(refusal, NotAllowed | NotFound):
        told = _tells_of_confidential(request, actor)
        records.note(records.Act.REFUSED, request.path[:60], actor=actor, confidential=told, code=refusal.code)


def _tells_of_confidential(request: HttpRequest, actor: Actor) -> bool:
    """Whether the refusal would tell that somebody has something confidential: who could have it was refused there."""
    models = {room.model for name, room in rooms().items() if name in request.path.split("/")}
    return any(m.confidential and any(r.kind in (None, actor.kind) for r in rules_of(m).reads) for m in models)


def second_factor_first(request: HttpRequest) -> HttpResponse:
    if api_wanted(request):
        return problem(request, SecondFactorRequired())
    return redirect("second_factor")


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    if api_wanted(request):
        return problem(request, refusal)
    template = {404: "404.html", 403: "403.html"}.get(refusal.status, "web/refused.html")
    return render(request, template, {"refusal": refusal}, status=refusal.status)


def identify(request: HttpRequest, at: Any) -> None:
    """Set `request.actor`, `request.memberships` and the language from the token or the session."""
    address = request.META.get("REMOTE_ADDR", "")
    token_actor = getattr(request, "token_actor", None)
    request.memberships = []  # type: ignore[attr-defined]
    request.second_factor_missing = False  # type: ignore[attr-defined]
    if token_actor is not None:
        request.actor = token_actor  # type: ignore[attr-defined]
        return
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        request.actor = Actor(now=at, address=address)  # type: ignore[attr-defined]
        return
    mine = list(active_memberships(user.id, at))
    request.memberships = mine  # type: ignore[attr-defined]
    membership = chosen(request, mine)
    if membership and lacks_second_factor(user.id, membership.organization.kind, membership.roles):
        request.second_factor_missing = True  # type: ignore[attr-defined]
        membership = None  # no right of the membership is there, whatever the address
    request.actor = actor_for(user, membership, at, address)  # type: ignore[attr-defined]


def chosen(request: HttpRequest, mine: list[Membership]) -> Membership | None:
    """The membership that the session names, else the first. One that has ended is never chosen."""
    wanted = request.session.get(SESSION_KEY)
    named = [m for m in mine if wanted and m.id == UUID(wanted)]
    return named[0] if named else (mine[0] if mine else None)
