"""No page runs what somebody has written: hostile text in every column people fill in, on every page of every role.

Two walls, each looked at without the other: pages that escape everything (the browser told to ignore the content
policy), and the content policy itself, which no page of ours may violate.
"""

import time
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext

from portal.kernel.clock import now
from portal.security.actor import Actor, acting, system
from portal.site.sample import running, story
from portal.site.sample.people import Cast
from tests import proofs
from tests.browser.payloads import PAYLOADS, Planter, packed
from tests.browser.steps import Window, Windows
from tests.browser.tour import ID, ROLES, tour

pytestmark = pytest.mark.browser

LISTEN = """
window.ran = []; window.violations = [];
window.X = () => window.ran.push(location.pathname);
document.addEventListener("securitypolicyviolation", e => window.violations.push(
  `${e.effectiveDirective} ${e.blockedURI} ${e.sample}`));
"""
# What could run or reach outside, whether it has run yet or not. Our own pages have none of it.
LIVE = """() => [...document.querySelectorAll("*")].filter(e =>
    e.getAttributeNames().some(n => /^on|^hx-on|^srcdoc$|^style$/i.test(n)) ||
    ["href", "src", "action", "formaction", "data"].some(n => /^\\s*javascript:/i.test(e.getAttribute(n) ?? "")) ||
    e.matches("iframe, base, object, embed, style, meta[http-equiv], math, script:not([src]):not([type='application/json'])")
  ).map(e => e.outerHTML.slice(0, 200))"""
HOSTILE = packed(400, 0)
TOO_LONG = packed(None, 0) * 12
OVERFILL = """(form, text) => {
  form.noValidate = true;
  for (const field of form.querySelectorAll("input[type=text], input:not([type]), input[type=email], textarea")) {
    if (field.offsetParent === null) continue;
    field.removeAttribute("maxlength"); field.value = text;
  }
}"""


class Guard:
    """Opens pages and keeps what ran, what could have run, what the policy refused and what broke."""

    def __init__(self, windows: Windows, most: int = 0) -> None:
        self.windows, self.most = windows, most  # so many pages' filters and forms are tried
        self.found: list[str] = []
        self.seen: set[tuple[str, str]] = set()
        self.count = Counter[str]()

    def look(self, role: str, window: Window, path: str) -> None:
        before = len(self.windows.complaints)
        answer = window.page.goto(path, wait_until="load")
        self.count["pages"] += 1
        if answer is None or answer.status != 200:
            self.found.append(f"{role} {path}: broken ({answer and answer.status})")
            return
        self.count["hostile"] += "X()" in window.page.locator("body").inner_text()
        self.examine(role, window, path)
        place = (ROLES[role].partition("@")[2], ID.sub("ID", path.partition("?")[0]))
        if place not in self.seen:
            self.seen.add(place)
            if self.count["searches"] < self.most:
                self._search(role, window, path)
            if self.count["forms"] < self.most:
                self._send(role, window, path)
        self.found += [f"{role} {path}: console: {said}" for said in self.windows.complaints[before:]]

    def examine(self, role: str, window: Window, path: str) -> None:
        ran, violations = window.page.evaluate("() => [window.ran.splice(0), window.violations.splice(0)]")
        self.count["executed"] += len(ran)
        self.count["violations"] += len(violations)
        self.found += [f"{role} {path}: ran in {place}" for place in ran]
        self.found += [f"{role} {path}: refused: {words}" for words in violations]
        self.found += [f"{role} {path}: could run: {element}" for element in window.page.evaluate(LIVE)]

    def _search(self, role: str, window: Window, path: str) -> None:
        """Hostile text typed into the list's filter, answered in a part of the page; then the same as an address."""
        box = window.page.locator(".p-filter input[type=text], .p-filter input[type=search]")
        if not box.count():
            return
        box.first.fill(HOSTILE)
        with window.page.expect_response(lambda answer: "HX-Request" in answer.request.headers or bool(
            answer.request.headers.get("hx-request"))):  # fmt: skip
            window.page.locator(".p-filter button[type=submit]").click()
        window.page.wait_for_url(lambda url: "?" in url)
        self.examine(role, window, f"{path} (filtered)")
        window.page.goto(f"{window.page.url}&sort={HOSTILE[:60]}", wait_until="load")
        self.examine(role, window, f"{path}?…")
        window.page.goto(path, wait_until="load")
        self.count["searches"] += 1

    def _send(self, role: str, window: Window, path: str) -> None:
        """The page's form sent with more hostile text than any field takes: it comes back with what was typed."""
        form = window.page.locator("main form.p-form[method=post]")
        if form.count() != 1 or not form.locator("input[type=text], textarea").count():
            return
        form.evaluate(OVERFILL, TOO_LONG)
        self.windows.refused.add(window.page.url)
        with window.page.expect_navigation(wait_until="load") as moved:
            form.locator(".p-buttons button[type=submit]").first.click()
        if moved.value is None or moved.value.status >= 500:
            self.found.append(f"{role} {path}: broken by its form ({moved.value and moved.value.status})")
        self.examine(role, window, f"{path} (sent)")
        self.count["forms"] += 1


