"""Sign-in through an OpenID Connect provider: what is accepted, and everything that is not."""

import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from joserfc.jwk import RSAKey

from portal.accounts.models import User
from portal.organizations.models import Membership
from portal.security.actor import system
from portal.signon.models import Identity
from tests.portal.provider import (
    CLIENT,
    asked_of,
    having,
    is_in,
    leave,
    sign_in,
    soon,
    without,
)


def identities() -> int:
    with system("test"):
        return Identity.objects.count()


# --- what is accepted -----------------------------------------------------------------------------------------


def test_a_known_person_comes_in_and_is_linked(provider, known):
    client, answer = sign_in(provider)
    assert answer.status_code == 302 and client.session["_auth_user_id"] == str(known.pk)
    with system("test"):
        assert Identity.objects.get().user_id == known.pk
    provider.person |= {"email": "renamed@other.example", "email_verified": False}
    client, _ = sign_in(provider)  # from now on by (issuer, sub), whatever the address
    assert client.session["_auth_user_id"] == str(known.pk)
    assert "code_verifier" in provider.redeemed[0] and identities() == 1


def test_what_is_asked_of_the_provider(provider):
    asked = leave(Client())
    assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 43 and len(asked["nonce"]) >= 43 and len(asked["code_challenge"]) == 43
    assert asked["redirect_uri"] == "http://testserver/accounts/oidc/callback/"
    other = leave(Client())
    assert all(asked[name] != other[name] for name in ("state", "nonce", "code_challenge"))


def test_a_new_person_gets_an_account_without_password_or_rights(provider):
    client, _ = sign_in(provider)
    user = User.objects.get(email="kim@corp.example")
    assert is_in(client) and not user.has_usable_password()
    with system("test"):
        assert not Membership.objects.filter(user=user).exists()


def test_rotated_keys_are_found(provider, known):
    sign_in(provider)
    provider.key = RSAKey.generate_key(2048, {"kid": "k2"})
    provider.listed = [provider.key]
    client, _ = sign_in(provider)
    assert is_in(client)
    assert provider.fetched.count("/keys") == 2 and provider.fetched.count("/.well-known/openid-configuration") == 1


def test_the_button_is_there_only_with_a_provider(provider, settings):
    assert "/accounts/oidc/start/" in Client().get("/accounts/login/").content.decode()
    settings.OIDC_ISSUER = ""
    assert "/accounts/oidc/start/" not in Client().get("/accounts/login/").content.decode()
    assert Client().get("/accounts/oidc/start/").status_code == 404
    assert Client().get("/accounts/oidc/callback/?code=c&state=s").status_code == 404


def test_the_portals_own_second_factor_still_holds(provider, known):
    TOTP.activate(known, generate_totp_secret())
    client, answer = sign_in(provider)
    assert "/2fa/authenticate/" in answer["Location"] and not is_in(client)


# --- what is not ----------------------------------------------------------------------------------------------


BAD_CLAIMS = {
    "another audience": having(aud="other"),
    "a list without us": having(aud=["other", "third"]),
    "several audiences, no azp": having(aud=[CLIENT, "other"]),
    "another authorized party": having(azp="other"),
    "no audience": without("aud"),
    "another issuer": having(iss="https://evil.example"),
    "no issuer": without("iss"),
    "expired": having(exp=soon(-61), iat=soon(-300)),
    "no end": without("exp"),
    "issued in the future": having(iat=soon(120)),
    "issued long ago": having(iat=soon(-3600)),
    "no time of issue": without("iat"),
    "not valid yet": having(nbf=soon(120)),
    "no nonce": without("nonce"),
    "another nonce": having(nonce="n" * 43),
    "no subject": without("sub"),
    "an empty subject": having(sub=""),
    "an end in words": having(exp="never"),
}


@pytest.mark.parametrize("change", BAD_CLAIMS.values(), ids=BAD_CLAIMS)
def test_claims_that_are_refused(provider, known, change):
    provider.change = change
    client, answer = sign_in(provider)
    assert (answer.status_code, is_in(client), identities()) == (400, False, 0)
    assert "로그인하지 않았습니다" in answer.content.decode()


def test_a_wrong_signature(provider, known):
    stranger = RSAKey.generate_key(2048, {"kid": "k1"})
    provider.key, provider.listed = stranger, provider.listed
    client, answer = sign_in(provider)
    assert (answer.status_code, is_in(client)) == (400, False)


def test_a_changed_payload(provider, known):
    good = provider.signed

    def forged(header, claims):
        first, _, last = good(header, claims).split(".")
        other = good(header, claims | {"sub": "s-2"}).split(".")[1]
        return f"{first}.{other}.{last}"

    provider.sign = forged
    client, answer = sign_in(provider)
    assert (answer.status_code, is_in(client)) == (400, False)


@pytest.mark.parametrize("how", ["unsigned", "signed_with_public_key"], ids=["alg none", "HS256 with the public key"])
def test_algorithms_that_are_refused(provider, known, how):
    provider.sign = getattr(provider, how)
    client, answer = sign_in(provider)
    assert (answer.status_code, is_in(client)) == (400, False)


