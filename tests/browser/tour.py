"""The way through the portal: every page that a role finds by its menus, lists, objects and forms."""

import re
from typing import Protocol

from tests.browser.steps import Window

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
IN_SMALL = ("ceo", "public")  # every page of every role: `make prove`; the pilot hears the officers' consoles
OUTSIDE = ("/programs/", "/demands/", "/results/", "/verify/", "/accounts/login/", "/accounts/signup/", "/privacy/",
           "/accessibility/", "/accounts/password/reset/")  # fmt: skip
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DOWNLOADS = ("/download/", "/letter/", "/receipt/", "/template/", "/file/")


class Looks(Protocol):
    """Who looks at the pages: `look` opens one, `examine` takes the one that is open."""

    def look(self, role: str, window: Window, path: str) -> None: ...

    def examine(self, role: str, window: Window, path: str) -> None: ...


def links(window: Window, selector: str) -> list[str]:
    found: list[str] = window.page.locator(selector).evaluate_all("l => l.map(a => a.getAttribute('href'))")
    return [path for path in dict.fromkeys(found) if path and path.startswith("/")]


def tour(role: str, window: Window, looker: Looks) -> None:
    """Home with its menus open, every page of the menu, of each list its first object and its form, and every form of
    the object; then the phone's home and its menu.
    """
    looker.look(role, window, "/")
    window.page.evaluate("() => document.querySelectorAll('details.p-menu').forEach(d => d.open = true)")
    looker.examine(role, window, "/?menus")
    lists = links(window, "nav.p-nav a")
    if not ROLES[role]:
        lists = list(dict.fromkeys([*lists, *OUTSIDE]))
    else:
        lists += ["/account/", "/account/tokens/", "/notifications/"]
    for path in lists:
        looker.look(role, window, path)
        details = links(window, "main table a:not(.p-sort)")[:1]
        forms = links(window, "main a[data-action=new]")
        for detail in details:
            looker.look(role, window, detail)
            forms += links(window, "main .p-page-head a[data-action]:not([download])")
        for form in forms:
            if not form.endswith(DOWNLOADS):
                looker.look(role, window, form)
    window.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    window.goto("/")
    looker.examine(role, window, "/?phone")
    window.page.locator("[data-dialog-open=phone-menu]").click()
    looker.examine(role, window, "/?drawer")
