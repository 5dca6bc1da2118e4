"""How far a session is trusted: idle and absolute end, second factor, fresh sign-in."""

import time
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client

from agreements.funding.models import Disbursement
from portal.accounts.models import User
from portal.api import operations as tokens
from portal.kernel.clock import now
from portal.kernel.roles import Kind, Role, needs_second_factor
from portal.security.actor import acting, system
from portal.web.rooms import rooms
from tests.agreements.scene import MILLION, Scene

SECRET = "Korea-2025-deep"


@pytest.fixture
def user(world):
    made = User.objects.create_user("kim@nowhere.example", SECRET, name="김새롬")
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    world.member(world.organization(Kind.CENTER, "경기센터"), Role.HEAD, email=made.email)
    return made


def sign_in(user, password=SECRET):
    client = Client()
    assert client.post("/accounts/login/", {"login": user.email, "password": password}).status_code == 302
    return client


@pytest.fixture
def browser(user):
    client = sign_in(user)
    assert client.get("/account/").status_code == 200
    return client


def later(client, seconds, *keys):
    """As if the session's times lay so far back."""
    session = client.session
    for key in keys:
        session[key] -= seconds
    session.save()


# --- how long a session lives ---------------------------------------------------------------------------------


def test_an_idle_session_ends(browser):
    later(browser, 30 * 60 - 60, "seen_at")
    assert browser.get("/account/").status_code == 200
    later(browser, 30 * 60 + 1, "seen_at")
    answer = browser.get("/account/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/account/")
    assert "로그아웃되었습니다" in browser.get("/accounts/login/").content.decode()
    assert "_auth_user_id" not in browser.session


def test_a_busy_session_ends_after_eight_hours(browser):
    later(browser, 8 * 3600 + 1, "signed_in_at")
    assert browser.get("/account/").status_code == 302


def test_what_comes_too_late_is_kept(browser):
    later(browser, 31 * 60, "seen_at")
    answer = browser.post("/account/edit/?a=1", {"name": "<i>김</i>", "language": "en", "password": "geheim"})
    page = answer.content.decode()
    assert answer.status_code == 401
    assert 'action="/account/edit/?a=1"' in page
    assert 'name="name" value="&lt;i&gt;김&lt;/i&gt;"' in page
    assert "geheim" not in page
    assert User.objects.get().name == "김새롬"


def test_the_api_of_an_ended_session_says_so(browser):
    later(browser, 31 * 60, "seen_at")
    answer = browser.post("/api/v1/demands/", {}, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_what_a_page_asks_by_itself_is_no_use(browser):
    later(browser, 20 * 60, "seen_at")
    browser.get("/account/", headers={"X-Background": "1"})
    found = browser.get("/account/session/").json()
    assert 9 * 60 <= found["seconds"] <= 10 * 60
    assert found["user"] == str(User.objects.get().pk)
    assert browser.post("/account/session/").json()["seconds"] > 29 * 60
    later(browser, 31 * 60, "seen_at")
    assert browser.get("/account/session/").json() | {"csrf": ""} == {"user": None, "seconds": 0, "csrf": ""}


def test_reading_pages_writes_no_session_each_time(browser, django_assert_num_queries):
    first = browser.session["seen_at"]
    browser.get("/account/")
    assert browser.session["seen_at"] == first


# --- second factor --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "role", "needed"),
    [
        *((Kind.MINISTRY, r, True) for r in (Role.OFFICER, Role.APPROVER, Role.FINANCE, Role.AUDITOR, Role.OPERATOR)),
        *((Kind.FOUNDATION, r, True) for r in (Role.CASE_MANAGER, Role.ADVISOR)),
        (Kind.CORPORATION, Role.SIGNATORY, True),
        (Kind.STARTUP, Role.REPRESENTATIVE, True),
        (Kind.CORPORATION, Role.MANAGER, False),
        (Kind.CORPORATION, Role.EVALUATOR, False),
        (Kind.STARTUP, Role.MEMBER, False),
        (Kind.CENTER, Role.HEAD, False),
    ],
)
def test_who_needs_a_second_factor(kind, role, needed):
    assert needs_second_factor(kind, [role]) is needed


@pytest.fixture
def guarded(world, settings, client_of):
    """A startup's representative under the rule, without a second factor."""
    settings.SECOND_FACTOR_REQUIRED = True
    return world(world.organization(Kind.STARTUP, "테솔로"), Role.REPRESENTATIVE)


def set_up(actor):
    secret = generate_totp_secret()
    TOTP.activate(User.objects.get(pk=actor.user_id), secret)
    return secret