@pytest.mark.parametrize("header", [{"kid": "unknown"}, {"crit": ["b64"], "b64": True}], ids=["unknown key", "crit"])
def test_headers_that_are_refused(provider, known, header):
    provider.header = header
    client, answer = sign_in(provider)
    assert (answer.status_code, is_in(client)) == (400, False)


def test_unknown_keys_do_not_hammer_the_provider(provider, known):
    provider.header = {"kid": "unknown"}
    for _ in range(5):
        sign_in(provider)
    assert provider.fetched.count("/keys") <= 2


def test_another_state(provider, known):
    client = Client()
    asked = leave(client)
    for state in ("", "s" * 43):
        answer = client.get(provider.authorize(asked | {"state": state}))
        assert (answer.status_code, is_in(client)) == (400, False)
    assert not provider.redeemed, "no code is redeemed for an answer that nobody asked for"


def test_an_answer_of_another_browser(provider, known):
    """Log-in forgery: the attacker's own answer, opened in the victim's browser."""
    attacker, victim = Client(), Client()
    url = provider.authorize(leave(attacker))
    leave(victim)
    assert victim.get(url).status_code == 400 and not is_in(victim)


def test_the_same_answer_twice(provider, known):
    client = Client()
    url = provider.authorize(leave(client))
    assert client.get(url).status_code == 302
    client.post("/accounts/logout/")
    assert client.get(url).status_code == 400 and not is_in(client)


def test_a_replayed_code(provider, known):
    """A code that was redeemed already, brought back with a fresh state."""
    client = Client()
    first = provider.authorize(leave(client))
    client.get(first)
    other = Client()
    state = leave(other)["state"]
    answer = other.get(f"/accounts/oidc/callback/?code={asked_of(first)['code']}&state={state}")
    assert (answer.status_code, is_in(other)) == (400, False)


def test_a_stolen_code_does_not_fit_another_verifier(provider, known):
    victim, thief = Client(), Client()
    code = asked_of(provider.authorize(leave(victim)))["code"]
    state = leave(thief)["state"]
    assert thief.get(f"/accounts/oidc/callback/?code={code}&state={state}").status_code == 400
    assert not is_in(thief)


def test_a_replayed_nonce(provider, known):
    """A token of an earlier sign-in, put under a later one."""
    earlier = []
    good = provider.signed

    def kept(header, claims):
        earlier.append(good(header, claims))
        return earlier[0]

    provider.sign = kept
    client, _ = sign_in(provider)
    assert is_in(client)
    client, answer = sign_in(provider)
    assert (answer.status_code, is_in(client)) == (400, False)


@pytest.mark.parametrize(
    "described",
    [
        {"code_challenge_methods_supported": ["plain"]},
        {"issuer": "https://evil.example"},
        {"token_endpoint": "file:///etc/passwd"},
        {"jwks_uri": ""},
    ],
    ids=["PKCE downgrade", "another issuer", "a file as endpoint", "no keys"],
)
def test_descriptions_that_are_refused(provider, described):
    provider.described = described
    assert Client().get("/accounts/oidc/start/").status_code == 400


def test_production_speaks_tls_only(provider, settings):
    settings.PRODUCTION = True
    answer = Client().get("/accounts/oidc/start/")
    assert answer.status_code == 400


def test_a_provider_that_is_away(provider, settings):
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    answer = Client().get("/accounts/oidc/start/")
    assert answer.status_code == 503 and "비밀번호로 로그인" in answer.content.decode()


@pytest.mark.parametrize(
    "person",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": "kim@other.example"},
        {"email": "kim@corp.example.evil.example"},
        {"email": "kim@evil.example@corp.example"},
        {"email": None},
    ],
    ids=["unverified", "verified in words", "foreign domain", "longer domain", "two addresses", "none"],
)
def test_addresses_that_are_refused(provider, known, person):
    provider.person |= person
    client, answer = sign_in(provider)
    assert (answer.status_code, is_in(client), identities()) == (403, False, 0)


def test_an_account_that_somebody_else_prepared(provider):
    """Signed up with the victim's address, never verified: the provider's person doesn't walk into it."""
    User.objects.create_user("kim@corp.example", "attacker-knows-this", name="가짜")
    client, answer = sign_in(provider)
    assert (answer.status_code, is_in(client), identities()) == (403, False, 0)


def test_an_address_that_has_passed_to_another_person(provider, known):
    sign_in(provider)
    provider.person["sub"] = "s-2"
    client, answer = sign_in(provider)
    assert (answer.status_code, is_in(client), identities()) == (403, False, 1)


def test_a_disabled_user(provider, known):
    sign_in(provider)
    User.objects.filter(pk=known.pk).update(is_active=False)
    client, answer = sign_in(provider)
    assert (answer.status_code, is_in(client)) == (403, False)


def test_too_late(provider, known):
    client = Client()
    url = provider.authorize(leave(client))
    session = client.session
    session["oidc"] = session["oidc"] | {"at": time.time() - 601}
    session.save()
    assert client.get(url).status_code == 400 and not is_in(client)


def test_it_leads_to_no_other_site(provider, known):
    client = Client()
    answer = client.get(provider.authorize(leave(client, "/accounts/oidc/start/?next=https://evil.example/")))
    assert answer["Location"] == "/"
