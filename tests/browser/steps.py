"""What people do again and again: open a page, press a button, fill in a form, each in a window of their own."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.conf import settings
from django.db import models
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from portal.kernel.clock import now
from portal.organizations.models import Membership
from portal.security.actor import Actor, acting, system

M = TypeVar("M", bound=models.Model)


def stored(ask: Callable[[], Any]) -> Any:
    """What the database says, past everybody's sight."""
    with acting(Actor.public(now())), system("look at the result"):
        return ask()


def one(model: type[M], **conditions: Any) -> M:
    return stored(lambda: model.objects.get(**conditions))


class Windows:
    """One signed-in window per account. Everything that a browser complains about is kept in `complaints`."""

    def __init__(self, browser: Browser, base_url: str, memberships: Mapping[str, Membership]) -> None:
        self.browser, self.base_url, self.memberships = browser, base_url, memberships
        self.open: dict[str, Page] = {}
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []
        self.refused: set[str] = set()
        self.visited = 0

    def __call__(self, email: str) -> "Window":
        """The account's window; signed in with a session cookie where it isn't open yet. "" is the public."""
        if email not in self.open:
            context = self.context()
            if email:
                context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": self._session(email),
                                      "url": self.base_url}])  # fmt: skip
            self.take(email, context.new_page())
        return Window(self, self.open[email])

    def context(self, width: int = 1280, height: int = 900) -> BrowserContext:
        made = self.browser.new_context(
            base_url=self.base_url,
            viewport={"width": width, "height": height},
            locale="ko-KR",
            accept_downloads=True,
            reduced_motion="reduce",
        )
        self.contexts.append(made)
        return made

    def take(self, email: str, page: Page) -> None:
        """Listen to a page and let it be the account's window."""
        page.set_default_timeout(20_000)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        self.open[email] = page

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def _session(self, email: str) -> str:
        client = Client()
        client.force_login(self.memberships[email].user)
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    def _heard(self, message: ConsoleMessage) -> None:
        # The browser reports every page that answers 4xx; a refusal is such a page, and the tests ask for its status.
        refused = "Failed to load resource" in message.text and message.location.get("url") in self.refused
        if message.type in ("error", "warning") and not refused:
            self.complaints.append(f"{message.location.get('url')}: {message.text}")


class Window:
    """What one person does with the page in front of them."""

    def __init__(self, windows: Windows, page: Page) -> None:
        self.windows, self.page = windows, page

    def goto(self, path: str, status: int = 200) -> "Window":
        if status != 200:
            self.windows.refused.add(self.windows.base_url + path)
        answer = self.page.goto(path, wait_until="domcontentloaded")
        assert answer is not None and answer.status == status, f"{path}: {answer and answer.status}, not {status}"
        self.windows.visited += 1
        return self

    def follow(self, link: str) -> "Window":
        """Click a link by its words; where it stands under a heading of the menu, open that first."""
        found = self.page.locator("main, nav").get_by_role("link", name=link, include_hidden=True).first
        if not found.is_visible():
            found.locator("xpath=ancestor::details").locator("summary").click()
        self._away(found.click)
        return self

    def press(self, action: str, status: int = 200) -> "Window":
        """Press an action's button, and yes where it asks."""
        button = self.page.locator(f"[data-action='{action}']").first
        asks = button.evaluate("b => b.tagName == 'BUTTON' && 'confirm' in b.form.dataset")

        def click() -> None:
            button.click()
            if asks:
                self.page.locator("[data-confirm-yes]").click()

        self._away(click, status)
        return self

    def fill(self, *submit: str, status: int = 200, **values: Any) -> "Window":
        """Fill in the page's form and send it. A list ticks boxes, True one box, a dict is a file."""
        form = self.page.locator("main form.p-form")
        for name, value in values.items():
            field = form.locator(f"[name='{name}']")
            kind = field.first.evaluate("f => f.tagName == 'INPUT' ? f.type : f.tagName")
            if kind in ("checkbox", "radio"):
                for chosen in value if isinstance(value, list) else [value]:
                    (field if chosen is True else form.locator(f"[name='{name}'][value='{chosen}']")).check(force=True)
            elif kind == "SELECT":
                field.select_option(value=str(value))
            elif kind == "file":
                field.set_input_files(value)
            else:
                field.fill(str(value))
        self._away(lambda: form.locator(".p-buttons button[type=submit]").click(), status)
        return self

    def reads(self, *words: str) -> "Window":
        text = self.page.locator("main").inner_text()
        for word in words:
            assert word in text, f"{self.page.url} does not say {word!r}:\n{text}"
        return self

    def says_nothing_of(self, *words: str) -> "Window":
        for word in words:
            assert word not in self.page.content(), f"{self.page.url} says {word!r}"
        return self

    def _away(self, act: Callable[[], None], status: int = 200) -> None:
        if status != 200:  # the answer to a form comes from the form's own address
            form = self.page.locator("main form.p-form")
            self.windows.refused.add(self.page.url if form.count() else "")
        with self.page.expect_navigation(wait_until="domcontentloaded") as moved:
            act()
        answer = moved.value
        found = answer.status if answer else 0
        assert found == status, f"{self.page.url}: {found}, not {status}:\n{self.page.locator('main').inner_text()}"
        self.windows.visited += 1
