"""Is this ID token the provider's, for us, for this sign-in, and of now? (OpenID Connect Core 3.1.3.7)"""

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from secrets import compare_digest
from typing import Any

from django.conf import settings
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from portal.signon.provider import failed, keys

ALGORITHMS = ("RS256", "PS256", "ES256")  # asymmetric only: none and HS* are refused whatever the provider says
KEY_TYPES: dict[str, Any] = {"RSA": RSAKey, "EC": ECKey}
SKEW = 60  # seconds
OLDEST = 600  # seconds since it was issued: a sign-in takes no longer


def claims_of(token: Any, *, nonce: str, now: datetime, since: float | None = None) -> Mapping[str, Any]:
    """The token's claims. `since`: the person must have signed in at the provider after this moment.

    Raises SignOnFailed with the cause in the log.
    """
    claims: Mapping[str, Any] = _signed(token)
    _require_ours(claims, nonce)
    _require_present(claims, now.timestamp())
    if since is not None and not _number(claims, "auth_time") >= since - SKEW:
        raise failed("the person has not signed in again")
    return claims


def _signed(token: Any) -> Any:
    if not isinstance(token, str):
        raise failed("no ID token")
    header = _header(token)
    if header.get("alg") not in ALGORITHMS or "crit" in header:
        raise failed(f"algorithm {header.get('alg')!r}")
    key = _key(header) or _key(header, again=True)
    if key is None:
        raise failed("no such key")
    try:
        claims = json.loads(jws.deserialize_compact(token, key, algorithms=[header["alg"]]).payload)
    except (JoseError, ValueError) as fault:
        raise failed(f"signature: {type(fault).__name__}") from fault
    if not isinstance(claims, dict):
        raise failed("no claims")
    return claims


def _header(token: str) -> dict[str, Any]:
    try:
        first = token.split(".")[0]
        found = json.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except ValueError as fault:
        raise failed("no JOSE header") from fault
    return found if isinstance(found, dict) else {}


def _key(header: Mapping[str, Any], *, again: bool = False) -> Any:
    """The provider's key that the header names; without a name the only one of its kind."""
    kind = "EC" if header["alg"].startswith("ES") else "RSA"
    listed = keys(again=again).get("keys", [])
    fitting = [
        k
        for k in listed
        if isinstance(k, dict) and k.get("kty") == kind and k.get("use", "sig") == "sig"
        and k.get("alg", header["alg"]) == header["alg"]
    ]  # fmt: skip
    if "kid" in header:
        fitting = [k for k in fitting if k.get("kid") == header["kid"]]
    if len(fitting) != 1:
        return None
    try:
        return KEY_TYPES[kind].import_key({k: v for k, v in fitting[0].items() if k not in ("d", "p", "q")})
    except (JoseError, ValueError) as fault:
        raise failed("a key that can't be read") from fault


def _require_ours(claims: Mapping[str, Any], nonce: str) -> None:
    ours, named = settings.OIDC_CLIENT_ID, claims.get("aud")
    audience = named if isinstance(named, list) else [named]
    if claims.get("iss") != settings.OIDC_ISSUER:
        raise failed("another issuer")
    if ours not in audience:
        raise failed("another audience")
    if claims.get("azp", ours if len(audience) == 1 else None) != ours:
        raise failed("another authorized party")
    if not isinstance(claims.get("nonce"), str) or not compare_digest(claims["nonce"].encode(), nonce.encode()):
        raise failed("another nonce")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise failed("no subject")


def _require_present(claims: Mapping[str, Any], now: float) -> None:
    issued = _number(claims, "iat")
    if _number(claims, "exp") <= now - SKEW:
        raise failed("expired")
    if not now - OLDEST - SKEW <= issued <= now + SKEW:
        raise failed("not issued now")
    if "nbf" in claims and _number(claims, "nbf") > now + SKEW:
        raise failed("not valid yet")


def _number(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise failed(f"no {name}")
    return float(value)
