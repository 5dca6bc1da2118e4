"""Every role's home, lists, detail and form pages: no accessibility violation, nothing in the console, nothing wider
than a phone.
"""

import os
import re
import time
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from portal.kernel.clock import now
from portal.security.actor import Actor, acting, system
from portal.site.sample import story
from portal.site.sample.people import Cast
from tests import proofs
from tests.browser.steps import Window, Windows

pytestmark = pytest.mark.browser
ROLES = {
    "officer": "officer@mss.example",
    "approver": "approver@mss.example",
    "finance": "finance@mss.example",
    "auditor": "auditor@mss.example",
    "operator": "operator@mss.example",
    "manager": "manager@hyundai.example",
    "evaluator1": "evaluator1@hyundai.example",
    "signatory": "signatory@hyundai.example",
    "ceo": "ceo@tesollo.example",
    "member": "member@tesollo.example",
    "head": "head@gyeonggi.example",
    "coordinator": "coordinator@gyeonggi.example",
    "case": "case@foundation.example",
    "advisor1": "advisor1@foundation.example",
    "public": "",
}
IN_SMALL = ("officer", "ceo", "public")  # every page of every role: `make prove`
OUTSIDE = ("/programs/", "/demands/", "/results/", "/verify/", "/accounts/login/", "/accounts/signup/", "/privacy/",
           "/accessibility/", "/accounts/password/reset/")  # fmt: skip
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

SHAPE = """() => [...new Set([...document.querySelectorAll('body *')].map(
  e => e.tagName + '.' + e.getAttribute('class') + e.getAttribute('role')))].sort().join()"""
TOO_WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
# Without `preload` axe doesn't fetch the style sheets, which the policy would refuse and the console report.
OPTIONS = {"preload": False, "resultTypes": ["violations"]}


class Looker:
    """Visits pages and keeps what is wrong with them. A page of the same address made of the same elements as one
    that a colleague of the same house has looked at is opened, but not examined again.
    """

    def __init__(self, windows: Windows, shots: str) -> None:
        self.windows, self.shots = windows, shots
        self.known: set[tuple[str, str, str]] = set()
        self.found: list[str] = []
        self.opened = self.examined = 0

    def look(self, role: str, window: Window, path: str) -> None:
        before = len(self.windows.complaints)
        try:
            page = window.goto(path).page
        except AssertionError as fault:
            self.found.append(f"{role}: {fault}")
            return
        self.opened += 1
        place, house = ID.sub("ID", path.partition("?")[0]), ROLES[role].partition("@")[2]
        shape = (house, place, page.evaluate(SHAPE))
        if shape not in self.known:
            self.known.add(shape)
            self.examine(role, window, path)
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        if page.evaluate(TOO_WIDE):
            self.found.append(f"{role} {path}: wider than a phone")
        page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
        self.found += [f"{role} {path}: console: {said}" for said in self.windows.complaints[before:]]

    def examine(self, role: str, window: Window, path: str) -> None:
        self.examined += 1
        for violation in Axe().run(window.page, options=OPTIONS).response["violations"]:
            nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
            self.found.append(f"{role} {path}: {violation['id']} ({violation['impact']}): {nodes}")
        if self.shots:
            name = re.sub(r"\W+", "-", ID.sub("ID", path)).strip("-") or "home"
            window.page.screenshot(path=f"{self.shots}/{role}-{name}.png", full_page=True)


def _links(window: Window, selector: str) -> list[str]:
    found: list[str] = window.page.locator(selector).evaluate_all("l => l.map(a => a.getAttribute('href'))")
    return [path for path in dict.fromkeys(found) if path and path.startswith("/")]


def _tour(role: str, window: Window, looker: Looker) -> None:
    """Home with its menus open, every page of the menu, of each list its first object and its form, and every form of
    the object; then the phone's home and its menu.
    """
    looker.look(role, window, "/")
    window.page.evaluate("() => document.querySelectorAll('details.p-menu').forEach(d => d.open = true)")
    looker.examine(role, window, "/?menus")
    lists = _links(window, "nav.p-nav a")
    if not ROLES[role]:
        lists = list(dict.fromkeys([*lists, *OUTSIDE]))
    else:
        lists += ["/account/", "/account/tokens/", "/notifications/"]
    for path in lists:
        looker.look(role, window, path)
        details = _links(window, "main table a:not(.p-sort)")[:1]
        forms = _links(window, "main a[data-action=new]")
        for detail in details:
            looker.look(role, window, detail)
            forms += _links(window, "main .p-page-head a[data-action]:not([download])")
        for form in forms:
            if not form.endswith(DOWNLOADS):
                looker.look(role, window, form)
    window.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    window.goto("/")
    looker.examine(role, window, "/?phone")
    window.page.locator("[data-dialog-open=phone-menu]").click()
    looker.examine(role, window, "/?drawer")


DOWNLOADS = ("/download/", "/letter/", "/receipt/", "/template/", "/file/")


def test_no_page_violates_a_rule(transactional_db: None, browser: Browser, live_server: Any) -> None:
    _tours(browser, live_server, IN_SMALL)


PLANTED = """<!DOCTYPE html><html lang="ko"><head><title>x</title></head><body><main><h1>x</h1><img src="data:,">
<a href="/y"></a><div style="width: 3000px">x</div><script>console.error("planted")</script></main></body></html>"""


def test_what_is_wrong_is_found(browser: Browser, live_server: Any) -> None:
    """The control: faults planted into a page are found."""
    windows = Windows(browser, live_server.url, {})
    window, looker = windows(""), Looker(windows, "")
    window.page.route("**/privacy/", lambda route: route.fulfill(body=PLANTED, content_type="text/html"))
    looker.look("public", window, "/privacy/")
    windows.close()
    found = "\n".join(looker.found)
    assert all(fault in found for fault in ("image-alt", "link-name", "wider than a phone", "planted")), found


@pytest.mark.prove
def test_no_page_of_any_role_violates_a_rule(transactional_db: None, browser: Browser, live_server: Any) -> None:
    started = time.monotonic()
    looker = _tours(browser, live_server, tuple(ROLES))
    proofs.record(
        "Accessibility and console",
        roles=len(ROLES),
        **{"pages opened": looker.opened, "page shapes examined": looker.examined, "findings": len(looker.found)},
        seconds=round(time.monotonic() - started, 1),
    )


def _tours(browser: Browser, live_server: Any, roles: tuple[str, ...]) -> Looker:
    shots = os.environ.get("SHOTS", "")
    if shots:
        Path(shots).mkdir(parents=True, exist_ok=True)
    for _chapter in story.tell():
        pass
    cast = Cast()
    with acting(Actor.public(now())), system("sample people"):
        cast.assemble()
    windows = Windows(browser, live_server.url, cast.memberships)
    looker = Looker(windows, shots)
    for role in roles:
        _tour(role, windows(ROLES[role]), looker)
    windows.close()
    assert not looker.found, "\n".join(dict.fromkeys(looker.found))
    return looker
