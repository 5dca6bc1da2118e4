"""Accounts: signing up and in, the account page, language, and what keeps the account safe."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.test import Client

from portal.accounts.models import User
from portal.kernel.errors import NotAllowed
from portal.kernel.roles import Kind, Role
from portal.notifications.models import Mail, MailContent
from portal.outbox.models import Message
from portal.outbox.tasks import work
from portal.security.actor import Actor, system

SECRET = "Korea-2025-deep"


@pytest.fixture
def user(world):
    made = User.objects.create_user("kim@nowhere.example", SECRET, name="김새롬")
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    return made


@pytest.fixture
def browser(user):
    client = Client()
    client.force_login(user)
    return client


def test_sign_up_without_an_invitation_leads_to_a_page_that_says_what_to_do(world):
    client = Client()
    form = {"name": "이소정", "email": "Lee@nowhere.example", "password1": SECRET, "password2": SECRET}
    assert client.post("/accounts/signup/", form | {"name": ""}).status_code in (200, 422)
    assert not User.objects.exists()
    assert client.post("/accounts/signup/", form).status_code == 302
    made = User.objects.get()
    assert (made.email, made.name, made.language) == ("lee@nowhere.example", "이소정", "ko")
    with system("check"):
        words = MailContent.objects.get(mail__to="lee@nowhere.example")
    assert not words.keep, "the link confirms the address: it isn't kept"
    link = words.body.split("/accounts/confirm-email/")[1].split("/")[0]
    assert client.post(f"/accounts/confirm-email/{link}/").status_code == 302
    assert EmailAddress.objects.get(user=made).verified
    signed_in = client.post("/accounts/login/", {"login": made.email, "password": SECRET})
    assert (signed_in.status_code, signed_in["Location"]) == (302, "/account/")
    page = client.get("/account/").content.decode()
    assert "아직 소속된 기관이 없습니다" in page
    assert "사업자등록번호로 참여를 요청" in page


def test_members_land_on_their_to_dos(world, user):
    house = world.organization(Kind.CENTER, "경기센터")
    world.member(house, Role.HEAD, email=user.email)
    signed_in = Client().post("/accounts/login/", {"login": user.email, "password": SECRET})
    assert (signed_in.status_code, signed_in["Location"]) == (302, "/")


def test_an_unverified_address_does_not_sign_in(world):
    made = User.objects.create_user("kim@nowhere.example", SECRET, name="김새롬")
    EmailAddress.objects.create(user=made, email=made.email, verified=False, primary=True)
    client = Client()
    client.post("/accounts/login/", {"login": made.email, "password": SECRET})
    assert client.get("/account/").status_code == 302


def test_a_disabled_user_does_not_sign_in(user):
    User.objects.filter(pk=user.pk).update(is_active=False)
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": SECRET})
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize(
    "password",
    [
        "short1",
        "1234567890123",
        "password1234",
        "kim@nowhere.example",
        "DeepTech-ValueUp2025",
        "밸류업!딥테크2025",
        "협업포털12345",
    ],
)
def test_weak_passwords_are_refused(world, password):
    form = {"name": "김", "email": "kim@nowhere.example", "password1": password, "password2": password}
    assert Client().post("/accounts/signup/", form).status_code != 302
    assert not User.objects.exists()


def test_a_word_of_the_programme_among_others_is_no_weak_password():
    for password in ("스타트업 고양이가 창밖에서 우산 셋을 센다", "startup horse battery staple"):
        validate_password(password)


def test_sign_ins_are_logged(user, caplog):
    """In, out and failed; nothing that was typed."""
    client = Client(REMOTE_ADDR="203.0.113.9")
    with caplog.at_level("INFO", logger="portal.signins"):
        client.post("/accounts/login/", {"login": user.email, "password": "wrong-Secret-1"})
        client.post("/accounts/login/", {"login": user.email, "password": SECRET})
        client.post("/accounts/logout/")
    said = [record.getMessage() for record in caplog.records if record.name == "portal.signins"]
    assert [line.partition(":")[0] for line in said] == ["failed", "signed in", "signed out"]
    assert all("203.0.113.9" in line for line in said) and str(user.pk) in said[1]
    assert not any(word in line for line in said for word in (user.email, SECRET, "wrong-Secret"))


def test_failed_sign_ins_are_limited(user, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/m/key"}
    cache.clear()
    client = Client()
    answers = [
        client.post("/accounts/login/", {"login": user.email, "password": f"wrong-{n}"}).content.decode()
        for n in range(5)
    ]
    right = client.post("/accounts/login/", {"login": user.email, "password": SECRET})
    cache.clear()
    assert answers[0] != answers[-1]
    assert right.status_code != 302, "the right password doesn't help before the time is over"
    assert client.get("/account/").status_code == 302


def test_the_account_page_and_what_hangs_on_it(world, client_of, frozen):
    actor = world(world.organization(Kind.CORPORATION, "현대자동차"), Role.MANAGER)
    client = client_of(actor)
    page = client.get("/account/").content.decode()
    for words in ("현대자동차", "협업 담당자", "/accounts/2fa/", "/accounts/password/change/", "/accounts/sessions/"):
        assert words in page, words
    assert client.get(f"/account/memberships/{actor.membership_id}/").status_code == 200
    other = world(world.organization(Kind.CORPORATION, "경쟁사"), Role.MANAGER)
    assert client.get(f"/account/memberships/{other.membership_id}/").status_code == 404
    assert Client().get("/account/").status_code == 302


@pytest.mark.parametrize(
    "url",
    [
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/sessions/",
        "/accounts/email/",
    ],
)
def test_pages_of_the_second_factor_open(user, url):
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": SECRET})
    response = client.get(url)
    if response.status_code == 302:  # changing the second factor asks for the password once more
        assert response["Location"].startswith("/accounts/reauthenticate/")
        response = client.post(response["Location"], {"password": SECRET}, follow=True)
    assert response.status_code == 200
    assert response.request["PATH_INFO"] == url
    assert "딥테크 밸류업" in response.content.decode()


def test_sign_in_page_offers_a_passkey(world):
    page = Client().get("/accounts/login/").content.decode()
    assert "패스키로 로그인" in page


def test_name_and_language_of_the_own_account(user, browser):
    assert browser.get("/account/edit/").status_code == 200
    assert browser.post("/account/edit/", {"name": "", "language": "ko"}).status_code == 422
    assert browser.post("/account/edit/", {"name": "김하나", "language": "xx"}).status_code == 422
    response = browser.post("/account/edit/", {"name": "김하나", "language": "en"})
    assert response.status_code == 302
    assert response.cookies["django_language"].value == "en"
    user.refresh_from_db()
    assert (user.name, user.language) == ("김하나", "en")


def test_the_language_switch_is_remembered_in_cookie_and_account(user, browser):
    response = browser.post("/i18n/setlang/", {"language": "en", "next": "/account/"})
    assert (response.status_code, response["Location"]) == (302, "/account/")
    assert response.cookies["django_language"].value == "en"
    user.refresh_from_db()
    assert user.language == "en"
    public = Client()
    response = public.post("/i18n/setlang/", {"language": "en", "next": "https://evil.example/"})
    assert response.cookies["django_language"].value == "en"
    assert "evil" not in response["Location"]
    # A new device takes over the account's language.
    response = Client().post("/accounts/login/", {"login": user.email, "password": SECRET})
    assert response.cookies["django_language"].value == "en"


def test_mails_about_the_account_go_through_the_outbox_in_the_reader_s_language(user, mailoutbox):
    User.objects.filter(pk=user.pk).update(language="en")
    assert Client().post("/accounts/password/reset/", {"email": user.email}).status_code == 302
    with system("check"):
        assert not Mail.objects.exists(), "nobody is looked up while somebody waits"
        waiting = Message.objects.get(job="resets.password")
    work(message_id=str(waiting.pk))
    assert not mailoutbox, "nothing is sent inside the request"
    with system("check"):
        mail = Mail.objects.get(to=user.email)
        assert (mail.language, mail.state) == ("en", Mail.State.WAITING)
        assert "/accounts/password/reset/key/" in MailContent.objects.get(mail=mail).body


def test_nobody_changes_an_account_without_being_signed_in(world):
    from portal.accounts import operations

    with pytest.raises(NotAllowed):
        operations.choose_language(actor=Actor.public(world.now), language="en")
