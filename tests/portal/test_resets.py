"""A lost second factor: recovery codes, and the reset by two people."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.api import operations as tokens
from portal.kernel.clock import now
from portal.kernel.errors import NotAllowed, Refusal, SamePerson, WrongState
from portal.kernel.roles import Kind, Role
from portal.notifications.models import MailContent
from portal.organizations.models import Membership
from portal.resets import operations
from portal.resets.models import SecondFactorReset
from portal.resets.workflow import LASTS, State
from portal.security.actor import acting, system

SECRET = "Korea-2025-deep"


@pytest.fixture
def firm(world):
    return world.organization(Kind.STARTUP, "테솔로")


@pytest.fixture
def head(world, firm):
    return world(firm, Role.REPRESENTATIVE)


@pytest.fixture
def second(world, firm, head):
    return world(firm, Role.MEMBER, Role.ADMINISTRATOR)


@pytest.fixture
def operator(world):
    house = world.organization(Kind.MINISTRY)
    world.member(house)
    return world(house, Role.OPERATOR)


@pytest.fixture
def loser(world, firm, head):
    """Somebody with a password, a second factor, recovery codes, an open session and a token."""
    actor = world(firm, Role.MEMBER)
    user = User.objects.get(pk=actor.user_id)
    user.set_password(SECRET)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    return actor


def membership_of(actor) -> Membership:
    with system("test"):
        return Membership.objects.select_related("user").get(pk=actor.membership_id)


def asked(by, loser, reason="휴대전화 분실, 대면 확인"):
    with acting(by):
        return operations.ask(membership=membership_of(loser), actor=by, reason=reason)


def confirm(reset, actor):
    with acting(actor):
        return operations.confirm(reset=reset, actor=actor)


def factors(actor):
    return Authenticator.objects.filter(user_id=actor.user_id).count()


def signed_in(user) -> Client:
    """By password and a recovery code."""
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": SECRET})
    code = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()[0]
    assert client.get("/account/").status_code == 302, "the password alone opens nothing"
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    return client


def test_a_recovery_code_opens_once(loser):
    user = User.objects.get(pk=loser.user_id)
    code = Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()[0]
    assert signed_in(user).get("/account/").status_code == 200
    again = Client()
    again.post("/accounts/login/", {"login": user.email, "password": SECRET})
    again.post("/accounts/2fa/authenticate/", {"code": code})
    assert again.get("/account/").status_code == 302, "a used code is no code"


def test_two_people_reset_it(world, loser, head, second):
    user = User.objects.get(pk=loser.user_id)
    browser = signed_in(user)
    with acting(loser.at(now())):
        _, secret = tokens.issue(actor=loser.at(now()), name="t", scopes=("read",), days=1)
    api = Client(headers={"Authorization": f"Bearer {secret}"})
    assert browser.get("/account/").status_code == 200
    assert api.get("/api/v1/applications/").status_code == 200
    reset = asked(head, loser)
    assert factors(loser) == 2, "one person alone changes nothing"
    confirm(reset, second)
    assert factors(loser) == 0
    assert browser.get("/account/").status_code == 302
    assert api.get("/api/v1/applications/").status_code == 401
    with system("test"):
        assert "휴대전화 분실" in MailContent.objects.get(mail__to=user.email).body


def test_not_by_one_alone_and_not_for_oneself(loser, head, second, operator):
    reset = asked(head, loser)
    with pytest.raises(SamePerson):
        confirm(reset, head)
    with pytest.raises(SamePerson):
        asked(second, second)
    own = asked(operator, second)
    with pytest.raises(Refusal, match="스스로"):
        confirm(own, second)
    for column in ("user_id", "asked_by_id"):  # the database holds it too
        with acting(operator), pytest.raises(IntegrityError), transaction.atomic():
            SecondFactorReset.objects.visible_to(operator).filter(pk=reset.pk).update(
                state=State.CONFIRMED, confirmed_at=operator.now, confirmed_by_id=getattr(reset, column)
            )
    assert factors(loser) == 2


def test_who_may_ask_and_confirm(world, loser, head, operator, firm):
    plain = world(firm, Role.MEMBER)
    rival = world(world.organization(Kind.STARTUP, "경쟁사"), Role.REPRESENTATIVE)
    for other in (plain, rival, loser):
        with pytest.raises(NotAllowed):
            asked(other, loser)
    reset = asked(head, loser)
    for other in (plain, rival):
        with pytest.raises(NotAllowed):
            confirm(reset, other)
        with acting(other), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM resets_secondfactorreset")
            assert cursor.fetchone() == (0,)
    assert factors(loser) == 2
    confirm(reset, operator)
    assert factors(loser) == 0


def test_an_account_of_two_houses_needs_the_operator(world, loser, head, second, operator):
    other = world.organization(Kind.CORPORATION, "대기업")
    world.member(other)
    world.member(other, Role.EVALUATOR, email=membership_of(loser).user.email)
    reset = asked(head, loser)
    with pytest.raises(Refusal, match="다른 기관"):
        confirm(reset, second)
    assert factors(loser) == 2
    confirm(reset, operator)
    assert factors(loser) == 0


def test_once_and_for_three_days(loser, head, second):
    reset = asked(head, loser)
    with pytest.raises(WrongState):
        asked(second, loser)
    late = second.at(second.now + LASTS)
    with pytest.raises(Refusal, match="3일"):
        confirm(reset, late)
    again = asked(late, loser)
    assert again.pk != reset.pk
    confirm(again, head.at(late.now + timedelta(hours=1)))
    assert factors(loser) == 0


def test_declined(loser, head, second):
    reset = asked(head, loser)
    with acting(second):
        operations.decline(reset=reset, actor=second, reason="본인이 아님")
    with pytest.raises(WrongState):
        confirm(reset, second)
    assert factors(loser) == 2


def test_pages(loser, head, second, client_of):
    url = reverse("memberships:reset_second_factor", args=[loser.membership_id])
    assert url in client_of(head).get(reverse("memberships:detail", args=[loser.membership_id])).content.decode()
    assert client_of(head).post(url, {"reason": "분실"}).status_code == 302
    with system("test"):
        reset = SecondFactorReset.objects.get()
    assert "2단계 인증 초기화 확인" in client_of(second).get("/").content.decode()
    answer = client_of(second).post(reverse("second-factor-resets:confirm", args=[reset.pk]))
    assert answer.status_code == 302 and factors(loser) == 0


def test_it_is_confirmed_after_a_fresh_sign_in(loser, head, second, settings, client_of):
    """Page and API; a token of the API can't confirm at all."""
    settings.FRESH_SIGN_IN_REQUIRED = True
    reset, again = asked(head, loser), second.at(now())
    person = User.objects.get(pk=second.user_id)
    person.set_password(SECRET)
    person.save()
    client = client_of(second)  # signed in, but never asked for a password
    address = f"/second-factor-resets/{reset.pk}/confirm/"
    answer = client.post(address)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/reauthenticate/")
    api = client.post(f"/api/v1{address}", "{}", "application/json")
    assert (api.status_code, api.json()["code"]) == (403, "reauthentication_required")
    with acting(again):
        _, secret = tokens.issue(actor=again, name="t", scopes=("read", "write"), days=1)
    bearer = Client(headers={"Authorization": f"Bearer {secret}"})
    by_token = bearer.post(f"/api/v1{address}", "{}", "application/json")
    assert (by_token.status_code, by_token.json()["code"]) == (403, "reauthentication_required")
    with system("check"):
        assert SecondFactorReset.objects.get(pk=reset.pk).state == State.ASKED
