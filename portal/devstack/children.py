"""One running process of the supervisor: start, look, stop."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from portal.devstack.places import ROOT
from portal.devstack.service import Service

PR_SET_PDEATHSIG = 1
LARGEST_LOG = 5_000_000


class Child:
    """A service's present process and what happened to it."""

    def __init__(self, service: Service, log: Path) -> None:
        self.service = service
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        self.failures = 0
        self.next_try = 0.0

    def spawn(self) -> int:
        """Start the process in a session of its own, so that Ctrl-C reaches only the supervisor."""
        service = self.service
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                list(service.command),
                cwd="/" if service.account else ROOT,
                env={**os.environ, **service.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=service.account[0] if service.account else None,
                group=service.account[1] if service.account else None,
                extra_groups=[] if service.account else None,
                preexec_fn=_end_with_parent(service.stop_signal),
            )
        self.started_at = time.monotonic()
        return self.process.pid

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    def ended(self) -> bool:
        """Whether the process is gone (or was never started)."""
        return self.process is None or self.process.poll() is not None

    def how_it_ended(self) -> str:
        code = self.process.returncode if self.process else 0
        if code is not None and code < 0:
            return f"killed by {signal.Signals(-code).name}"
        return f"exit code {code}"

    def ask_to_stop(self) -> None:
        """Signal the main process only: it stops its own workers in order."""
        if not self.ended():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, self.service.stop_signal)

    def wait(self, deadline: float) -> None:
        """Wait until it is gone; past the deadline (monotonic seconds) its group is killed."""
        while not self.ended() and time.monotonic() < deadline:
            time.sleep(0.02)
        self.kill_group()
        if self.process:
            self.process.wait()

    def kill_group(self) -> None:
        """Kill whatever is left of the process and its workers."""
        if self.process:
            with contextlib.suppress(OSError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def last_words(self, lines: int = 15) -> str:
        """The end of its log."""
        if not self.log.is_file():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def roll(log: Path) -> None:
    """Keep one older log file, so that logs do not grow without end."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.is_file() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))


def _end_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """Linux signals a child when its parent dies, even by kill -9. Set after the change of user,
    which would clear it; elsewhere the watchdog alone does this."""
    if platform.system() != "Linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def set_signal() -> None:
        prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)

    return set_signal
