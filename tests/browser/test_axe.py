"""Every role's home, lists, a detail page and a form page: no accessibility violations, nothing in the console."""

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from portal.kernel.clock import now
from portal.security.actor import Actor, acting, system
from portal.site.sample import story
from portal.site.sample.people import Cast
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
PHONE = 390


SHAPE = """() => [...new Set([...document.querySelectorAll('body *')].map(
  e => e.tagName + '.' + e.getAttribute('class') + e.getAttribute('role')))].sort().join()"""


class Looker:
    """Visits pages and keeps what axe finds. A page of the same address made of the same elements as one that a
    colleague has looked at is opened, but not examined again.
    """

    def __init__(self, role: str, window: Window, shots: str, known: set[tuple[str, str]]) -> None:
        self.role, self.window, self.shots, self.known = role, window, shots, known
        self.found: list[str] = []

    def look(self, name: str, path: str) -> None:
        try:
            page = self.window.goto(path).page
        except AssertionError as fault:
            self.found.append(f"{self.role}: {fault}")
            return
        shape = (name, page.evaluate(SHAPE))
        if shape in self.known:
            return
        self.known.add(shape)
        for violation in Axe().run(page).response["violations"]:
            nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
            self.found.append(f"{self.role} {path}: {violation['id']} ({violation['impact']}): {nodes}")
            if self.shots:
                with (Path(self.shots) / "violations.txt").open("a") as lines:
                    lines.write(self.found[-1] + "\n")
        if self.shots:
            page.screenshot(path=f"{self.shots}/{self.role}-{name}.png", full_page=True)

    def links(self, selector: str) -> list[str]:
        found: list[str] = self.window.page.locator(selector).evaluate_all("l => l.map(a => a.getAttribute('href'))")
        return [path for path in dict.fromkeys(found) if path and path.startswith("/")]


def _tour(role: str, window: Window, shots: str, known: set[tuple[str, str]]) -> list[str]:
    looker = Looker(role, window, shots, known)
    looker.look("home", "/")
    lists = looker.links("nav.p-nav a") or ["/programs/", "/demands/", "/results/", "/verify/", "/accounts/login/"]
    detail = form = ""
    for path in lists:
        looker.look(f"list-{path.strip('/').replace('/', '-')}", path)
        detail = detail or next(iter(looker.links("main table a")), "")
        form = form or next(iter(looker.links("main [data-action=new]")), "")
    if detail:
        looker.look("detail", detail)
    if form:
        looker.look("form", form)
    window.page.set_viewport_size({"width": PHONE, "height": 844})
    looker.look("home-phone", "/")
    return looker.found


def test_no_page_violates_a_rule(transactional_db: None, browser: Browser, live_server: Any) -> None:
    _tours(browser, live_server, IN_SMALL)


@pytest.mark.prove
def test_no_page_of_any_role_violates_a_rule(transactional_db: None, browser: Browser, live_server: Any) -> None:
    _tours(browser, live_server, tuple(ROLES))


def _tours(browser: Browser, live_server: Any, roles: tuple[str, ...]) -> None:
    shots = os.environ.get("SHOTS", "")
    if shots:
        Path(shots).mkdir(parents=True, exist_ok=True)
    for _chapter in story.tell():
        pass
    cast = Cast()
    with acting(Actor.public(now())), system("sample people"):
        cast.assemble()
    windows = Windows(browser, live_server.url, cast.memberships)
    known: set[tuple[str, str]] = set()
    found = [line for role in roles for line in _tour(role, windows(ROLES[role]), shots, known)]
    windows.close()
    assert not found, "\n".join(found)
    # The console is no witness here: axe itself reads style sheets in ways that the policy refuses. The pilot's
    # journey holds that no page complains.