def test_without_it_every_room_is_closed(guarded, client_of):
    client = client_of(guarded)
    urls = ["/", *(room.url("list") for room in rooms().values()), "/programs/", "/results/", "/nothing/"]
    for url in urls:
        answer = client.get(url)
        assert (answer.status_code, answer.get("Location")) == (302, "/account/second-factor/"), url
    page = client.get("/account/second-factor/").content.decode()
    assert "/accounts/2fa/totp/activate/" in page
    assert "/accounts/2fa/webauthn/add/" in page
    assert client.get("/account/").status_code == 200
    assert client.get("/account/tokens/").status_code == 302
    answer = client.get("/api/v1/applications/")
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_required")


def test_with_it_they_are_open(guarded, client_of):
    client = client_of(guarded)
    RecoveryCodes.activate(User.objects.get(pk=guarded.user_id))
    assert client.get("/applications/").status_code == 302, "codes for an emergency are no factor by themselves"
    set_up(guarded)
    assert client.get("/applications/").status_code == 200
    assert client.get("/account/second-factor/").status_code == 302
    Authenticator.objects.filter(type="totp").delete()
    assert client.get("/applications/").status_code == 302


def test_a_token_stops_with_its_owner_s_factor(guarded, settings):
    set_up(guarded)
    with acting(guarded.at(now())):
        _, secret = tokens.issue(actor=guarded.at(now()), name="시험", scopes=("read",), days=30)
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    assert client.get("/api/v1/applications/").status_code == 200
    Authenticator.objects.all().delete()
    answer = client.get("/api/v1/applications/")
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_required")


def test_others_work_without_it(world, settings, client_of):
    settings.SECOND_FACTOR_REQUIRED = True
    manager = world(world.organization(Kind.CORPORATION, "현대자동차"), Role.MANAGER)
    assert client_of(manager).get("/demands/").status_code == 200


def test_setting_it_up_ends_the_other_sessions(user, django_capture_on_commit_callbacks):
    thief, owner = sign_in(user), sign_in(user)
    assert thief.get("/account/").status_code == 200
    owner.post("/accounts/reauthenticate/", {"password": SECRET})
    page = owner.get("/accounts/2fa/totp/activate/")
    assert page.context is not None
    secret = page.context["form"].secret
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(secret, counter))
    with django_capture_on_commit_callbacks(execute=True):
        assert owner.post("/accounts/2fa/totp/activate/", {"code": code}).status_code == 302
    assert Authenticator.objects.filter(user=user, type="totp").exists()
    assert thief.get("/account/").status_code == 302
    assert owner.get("/account/").status_code == 200


# --- fresh sign-in --------------------------------------------------------------------------------------------


@pytest.fixture
def approval(world, settings):
    """A disbursement that waits for its approver, who has a password."""
    settings.FRESH_SIGN_IN_REQUIRED = True
    scene = Scene(world)
    asked = scene.reviewed(MILLION)
    person = User.objects.get(pk=scene.approver.user_id)
    person.set_password(SECRET)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person, asked


def state_of(disbursement):
    with system("check"):
        return Disbursement.objects.get(pk=disbursement.pk).state


def test_money_moves_after_a_fresh_sign_in(approval):
    person, asked = approval
    assert sign_in(person).post(f"/disbursements/{asked.pk}/approve/").status_code == 302
    assert state_of(asked) == "approved"


def test_an_old_sign_in_is_asked_again_and_what_was_sent_goes_on(approval, monkeypatch):
    person, asked = approval
    client = sign_in(person)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] = time.time() - 301
    session.save()
    url = f"/disbursements/{asked.pk}/approve/"
    answer = client.post(url)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/reauthenticate/")
    assert state_of(asked) == "reviewed"
    api = client.post(f"/api/v1{url}", "{}", "application/json", headers={"Idempotency-Key": "k1"})
    assert (api.status_code, api.json()["code"]) == (403, "reauthentication_required")
    wrong = client.post("/accounts/reauthenticate/", {"password": "falsch", "next": url})
    assert wrong.status_code in (200, 422)
    assert state_of(asked) == "reviewed"
    done = client.post("/accounts/reauthenticate/", {"password": SECRET, "next": url})
    assert done.status_code == 302
    assert state_of(asked) == "approved"


def test_a_session_that_was_never_authenticated_is_not_fresh(approval, client_of, world):
    person, asked = approval
    client = Client()
    client.force_login(person)
    assert client.post(f"/disbursements/{asked.pk}/approve/").status_code == 302
    assert state_of(asked) == "reviewed"


def test_the_clock_of_a_session_is_the_portal_s(browser, monkeypatch):
    monkeypatch.setattr("portal.accounts.trust.now", lambda: now() + timedelta(minutes=31))
    assert browser.get("/account/").status_code == 302
