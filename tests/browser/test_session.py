"""A session that is about to end asks first; one that has ended loses nothing that was typed."""

import pytest

from portal.accounts.models import User
from portal.site.sample.people import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def short(settings):
    """Sessions of fourteen seconds, with nine of warning."""
    settings.SESSION_IDLE_SECONDS, settings.SESSION_WARNING_SECONDS = 14, 9


def test_the_warning_can_be_answered_and_what_was_typed_survives_the_end(cast, sign_in, short, monkeypatch):
    monkeypatch.setattr("portal.accounts.trust.STEP", 0)
    page = sign_in("ceo@tesollo.example", width=390)
    page.goto("/account/edit/")
    page.fill("input[name=name]", "새 이름")
    stay = page.locator("[data-session-stay]")
    stay.wait_for(state="visible")
    assert page.locator("#session [data-session-left]").inner_text().startswith("0:0")
    stay.click()
    stay.wait_for(state="hidden")

    link = page.locator("#session a[target=_blank]")
    link.wait_for(state="visible", timeout=40_000)  # nobody answers the second time
    with page.context.expect_page() as opened:
        link.click()
    other = opened.value
    other.fill("input[name=login]", "ceo@tesollo.example")
    other.fill("input[name=password]", PASSWORD)
    other.click("main button[type=submit]")
    other.wait_for_url(lambda url: "/accounts/login/" not in url)
    page.bring_to_front()
    page.locator("[data-session-part=ended] [data-session-check]").click()
    page.locator("#session").wait_for(state="hidden")
    assert page.input_value("input[name=name]") == "새 이름"
    page.click("main form button[type=submit]")
    page.wait_for_url("**/account/")
    assert User.objects.get(email="ceo@tesollo.example").name == "새 이름"


def test_a_form_that_came_too_late_is_sent_again(cast, sign_in, settings):
    page = sign_in("ceo@tesollo.example")
    page.goto("/account/edit/")
    page.fill("input[name=name]", "늦은 이름")
    settings.SESSION_IDLE_SECONDS = -1
    page.click("main form button[type=submit]")
    page.locator("form[data-send-again]").wait_for()
    settings.SESSION_IDLE_SECONDS = 1800
    page.click("form[data-send-again] button")
    page.locator("[data-sign-in-first]").wait_for(state="visible")
    with page.context.expect_page() as opened:
        page.click("main a[target=_blank]")
    other = opened.value
    other.fill("input[name=login]", "ceo@tesollo.example")
    other.fill("input[name=password]", PASSWORD)
    other.click("main button[type=submit]")
    other.wait_for_url(lambda url: "/accounts/login/" not in url)
    page.bring_to_front()
    page.click("form[data-send-again] button")
    page.wait_for_url("**/account/")
    assert User.objects.get(email="ceo@tesollo.example").name == "늦은 이름"
