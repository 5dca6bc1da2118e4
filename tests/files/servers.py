"""Real servers beside the tests: started on a free port in a folder of their own, stopped with the test."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from portal.devstack.places import tool

PATIENCE = 30


def program(name: str, package: str) -> str:
    """Where a server program is. Skips the test where the machine doesn't have it; `make test` installs it."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin")
    beside = Path(tool(name))
    if not found and beside.exists():
        found = str(beside)
    if not found:
        pytest.skip(f"{name} is not on this machine ({package})")
    return found


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(command: Sequence[str], port: int, folder: Path) -> Iterator[None]:
    """The server until the block ends. Fails with its log where it doesn't open its port."""
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=folder)
    try:
        deadline = time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < deadline:
            with socket.socket() as door:
                if door.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        else:
            pytest.fail(f"{command[0]} didn't start:\n{log.read_text(errors='replace')[-2000:]}")
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
