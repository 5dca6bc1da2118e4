"""Everything by keyboard: the skip link, the menus, the drawer and the dialogs, and a form from start to end."""

from typing import Any

import pytest
from playwright.sync_api import Page

from agreements.legal.models import LegalCase
from tests.browser.steps import one

pytestmark = pytest.mark.browser
FOCUS = """() => { const e = document.activeElement; const s = getComputedStyle(e), b = e.getBoundingClientRect();
  return {tag: e.tagName, text: e.innerText || '', name: e.name || '', ring: parseFloat(s.outlineWidth) || 0,
    line: s.outlineStyle, seen: b.bottom > 0 && b.top < innerHeight && b.right > 0 && b.left < innerWidth,
    inDialog: !!e.closest('dialog[open]')}; }"""
QUESTION = "공동개발계약서의 지식재산 조항을 검토해 주십시오."


def focus(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(FOCUS)
    return found


def tab_to(page: Page, name: str, most: int = 80) -> None:
    """Press Tab until the field is reached; everything on the way shows that it has the focus, and is in sight."""
    for _step in range(most):
        page.keyboard.press("Tab")
        here = focus(page)
        assert here["tag"] == "BODY" or (here["seen"] and here["ring"] >= 2 and here["line"] != "none"), here
        if here["name"] == name:
            return
    raise AssertionError(f"{name} can't be reached by keyboard")


def test_a_form_is_filled_in_and_sent_by_keyboard_on_a_phone(cast, sign_in):
    page = sign_in("ceo@tesollo.example", width=390, height=844)
    page.goto("/legal-cases/new/")
    page.keyboard.press("Tab")
    skip = focus(page)
    assert (skip["text"], skip["seen"]) == ("본문 바로가기", True)
    page.keyboard.press("Enter")
    assert focus(page)["tag"] == "MAIN"
    tab_to(page, "subject", most=8)
    page.keyboard.press("ArrowDown")
    tab_to(page, "counterparty")
    page.keyboard.type("한울로보틱스")
    tab_to(page, "question")
    page.keyboard.type(QUESTION)
    tab_to(page, "urgent")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    assert focus(page)["text"] == "법률자문 신청"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.split("/")[3:5] != ["legal-cases", "new"], page.locator("main").inner_text()
    case = one(LegalCase)
    assert (case.counterparty, case.question, case.urgent) == ("한울로보틱스", QUESTION, True)


def test_an_error_takes_the_focus_to_its_field(cast, sign_in):
    page = sign_in("ceo@tesollo.example", width=390, height=844)
    page.goto("/legal-cases/new/")
    page.locator("main form.p-form [type=submit]").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    link = page.locator(".p-error-summary a").first
    link.focus()
    page.keyboard.press("Enter")
    assert focus(page)["name"] == "counterparty"


def test_the_drawer_keeps_the_focus_and_gives_it_back(cast, sign_in):
    page = sign_in("officer@mss.example", width=390, height=844)
    page.goto("/programs/")
    page.locator("[data-dialog-open=phone-menu]").focus()
    page.keyboard.press("Enter")
    for _step in range(60):
        page.keyboard.press("Tab")
        here = focus(page)
        assert here["inDialog"] or here["tag"] == "BODY", here
    page.keyboard.press("Escape")
    assert not page.locator("#phone-menu").evaluate("d => d.open")
    assert page.evaluate("() => document.activeElement.dataset.dialogOpen") == "phone-menu"


def test_a_heading_of_the_menu_opens_and_closes_by_keyboard(cast, sign_in):
    page = sign_in("officer@mss.example")
    headings = page.locator(".p-nav summary")
    assert 3 <= page.locator(".p-nav > ul > li").count() <= 7
    headings.first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focus(page)["text"] == "사업"
    page.keyboard.press("Escape")
    assert page.locator(".p-nav details[open]").count() == 0
    assert focus(page)["tag"] == "SUMMARY"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/programs/")
    assert page.locator(".p-nav summary.current").count() == 1


def test_a_dialog_keeps_the_focus_and_gives_it_back(cast, sign_in):
    page = sign_in("officer@mss.example")
    page.goto("/styleguide/")
    opener = page.locator("[data-dialog-open=guide-dialog]")
    opener.focus()
    page.keyboard.press("Enter")
    for _step in range(6):
        page.keyboard.press("Tab")
        assert focus(page)["inDialog"] or focus(page)["tag"] == "BODY"
    page.keyboard.press("Escape")
    assert not page.locator("#guide-dialog").evaluate("d => d.open")
    assert opener.evaluate("b => b === document.activeElement")