def _listening(browser: Browser, url: str, cast: Cast, *, policy: bool) -> Windows:
    """Windows that note what runs; with `policy=False` the browser ignores the content policy."""

    class Listening(Windows):
        def context(self, width: int = 1280, height: int = 900) -> BrowserContext:
            made = browser.new_context(
                base_url=url, bypass_csp=not policy, locale="ko-KR", reduced_motion="reduce",
                viewport={"width": width, "height": height},
            )  # fmt: skip
            made.add_init_script(LISTEN)
            self.contexts.append(made)
            return made

    return Listening(browser, url, cast.memberships)


def _sample(*, whole: bool) -> Cast:
    """The sample; not `whole`: without the program of 2024, whose story takes long to tell."""
    cast = Cast()
    with acting(Actor.public(now())), system("sample people"):
        cast.assemble()
    if whole:
        for _chapter in story.tell():
            pass
    else:
        with acting(Actor.public(now())):
            running.play(cast)
    return cast


def _walk(browser: Browser, url: str, cast: Cast, roles: tuple[str, ...], *, policy: bool, most: int) -> Guard:
    windows = _listening(browser, url, cast, policy=policy)
    guard = Guard(windows, most)
    for role in roles:
        tour(role, windows(ROLES[role]), guard)
    windows.close()
    assert not guard.found, "\n".join(dict.fromkeys(guard.found))
    return guard


def _plant(planter: Planter) -> None:
    planter.plant(connection.settings_dict["NAME"])
    assert not planter.refused, planter.refused


def test_no_page_runs_what_was_written(transactional_db: None, browser: Browser, live_server: Any) -> None:
    """In small: one role, without the policy; that no page violates it the console tells in test_axe."""
    cast, planter = _sample(whole=False), Planter()
    _plant(planter)
    assert planter.written > 500
    count = _walk(browser, live_server.url, cast, ("manager",), policy=False, most=2).count
    assert count["hostile"] > 10 and count["searches"] == count["forms"] == 2, count


PLANTED = """<!DOCTYPE html><html lang="ko"><head><title>x</title></head><body><main><h1>%s</h1></main></body></html>"""


@pytest.mark.parametrize("policy", [True, False])
def test_what_runs_is_found(browser: Browser, live_server: Any, policy: bool) -> None:
    """The control: text that a page forgot to escape runs where the policy is ignored, and is refused where it isn't."""
    windows = _listening(browser, live_server.url, Cast(), policy=policy)
    window, guard = windows(""), Guard(windows)
    answer = window.page.request.get("/privacy/")
    headers = {"Content-Security-Policy": answer.headers["content-security-policy"], "Content-Type": "text/html"}
    bare = PLANTED % "".join(p for p in PAYLOADS if "base" not in p and "refresh" not in p)
    window.page.route("**/privacy/", lambda route: route.fulfill(body=bare, headers=headers))
    guard.look("public", window, "/privacy/")
    windows.close()
    assert (guard.count["executed"] > 0, guard.count["violations"] > 0) == (not policy, policy), guard.found
    assert any("could run" in words for words in guard.found)


ALL = 10_000
TURNS = ((True, ALL), (False, 15))  # with the policy kept or not; filters and forms that are tried


@pytest.mark.prove
def test_no_page_of_any_role_runs_what_was_written(transactional_db: None, browser: Browser, live_server: Any) -> None:
    cast, planter = _sample(whole=True), Planter()
    for turn, (policy, most) in enumerate(TURNS, start=1):
        started = time.monotonic()
        _plant(planter)
        count = _walk(browser, live_server.url, cast, tuple(ROLES), policy=policy, most=most).count
        proofs.record(
            "Stored scripts and content policy",
            guard=f"turn {turn}, policy {'kept' if policy else 'ignored'}",
            payloads=len(PAYLOADS),
            columns=len(planter.held),
            **{
                "columns with 20 payloads or more": sum(len(held) >= 20 for held in planter.held.values()),
                "values written": planter.written,
                "pages opened": count["pages"],
                "pages with hostile text": count["hostile"],
                "filters tried": count["searches"],
                "forms sent": count["forms"],
            },
            executed=count["executed"],
            violations=count["violations"],
            broken=0,
            seconds=round(time.monotonic() - started, 1),
        )
