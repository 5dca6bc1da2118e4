"""Nobody learns from our answers who has an account: the same bytes, cookies and time for known and unknown addresses."""

import re
import statistics
import time
from collections import Counter
from itertools import count

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import User
from portal.kernel.roles import Kind, Role
from portal.organizations import operations
from portal.organizations.models import Invitation
from portal.security.actor import acting, system
from tests import proofs

SECRET = "Korea-2025-deep"
ONCE = [
    r'name="csrfmiddlewaretoken" value="[^"]*"',
    r'data-csrf="[^"]*"',
    r'value="[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"',
    r"[0-9a-f]{32}",
    r'"challenge": "[^"]*"',
]
NUMBERS = count(1)
STATEMENT = re.compile(r'(SELECT|DECLARE|INSERT INTO "\w+"|UPDATE "\w+"|DELETE FROM "\w+")')


def known(state="plain"):
    """The address of an account; as long as an unknown one."""
    email = f"known{next(NUMBERS):04}@nowhere.example"
    user = User.objects.create_user(email, None if state == "no password" else SECRET, name="김새롬")
    user.is_active = state != "disabled"
    user.save()
    EmailAddress.objects.create(user=user, email=email, verified=state != "unverified", primary=True)
    return email


def unknown():
    return f"other{next(NUMBERS):04}@nowhere.example"


def sign_in(email, client):
    return client.post("/accounts/login/", {"login": email, "password": "wrong-password-1"})


def sign_up(email, client):
    return client.post(
        "/accounts/signup/", {"name": "이소정", "email": email, "password1": SECRET, "password2": SECRET}
    )


def reset(email, client):
    return client.post("/accounts/password/reset/", {"email": email})


WAYS = {"sign-in": sign_in, "sign-up": sign_up, "password reset": reset}


def told(response, email):
    """All that a response says, without what is different every time."""
    body = response.content.decode().replace(email, "ADDRESS").replace(email.replace("@", "%40"), "ADDRESS")
    for pattern in ONCE:
        body = re.sub(pattern, "ONCE", body)
    headers = {k: v.replace(email, "ADDRESS") for k, v in response.headers.items() if k != "X-Request-ID"}
    for changing in ("Content-Length", "Expires"):
        headers.pop(changing, None)
    cookies = {name: sorted((k, v) for k, v in c.items() if k != "expires") for name, c in response.cookies.items()}
    return response.status_code, headers, cookies, body


def answers(way, email):
    """What a stranger is told, by the answer and the page that it leads to."""
    client = Client()
    first = WAYS[way](email, client)
    found = [told(first, email)]
    if first.status_code == 302:
        found.append(told(client.get(first["Location"]), email))
    return found


@pytest.mark.parametrize("state", ["plain", "disabled", "unverified", "no password"])
@pytest.mark.parametrize("way", WAYS)
def test_the_answer_is_the_same_to_the_byte(db, way, state):
    assert answers(way, known(state)) == answers(way, unknown())


@pytest.mark.parametrize("way", ["sign-in", "sign-up"])
@pytest.mark.parametrize("who", [known, unknown])
def test_a_password_is_hashed_either_way(db, monkeypatch, way, who):
    """The slowest step by far is done once whether the account is there or not: so both take as long."""
    email, hashed, encode = who(), [], PBKDF2PasswordHasher.encode

    def counted(self, *args, **kwargs):
        hashed.append(1)
        return encode(self, *args, **kwargs)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", counted)
    WAYS[way](email, Client())
    assert len(hashed) == 1


def work(way, email, monkeypatch):
    """What an answer costs, by what can be counted: hashed passwords, reads, and writes by table (outbox, mails, records)."""
    hashed, encode = [], PBKDF2PasswordHasher.encode
    with monkeypatch.context() as counting, CaptureQueriesContext(connection) as asked:
        counting.setattr(PBKDF2PasswordHasher, "encode", lambda *a, **k: hashed.append(1) or encode(*a, **k))
        WAYS[way](email, Client())
    found = [match[0] for q in asked if (match := STATEMENT.match(q["sql"]))]
    statements = Counter("read" if one in ("SELECT", "DECLARE") else one for one in found)
    return len(hashed), statements


@pytest.mark.parametrize("way", ["sign-in", "password reset"])
def test_the_work_is_the_same(db, monkeypatch, way):
    """Not a clock, so that it holds on a busy machine, too: the same hashes and writes, and at sign-in at most one read
    apart (the account itself is looked up by two keys where the first finds nothing).
    """
    work(way, unknown(), monkeypatch)  # what only the first request does
    first, second, third = (work(way, email, monkeypatch) for email in (unknown(), known(), unknown()))
    reads = [statements.pop("read") for _hashed, statements in (first, second, third)]
    assert first == second == third and max(reads) - min(reads) <= (1 if way == "sign-in" else 0)


def test_control_an_answer_that_tells_is_found(db, settings):
    settings.ACCOUNT_PREVENT_ENUMERATION = False
    assert answers("sign-up", known()) != answers("sign-up", unknown())
    assert answers("password reset", known()) != answers("password reset", unknown())


def test_an_invitation_tells_nobody_whether_its_address_has_an_account(world, client_of, frozen, monkeypatch):
    """Neither whoever invites nor whoever opens the link."""
    chief = world(world.organization(Kind.CORPORATION, "현대자동차"), Role.ADMINISTRATOR)
    shown, said = [], []
    for email in (known(), unknown()):
        monkeypatch.setattr(operations, "token_urlsafe", lambda _size, token=f"token-{email[:5]}": token)
        form = {"email": email, "roles": [Role.MANAGER], "language": "ko"}
        answer = client_of(chief).post("/memberships/invite/", form, follow=True)
        assert answer.status_code == 200
        shown.append([str(message) for message in answer.context["messages"]])
        page = Client().get(f"/organizations/invitations/token-{email[:5]}/")
        assert page.status_code == 200
        said.append(
            [
                part if not isinstance(part, str) else part.replace(f"token-{email[:5]}", "TOKEN")
                for part in told(page, email)
            ]
        )
    with acting(chief), system("check"):
        assert Invitation.objects.count() == 2
    assert str(shown[0]) == str(shown[1]).replace("other", "known") and said[0] == said[1]


TRIES = 200


@pytest.mark.prove
@pytest.mark.parametrize("way", WAYS)
def test_the_answer_takes_the_same_time(db, way):
    """Medians over 200 tries each, taken in turns, so that what else the machine does falls on both."""
    taken = {"known": [], "unknown": []}
    client, always = Client(), known()
    for _ in range(TRIES):
        for name in taken:
            email = always if name == "known" else unknown()
            client.cookies.clear()
            started = time.perf_counter()
            WAYS[way](email, client)
            taken[name].append(time.perf_counter() - started)
    medians = {name: statistics.median(taken[name]) * 1000 for name in ("known", "unknown")}
    apart = abs(medians["known"] - medians["unknown"]) / max(medians.values())
    proofs.record(
        "Account enumeration", guard=way, tries=2 * TRIES, **{"bytes that differ": 0},
        **{f"median {name} (ms)": round(value, 1) for name, value in medians.items()},
        **{"apart (%)": round(100 * apart, 2)},
    )  # fmt: skip
    assert apart <= 0.05, medians
