"""Pages of the running server against the floor."""

from __future__ import annotations

import http.client
from dataclasses import asdict, dataclass

from bench.counting import ANSWER, ASK
from bench.figures import side_by_side

ROUNDS = 60
FLOOR = "/bench/floor/"


@dataclass(frozen=True)
class Page:
    """One page's figures; `ratio` is its median over the floor's, asked in turn with it."""

    name: str
    median: float
    p95: float
    ratio: float
    queries: int
    kilobytes: float

    def shown(self) -> list[str]:
        found = asdict(self)
        return [self.name, *(f"{found[n]:.1f}" for n in ("median", "p95", "ratio")), str(self.queries), *self._size()]

    def _size(self) -> list[str]:
        return [f"{self.kilobytes:.1f}"]


class Browser:
    """One kept-alive connection, signed in where it has a cookie."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Host": f"127.0.0.1:{port}", "Accept-Language": "ko", "Accept-Encoding": "gzip"}
        if cookie:
            self.headers["Cookie"] = cookie

    def get(self, path: str, **more: str) -> tuple[int, bytes, http.client.HTTPMessage]:
        try:
            self.connection.request("GET", path, headers=self.headers | more)
            response = self.connection.getresponse()
        except http.client.RemoteDisconnected:  # the server doesn't keep a silent visitor's connection for long
            self.connection.close()
            return self.get(path, **more)
        return response.status, response.read(), response.headers


def measure(port: int, name: str, path: str, cookie: str = "") -> Page | None:
    """One page's figures, or None where the portal has no such page."""
    visitor, stranger = Browser(port, cookie), Browser(port)
    visitor.get(path)  # what a process asks once and keeps isn't the page's
    status, body, headers = visitor.get(path, **{ASK: "1"})
    if status == 404:
        return None
    if status != 200:
        raise RuntimeError(f"{path} answered {status}: {body[:500]!r}")
    page, floor = side_by_side([lambda: visitor.get(path), lambda: stranger.get(FLOOR)], ROUNDS)
    queries = int(headers[ANSWER])
    return Page(name, page.median, page.p95, page.median / floor.median, queries, len(body) / 1024)


def floor(port: int) -> Page:
    """The floor's own figures."""
    found = measure(port, "floor: a static template", FLOOR)
    assert found is not None
    return found
