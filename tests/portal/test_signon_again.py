"""Saying again who one is, at the provider: an old session there confirms nothing."""

import pytest
from allauth.account.models import EmailAddress
from django.test import RequestFactory

from agreements.funding.models import Disbursement
from portal.accounts.models import User
from portal.accounts.trust import is_fresh
from portal.security.actor import system
from tests.agreements.scene import MILLION, Scene
from tests.portal.provider import having, is_in, leave, sign_in, soon, without


@pytest.fixture
def spender(provider, settings, known):
    """Signed in through the provider an hour ago, without a password."""
    settings.FRESH_SIGN_IN_REQUIRED = True
    known.set_unusable_password()
    known.save()
    provider.change = having(auth_time=soon(-3600))
    client, _ = sign_in(provider)
    assert is_in(client)
    return client


def fresh(client) -> bool:
    request = RequestFactory().get("/")
    request.session, request.user = client.session, User.objects.get(email="kim@corp.example")
    return is_fresh(request)


def test_an_old_session_at_the_provider_is_not_fresh(provider, spender):
    assert not fresh(spender)


def test_saying_again_who_one_is(provider, spender):
    client = spender
    asked = leave(client, "/accounts/oidc/again/?next=/account/")
    assert asked["prompt"] == "login" and asked["max_age"] == "0"
    assert client.get(provider.authorize(asked)).status_code == 400, "the provider didn't ask: auth_time is old"
    assert not fresh(client)
    provider.change = without("auth_time")
    assert client.get(provider.authorize(leave(client, "/accounts/oidc/again/"))).status_code == 400
    assert not fresh(client)
    provider.change = lambda claims: claims
    answer = client.get(provider.authorize(leave(client, "/accounts/oidc/again/?next=/account/")))
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert fresh(client)


def test_somebody_else_confirms_nothing(provider, spender):
    provider.change = lambda claims: claims | {"sub": "s-9", "email": "lee@corp.example"}
    answer = spender.get(provider.authorize(leave(spender, "/accounts/oidc/again/")))
    assert answer.status_code == 400 and not fresh(spender)


def test_money_sends_to_the_provider_and_goes_on(world, provider, settings):
    """An approval that needs a fresh sign-in is kept, and done once the provider has asked again."""
    scene = Scene(world)
    asked = scene.reviewed(MILLION)
    person = User.objects.get(pk=scene.approver.user_id)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    settings.FRESH_SIGN_IN_REQUIRED, settings.OIDC_DOMAINS = True, [person.email.rpartition("@")[2]]
    provider.person["email"] = person.email
    provider.change = having(auth_time=soon(-3600))
    client, _ = sign_in(provider)
    url = f"/disbursements/{asked.pk}/approve/"
    answer = client.post(url)
    assert answer["Location"].split("?")[0] == "/accounts/oidc/again/"
    provider.change = lambda claims: claims
    assert client.get(provider.authorize(leave(client, answer["Location"]))).status_code == 302
    with system("check"):
        assert Disbursement.objects.get(pk=asked.pk).state == "approved"
