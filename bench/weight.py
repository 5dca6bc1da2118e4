"""What a browser fetches: the first visit of a page with an empty cache, and the pages after it."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from typing import Any

from portal.devstack.commands import find_browser

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass(frozen=True)
class Weight:
    """Kilobytes on the wire (headers included), by kind, and how many files."""

    name: str
    kilobytes: float
    files: int
    kinds: dict[str, float]

    def shown(self) -> list[str]:
        kinds = (f"{self.kinds.get(kind, 0):.0f}" for kind in ("Document", "Stylesheet", "Script", "Font"))
        return [self.name, f"{self.kilobytes:.0f}", str(self.files), *kinds]


def visits(port: int, cookie: str, paths: dict[str, str]) -> list[Weight]:
    """Each page once with an empty cache, then all of them in a row in one browser. Empty without a browser."""
    browser = find_browser()
    if browser is None:
        return []
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright runs a loop in this thread
    found: list[Weight] = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=FLAGS)
        for name, path in paths.items():
            context = _signed_in(chromium, port, "" if "sign-in" in name else cookie)
            found.append(_load(context.new_page(), port, f"first visit: {name}", path))
            context.close()
        context = _signed_in(chromium, port, cookie)
        page = context.new_page()
        first, *later = paths.items()
        _load(page, port, *first)
        found += [_load(page, port, f"after it: {name}", path) for name, path in later]
        context.close()
        chromium.close()
    return found


def _signed_in(chromium: Any, port: int, cookie: str) -> Any:
    context = chromium.new_context(locale="ko-KR", viewport={"width": 1280, "height": 900})
    if cookie:
        name, _, value = cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": f"http://127.0.0.1:{port}"}])
    return context


def _load(page: Any, port: int, name: str, path: str) -> Weight:
    """Open a page and wait until nothing more comes."""
    protocol = page.context.new_cdp_session(page)
    protocol.send("Network.enable")
    kinds: dict[str, str] = {}
    sizes: Counter[str] = Counter()
    files: list[str] = []

    def responded(event: Any) -> None:
        kinds[event["requestId"]] = event["type"]

    def finished(event: Any) -> None:
        if size := int(event["encodedDataLength"]):
            files.append(event["requestId"])
            sizes[kinds.get(event["requestId"], "Other")] += size

    protocol.on("Network.responseReceived", responded)
    protocol.on("Network.loadingFinished", finished)
    page.goto(f"http://127.0.0.1:{port}{path}")
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")
    page.wait_for_timeout(300)
    protocol.detach()
    in_kilobytes = {kind: size / 1024 for kind, size in sizes.items()}
    return Weight(name, sum(in_kilobytes.values()), len(files), in_kilobytes)
