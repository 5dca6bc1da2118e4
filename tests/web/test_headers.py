"""Security headers on every kind of response of every address, and what only production has."""

import base64
import json
import os
import subprocess
import sys
from copy import copy
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory

from portal.kernel.roles import Kind, Role
from portal.web.headers import AddressMiddleware
from tests.architecture.test_code import routes

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
KEPT = "immutable"


def faults(response, *, personal=True):
    """What is wrong with a response's headers."""
    given = response.headers
    found = [name for name, value in FIXED.items() if given.get(name) != value]
    policy = given.get("Content-Security-Policy", "")
    if "default-src 'self'" not in policy and "default-src 'none'; sandbox" not in policy:
        found.append(f"policy: {policy!r}")
    found += [word for word in ("unsafe", "http:", "*") if word in policy]
    permissions = given.get("Permissions-Policy", "")
    if "camera=()" not in permissions or "geolocation=()" not in permissions or "*" in permissions:
        found.append("Permissions-Policy")
    if personal and "no-store" not in given.get("Cache-Control", ""):
        found.append(f"Cache-Control: {given.get('Cache-Control')!r}")
    return found


def addresses():
    for route, _entry in routes():
        if "?P<" not in route:
            known = {
                "<uuid:id>": str(uuid4()),
                "<str:code>": "AAAA-BBBB-CCCC-DDDD",
                "<path:path>": "x",
                "<int:pk>": "1",
            }
            for part, value in known.items():
                route = route.replace(part, value)
            yield "/" + route.replace("^", "").replace("$", "").replace("\\Z", "")


@pytest.mark.parametrize("who", ["public", "member", "token"])
def test_every_address_answers_with_them(world, client_of, frozen, who, monkeypatch):
    """Pages, redirects, 404 and 405, refusals, forms, the API: reading and sending, by whoever asks."""
    monkeypatch.setattr("portal.api.throttling.PerMinute.allow_request", lambda *_: True)
    actor = world(world.organization(Kind.MINISTRY), Role.OFFICER)
    client = {"public": Client, "member": lambda: client_of(actor), "token": lambda: _bearer(actor)}[who]()
    client.raise_request_exception = False
    cookies, wrong, kinds = copy(client.cookies), {}, set()
    for address in addresses():
        for method in ("get", "post"):
            client.cookies = copy(cookies)  # one of the addresses signs out
            with transaction.atomic():
                response = getattr(client, method)(address)
                transaction.set_rollback(True)
            kinds.add(response.status_code)
            if found := faults(response):
                wrong[f"{method} {address} {response.status_code}"] = found
    assert not wrong, wrong
    expected = {"public": {200, 302, 401, 404, 405}, "member": {200, 302, 404, 405, 422}, "token": {200, 404, 405}}[who]
    assert expected <= kinds, kinds


def _bearer(actor):
    from portal.api.operations import issue
    from portal.security.actor import acting

    with acting(actor):
        _token, secret = issue(actor=actor, name="시험", scopes=["read", "write", "money"], days=1)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def test_refusals_before_any_page_have_them(db):
    """What a middleware answers: a bad token, a missing CSRF token, a host that isn't ours."""
    answers = [
        Client(headers={"Authorization": "Bearer no"}).get("/api/v1/demands/"),
        Client(enforce_csrf_checks=True).post("/accounts/login/"),
        Client(headers={"Host": "evil.example"}).get("/"),
        Client().get("/accounts/login"),
    ]
    assert [a.status_code for a in answers] == [401, 403, 400, 301]
    assert not [found for answer in answers if (found := faults(answer))]


def test_files_and_static_files_have_them(world, client_of, frozen):
    assert not faults(Client().get("/static/js/portal.js"), personal=False)
    assert not faults(Client().get("/static/no.js"))
    listed = client_of(world(world.organization(Kind.MINISTRY), Role.OFFICER)).get("/demands/?export=xlsx")
    assert listed.status_code == 200 and not faults(listed)


