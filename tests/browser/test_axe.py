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
from tests.browser.tour import DESKTOP, ID, IN_SMALL, PHONE, ROLES, tour

pytestmark = pytest.mark.browser

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
        tour(role, windows(ROLES[role]), looker)
    windows.close()
    assert not looker.found, "\n".join(dict.fromkeys(looker.found))
    return looker
