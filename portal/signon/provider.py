"""The provider as it describes itself (OpenID Connect Discovery): endpoints and keys, fetched, checked, remembered."""

import json
import logging
from collections.abc import Mapping
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.core.cache import cache

from portal.signon.refusals import ProviderAway, SignOnFailed

log = logging.getLogger("portal.signon")
TIMEOUT = 5  # seconds
MOST = 512 * 1024  # bytes of one answer
REMEMBERED = 3600  # seconds
KEYS_AGAIN = 30  # seconds between two fetches of keys, so that forged key ids don't hammer the provider


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        """What is asked of the provider is answered there, or not at all."""


def configured() -> bool:
    return bool(settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID)


def metadata() -> Mapping[str, Any]:
    """The provider's description. Raises ProviderAway, or SignOnFailed where it contradicts our settings."""
    key = f"oidc.metadata.{settings.OIDC_ISSUER}"
    found = cache.get(key)
    if found is None:
        found = _checked(fetch(settings.OIDC_ISSUER.rstrip("/") + "/.well-known/openid-configuration"))
        cache.set(key, found, REMEMBERED)
    return dict(found)


def _checked(found: Any) -> Any:
    if found.get("issuer") != settings.OIDC_ISSUER:
        raise failed("the description is of another issuer")
    if "S256" not in found.get("code_challenge_methods_supported", ["S256"]):
        raise failed("the provider doesn't know PKCE with S256")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        _require_safe(str(found.get(name, "")))
    return found


def _require_safe(url: str) -> None:
    scheme = urlsplit(url).scheme
    if scheme != "https" and (settings.PRODUCTION or scheme != "http"):
        raise failed(f"not over TLS: {url[:100]!r}")


def keys(*, again: bool = False) -> Any:
    """The provider's public keys. `again`: a key was rotated in that we don't know yet."""
    key = f"oidc.keys.{settings.OIDC_ISSUER}"
    found = cache.get(key)
    if found is None or (again and cache.add(f"{key}.again", 1, KEYS_AGAIN)):
        found = fetch(str(metadata()["jwks_uri"]))
        cache.set(key, found, REMEMBERED)
    return found


def redeem(code: str, verifier: str, redirect_uri: str) -> Any:
    """The token endpoint's answer for a code. Raises SignOnFailed where the provider refuses it."""
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "client_id": settings.OIDC_CLIENT_ID,
        "client_secret": settings.OIDC_CLIENT_SECRET,
        "code_verifier": verifier,
    }
    return fetch(str(metadata()["token_endpoint"]), urlencode({k: v for k, v in sent.items() if v}).encode())


def fetch(url: str, data: bytes | None = None) -> Any:
    """A JSON object from the provider. Raises ProviderAway where none comes, SignOnFailed where it is none."""
    _require_safe(url)
    request = Request(url, data=data, headers={"Accept": "application/json"})  # noqa: S310 (checked above)
    try:
        with build_opener(_NoRedirect).open(request, timeout=TIMEOUT) as answer:
            body = answer.read(MOST + 1)
    except URLError as fault:
        if 400 <= getattr(fault, "code", 0) < 500:
            raise failed(f"{urlsplit(url).path} answered {fault}") from fault
        log.warning("the sign-in provider is out of reach: %s", fault)
        raise ProviderAway from fault
    except OSError as fault:
        log.warning("the sign-in provider is out of reach: %s", fault)
        raise ProviderAway from fault
    try:
        found = json.loads(body) if len(body) <= MOST else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise failed(f"no JSON object from {urlsplit(url).path}")
    return found


def failed(why: str) -> SignOnFailed:
    """The refusal, with its cause in the log."""
    log.warning("sign-in refused: %s", why)
    return SignOnFailed()