def test_control_a_missing_header_is_found(db, settings):
    settings.MIDDLEWARE = [
        name for name in settings.MIDDLEWARE if not name.endswith(("HeadersMiddleware", "CSPMiddleware"))
    ]
    found = faults(Client().get("/"))
    assert "Permissions-Policy" in found and "Cross-Origin-Resource-Policy" in found and "policy: ''" in found


PRODUCTION = """
import json, django
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
django.setup()
from django.http import HttpResponse
from django.test import Client, RequestFactory
found = {}
client = Client(headers={"Host": "portal.example", "X-Forwarded-Proto": "https"}, raise_request_exception=False)
plain = Client(headers={"Host": "portal.example"}).get("/demands/")
found["plain"] = [plain.status_code, plain.headers.get("Location")]
api = Client(headers={"Host": "portal.example"}).get("/api/v1/demands/", headers={"Authorization": "Bearer x"})
found["api"] = [api.status_code, api.json()["code"], api.headers.get("Location")]
answers = [client.get("/accounts/login/"), client.post("/i18n/setlang/", {"language": "en", "next": "/"}),
           client.get("/no/such/page/"), client.get("/healthz")]
found["hsts"] = [a.headers.get("Strict-Transport-Security") for a in answers]
found["cookies"] = {n: [c["secure"], c["path"], c["domain"], c["httponly"], c["samesite"]]
                    for a in answers for n, c in a.cookies.items()}
from portal.web.sessions import MessageCookies
found["names"] = [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME,
                  MessageCookies.cookie_name]
found["set"] = [settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_DOMAIN,
                settings.SESSION_COOKIE_PATH]
print(json.dumps(found))
"""


def test_production(db, tmp_path):
    """HTTPS only, for a year and every subdomain; every cookie is `__Host-`, Secure, HttpOnly and SameSite."""
    environment = os.environ | {
        "PORTAL_MODE": "production", "SECRET_KEY": "p" * 60, "FIELD_KEYS": base64.urlsafe_b64encode(b"k" * 32).decode(), "ALLOWED_HOSTS": "portal.example",
        "BASE_URL": "https://portal.example", "DJANGO_SETTINGS_MODULE": "portal.settings", "STATIC_ROOT": str(tmp_path),
    }  # fmt: skip
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PRODUCTION],
        env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout.splitlines()[-1])
    assert found["plain"] == [301, "https://portal.example/demands/"]
    assert found["api"] == [403, "https_required", None], "a program that is redirected goes on sending its token"
    assert set(found["hsts"]) == {"max-age=31536000; includeSubDomains; preload"}
    assert set(found["cookies"]) == {"__Host-csrf", "__Host-language"}
    assert all(c == [True, "/", "", True, "Lax"] for c in found["cookies"].values()), found["cookies"]
    assert all(name.startswith("__Host-") for name in found["names"])
    assert found["set"] == [True, True, None, "/"]


@pytest.mark.parametrize(
    ("proxies", "told", "address"),
    [
        (0, "6.6.6.6", "127.0.0.1"),
        (1, "6.6.6.6, 203.0.113.7", "203.0.113.7"),
        (2, "6.6.6.6, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (2, "203.0.113.7", "127.0.0.1"),
        (2, "", "127.0.0.1"),
    ],
)
def test_nobody_writes_their_own_address(settings, proxies, told, address):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": told})
    AddressMiddleware(lambda _request: HttpResponse())(request)
    assert request.META["REMOTE_ADDR"] == address and "HTTP_X_FORWARDED_FOR" not in request.META


def test_another_written_address_does_not_lift_the_limit(db, settings):
    settings.API_PER_MINUTE = {"member": 2, "public": 2}
    answers = [Client(headers={"X-Forwarded-For": f"6.6.6.{n}"}).get("/api/v1/") for n in range(5)]
    assert answers[-1].status_code == 429


def test_who_signs_out_leaves_nothing_in_the_browser(world, client_of, frozen):
    client = client_of(world(world.organization(Kind.STARTUP), Role.REPRESENTATIVE))
    assert "Clear-Site-Data" not in client.get("/account/").headers
    ended = client.post("/accounts/logout/")
    assert ended.status_code == 302 and ended["Clear-Site-Data"] == '"cache", "storage"'
