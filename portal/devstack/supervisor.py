"""Keeps processes running until it is told to stop, and leaves none behind.

Three nets: Ctrl-C and SIGTERM stop everything in order; a watchdog process ends everything
when the supervisor itself is killed; on Linux the kernel signals each child as well.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from portal.devstack.children import Child, roll
from portal.devstack.failures import DevstackError
from portal.devstack.service import Service

PAUSE = 0.2
LONGEST_BACKOFF = 15.0
STEADY = 30.0


class Supervisor:
    """`home` holds the watchdog's lock; `say` gets one line per event."""

    def __init__(self, home: Path, logs: Path, say: Callable[[str], None]) -> None:
        self.home = home
        self.logs = logs
        self.say = say
        self.children: list[Child] = []
        self.watchdog: subprocess.Popen[str] | None = None

    def open(self) -> None:
        """Wait for what a killed predecessor left, then start the watchdog."""
        self.wait_for_predecessor()
        self._start_watchdog()

    def wait_for_predecessor(self) -> None:
        """Return when no process of an earlier supervisor of this home is left."""
        self.home.mkdir(parents=True, exist_ok=True)
        lock = os.open(self._watchdog_lock, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock_within(lock, 20.0)
        finally:
            os.close(lock)

    def spawn(self, service: Service) -> None:
        """Start a process without waiting for it."""
        log = self.logs / f"{service.name}.log"
        roll(log)
        child = Child(service, log)
        self.children.append(child)
        self._spawn(child)

    def wait_until_ready(self) -> None:
        """Wait until every process answers; one that cannot start ends the start with its log."""
        for child in self.children:
            deadline = child.started_at + child.service.patience
            while child.ended() or not child.service.ready():
                if child.ended() and (not child.service.stubborn or time.monotonic() > deadline):
                    raise _failed(child, child.how_it_ended())
                if time.monotonic() > deadline:
                    raise _failed(child, "it does not answer")
                if child.ended():
                    time.sleep(0.3)
                    self._spawn(child)
                time.sleep(0.03)

    def watch(self) -> None:
        """One round: start again what has died, later and later if it keeps dying."""
        now = time.monotonic()
        if self.watchdog is None or self.watchdog.poll() is not None:
            self._start_watchdog()
        for child in self.children:
            if not child.ended():
                continue
            if not child.next_try:
                child.kill_group()
                steady = now - child.started_at > STEADY
                child.failures = 1 if steady else child.failures + 1
                pause = min(0.25 * 2**child.failures, LONGEST_BACKOFF)
                child.next_try = now + pause
                self.say(
                    f"{child.service.name} ended ({child.how_it_ended()}); "
                    f"starting it again in {pause:.1f} s (see {_short(child.log)})"
                )
            elif now >= child.next_try:
                self._spawn(child)

    def run(self, each_round: Callable[[], bool] = lambda: True) -> None:
        """Watch until interrupted, or until `each_round` says no."""
        while each_round():
            self.watch()
            time.sleep(PAUSE)

    def stop(self) -> None:
        """Stop everything, engines last. A second Ctrl-C changes nothing: it takes seconds."""
        with ignoring_signals():
            for engines in (False, True):
                wave = [c for c in self.children if c.service.engine is engines]
                for child in reversed(wave):
                    child.ask_to_stop()
                begin = time.monotonic()
                for child in wave:
                    child.wait(begin + child.service.grace)
                    self._tell(f"- {child.pid}")
            self.children.clear()
            if self.watchdog and self.watchdog.stdin:
                with contextlib.suppress(OSError):
                    self.watchdog.stdin.close()
                self.watchdog.wait()

    @property
    def _watchdog_lock(self) -> Path:
        return self.home / "watchdog.lock"

    def _spawn(self, child: Child) -> None:
        if child.process:
            self._tell(f"- {child.pid}")
        pid = child.spawn()
        child.next_try = 0.0
        self._tell(f"+ {pid} {int(child.service.stop_signal)}")

    def _start_watchdog(self) -> None:
        script = Path(__file__).with_name("watchdog.py")
        self.watchdog = subprocess.Popen(
            [sys.executable, "-I", "-S", str(script), str(self._watchdog_lock)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
            bufsize=1,
        )
        for child in self.children:
            if not child.ended():
                self._tell(f"+ {child.pid} {int(child.service.stop_signal)}")

    def _tell(self, line: str) -> None:
        if self.watchdog and self.watchdog.stdin:
            with contextlib.suppress(OSError):
                self.watchdog.stdin.write(line + "\n")


class ignoring_signals:  # noqa: N801 (reads as a phrase)
    """Interrupts wait while a block runs that must not be cut short."""

    numbers: Sequence[signal.Signals] = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def __enter__(self) -> None:
        self.before = [signal.signal(number, signal.SIG_IGN) for number in self.numbers]

    def __exit__(self, *_: object) -> None:
        for number, handler in zip(self.numbers, self.before, strict=True):
            signal.signal(number, handler)


def interruptible() -> None:
    """SIGTERM and a closed terminal stop the program the way Ctrl-C does."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    for number in ignoring_signals.numbers:
        signal.signal(number, interrupt)


def _lock_within(lock: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise DevstackError(
                    "processes of an earlier start are still ending",
                    cure="wait a moment, then start again",
                ) from None
            time.sleep(0.05)


def _failed(child: Child, how: str) -> DevstackError:
    return DevstackError(
        f"{child.service.name} could not start: {how}\n{child.last_words()}",
        cure=f"the whole story is in {_short(child.log)}",
    )


def _short(path: Path) -> str:
    """A path as a person in the checkout would type it."""
    with contextlib.suppress(ValueError):
        return str(path.relative_to(Path.cwd()))
    return str(path)
