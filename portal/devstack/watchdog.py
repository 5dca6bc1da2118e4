"""Ends what a killed supervisor leaves behind. Run as a script, with nothing but the standard library.

The supervisor holds the only writing end of this process's standard input. Lines are
`+ PID SIGNAL` and `- PID`. When the input ends without all processes having been taken back,
the supervisor is gone: each process gets its own stop signal, and after a while its whole
group is killed. The lock file stays locked until then, so that the next start waits for it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import sys
import time
from pathlib import Path

GRACE = 8.0


def main(lock_path: str) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    lock = os.open(lock_path, os.O_RDWR | os.O_CREAT, 0o644)
    fcntl.flock(lock, fcntl.LOCK_EX)
    watched: dict[int, int] = {}
    for line in sys.stdin:
        words = line.split()
        if words[0] == "+":
            watched[int(words[1])] = int(words[2])
        else:
            watched.pop(int(words[1]), None)
    end(watched)


def end(watched: dict[int, int]) -> None:
    """Ask all of them, wait, then kill the groups."""
    for pid, number in watched.items():
        with contextlib.suppress(OSError):
            os.kill(pid, number)
    deadline = time.monotonic() + GRACE
    while time.monotonic() < deadline and any(alive(pid) for pid in watched):
        time.sleep(0.05)
    for pid in watched:
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)


def alive(pid: int) -> bool:
    """Whether the process runs; a dead one that nobody has reaped yet does not count."""
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return True


if __name__ == "__main__":
    main(sys.argv[1])
