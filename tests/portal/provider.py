"""A sign-in provider on a local port: discovery, keys, authorization, tokens. It can lie in every way a test asks for."""

import base64
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from joserfc import jws
from joserfc.jwk import RSAKey

from portal.kernel.roles import Kind, Role

CLIENT, SECRET = "portal", "geheim"


def packed(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


class Provider:
    """`claims(issued)`, `header`, `sign` and `described` are what a test changes."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.key = RSAKey.generate_key(2048, {"kid": "k1"})
        self.listed = [self.key]
        self.codes: dict[str, dict[str, str]] = {}
        self.person: dict[str, Any] = {
            "sub": "s-1", "email": "kim@corp.example", "email_verified": True, "name": "김기업",
        }  # fmt: skip
        self.change: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
        self.described: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.sign: Callable[[dict[str, Any], dict[str, Any]], str] = self.signed
        self.fetched: list[str] = []
        self.redeemed: list[dict[str, str]] = []

    def description(self) -> dict[str, Any]:
        return {
            "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize", "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys", "code_challenge_methods_supported": ["plain", "S256"],
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        } | self.described  # fmt: skip

    def signed(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        return jws.serialize_compact(header, json.dumps(claims), self.key, algorithms=["RS256"])

    def signed_with_public_key(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        said = f"{packed(header | {'alg': 'HS256'})}.{packed(claims)}"
        mac = hmac.digest(self.key.as_pem(private=False), said.encode(), "sha256")
        return f"{said}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    def unsigned(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        return f"{packed(header | {'alg': 'none'})}.{packed(claims)}."

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to, for a person who has just signed in."""
        code = f"c{len(self.codes)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, sent: dict[str, str]) -> tuple[int, dict[str, Any]]:
        self.redeemed.append(sent)
        asked = self.codes.pop(sent.get("code", ""), None)
        verifier = sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if asked is None or asked.get("code_challenge") != challenge or sent.get("client_secret") != SECRET:
            return 400, {"error": "invalid_grant"}
        at = int(time.time())
        claims = self.change(
            {"iss": self.url, "aud": CLIENT, "iat": at, "exp": at + 300, "nonce": asked["nonce"], "auth_time": at}
            | self.person
        )
        header = {"alg": "RS256", "kid": self.key.kid} | self.header
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": self.sign(header, claims)}

    def answer(self, method: str, path: str, body: str) -> tuple[int, dict[str, Any]]:
        self.fetched.append(path)
        if path == "/.well-known/openid-configuration":
            return 200, self.description()
        if path == "/keys":
            return 200, {"keys": [{**k.as_dict(private=False), "use": "sig"} for k in self.listed]}
        if path == "/token" and method == "POST":
            return self.token({k: v[0] for k, v in parse_qs(body).items()})
        return 404, {}


@contextmanager
def running() -> Iterator[Provider]:
    """The provider, listening on a port of its own until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            status, found = provider.answer(self.command, self.path, body)
            data = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = _do

        def log_message(self, *_args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def asked_of(url: str) -> dict[str, str]:
    return {k: v[0] for k, v in parse_qs(urlsplit(url).query).items()}


@pytest.fixture
def provider(db, settings):
    with running() as found:
        settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = found.url, CLIENT, SECRET
        settings.OIDC_DOMAINS, settings.BASE_URL = ["corp.example"], "http://testserver"
        cache.clear()
        yield found
        cache.clear()


@pytest.fixture
def known(world, provider):
    """Somebody with a password, a verified address of the domain, and a place in a firm."""
    house = world.organization(Kind.CORPORATION, "현대자동차")
    world.member(house)
    member = world.member(house, Role.MANAGER, email="kim@corp.example", name="김기업")
    EmailAddress.objects.create(user=member.user, email=member.user.email, verified=True, primary=True)
    return member.user


def leave(client, path="/accounts/oidc/start/"):
    answer = client.get(path)
    assert answer.status_code == 302, answer.content.decode()[:300]
    return asked_of(answer["Location"])


def sign_in(provider: Provider, client=None):
    client = client or Client()
    return client, client.get(provider.authorize(leave(client)))


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


def without(*names):
    return lambda claims: {k: v for k, v in claims.items() if k not in names}


def having(**given):
    return lambda claims: claims | {k: v() if callable(v) else v for k, v in given.items()}


def soon(seconds):
    return lambda: int(time.time()) + seconds
