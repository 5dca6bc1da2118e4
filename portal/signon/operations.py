"""Whose account the provider's person is, linked at the first sign-in."""

from collections.abc import Mapping
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation

from portal.accounts.models import User
from portal.kernel.ids import new_id
from portal.security.actor import Actor, system
from portal.signon.models import Identity
from portal.signon.refusals import AccountClosed, AddressNotAccepted, LinkedOtherwise


def user_of(*, claims: Mapping[str, Any], actor: Actor) -> User:
    """The user behind the claims, who is linked, or made, at the first sign-in.

    Raises AddressNotAccepted for an address that the provider hasn't verified or that is of a domain it doesn't speak
    for, LinkedOtherwise where the address belongs to another person's account, AccountClosed.
    """
    try:
        with transaction.atomic(), system("who signs in through the provider"):
            user = _linked(claims) or _link(claims, actor)
    except IntegrityError as fault:  # the same person twice at once, or an account linked to another person
        with system("who signs in through the provider"):
            found = _linked(claims)
        if found is None:
            raise LinkedOtherwise from fault
        user = found
    if not user.is_active:
        raise AccountClosed
    return user


def _linked(claims: Mapping[str, Any]) -> User | None:
    found = Identity.objects.filter(issuer=settings.OIDC_ISSUER, subject=claims["sub"]).select_related("user").first()
    return found.user if found else None


def _link(claims: Mapping[str, Any], actor: Actor) -> User:
    email = _address(claims)
    known = User.objects.select_for_update().filter(email__iexact=email).first()
    if known is not None and not EmailAddress.objects.filter(user=known, email__iexact=email, verified=True).exists():
        raise LinkedOtherwise  # whoever signed up with this address has not shown that it is theirs
    if known is None and EmailAddress.objects.filter(email__iexact=email).exists():
        raise LinkedOtherwise
    user = known or _made(email, claims)
    Identity(id=new_id(), user=user, issuer=settings.OIDC_ISSUER, subject=claims["sub"], linked_at=actor.now).save(
        force_insert=True
    )
    return user


def _address(claims: Mapping[str, Any]) -> str:
    email = claims.get("email")
    if not isinstance(email, str) or claims.get("email_verified") is not True:
        raise AddressNotAccepted
    name, _at, domain = email.strip().lower().rpartition("@")
    if not name or "@" in name or domain not in settings.OIDC_DOMAINS:
        raise AddressNotAccepted
    return f"{name}@{domain}"


def _made(email: str, claims: Mapping[str, Any]) -> User:
    name = claims.get("name")
    language = "en" if translation.get_language() == "en" else "ko"
    user = User.objects.create_user(email, name=(name if isinstance(name, str) else email)[:60], language=language)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def has_identity(user_id: Any) -> bool:
    """Whether the user can be asked to sign in at the provider again."""
    with system("how a user signs in"):
        return bool(Identity.objects.filter(user_id=user_id, issuer=settings.OIDC_ISSUER).exists())
