"""Signing in, failing to and signing out leave access records; a sign-in also notes which membership is used.

A failure belongs to nobody's organisation, so that the audit alone reads whether there was an account. Known and
unknown addresses cost the same: one query and one record.
"""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from portal.accounts.models import User
from portal.audit import records
from portal.kernel.clock import now
from portal.organizations.actors import active_memberships, actor_for
from portal.organizations.operations import note_use
from portal.security.actor import Actor, acting
from portal.web.middleware import chosen


def connect() -> None:
    """Listen to what Django says of sessions."""
    listeners = (
        (user_logged_in, _in),
        (user_login_failed, _failed),
        (authentication_failed, _second_factor_failed),
        (user_logged_out, _out),
    )
    for signal, listener in listeners:
        signal.connect(listener, weak=False, dispatch_uid=f"access record {listener.__name__}")


def _person(request: HttpRequest, user: User) -> tuple[Actor, Any]:
    """Who signs in or out, for the organisation that the session names or begins with."""
    at = now()
    membership = chosen(request, list(active_memberships(user.pk, at)))
    return actor_for(user, membership, at, request.META.get("REMOTE_ADDR", "")), membership


def _in(*, request: HttpRequest, user: User, **_given: Any) -> None:
    if not hasattr(request, "actor"):  # no page's: nobody sat at a keyboard
        return
    actor, membership = _person(request, user)
    methods = [record["method"] for record in get_authentication_records(request, user)]
    with acting(actor):
        records.note(records.Act.SIGN_IN, user, actor=actor, owner_id=actor.organization_id, methods=", ".join(methods))
        if membership is not None:
            note_use(membership, actor.now)


def _failed(*, credentials: dict[str, Any], request: HttpRequest | None = None, **_given: Any) -> None:
    if request is None or not hasattr(request, "actor"):
        return
    typed = str(credentials.get("email") or credentials.get("username") or "")
    _note_failure(request, User.objects.filter(email__iexact=typed).first(), "password")


def _second_factor_failed(*, request: HttpRequest, user: User, authenticator: Authenticator, **_given: Any) -> None:
    _note_failure(request, user, str(authenticator.type))


def _note_failure(request: HttpRequest, user: User | None, method: str) -> None:
    """What was typed is not kept: it may be a password."""
    address = request.META.get("REMOTE_ADDR", "")
    actor = Actor(now=now(), user_id=user.pk if user else None, name=user.name if user else "", address=address)
    with acting(actor):
        records.note(records.Act.SIGN_FAILED, "accounts.user", subject_id=actor.user_id, actor=actor, method=method)


def _out(*, request: HttpRequest, user: User | None, **_given: Any) -> None:
    if user is None or not hasattr(request, "actor"):
        return
    actor, _membership = _person(request, user)
    with acting(actor):
        records.note(records.Act.SIGN_OUT, user, actor=actor, owner_id=actor.organization_id)
