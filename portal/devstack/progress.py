"""What a person sees while something is being done: one line per step, with its time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(line: str) -> None:
    print(line, flush=True)


@contextmanager
def step(words: str) -> Iterator[None]:
    """`· Preparing the database … 1.2 s`; a failed step leaves the line open for the reason."""
    begin = time.monotonic()
    print(f"· {words} …", end="", flush=True)
    try:
        yield
    except BaseException:
        print(flush=True)
        raise
    print(f" {time.monotonic() - begin:.1f} s", flush=True)
