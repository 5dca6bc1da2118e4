"""A stand-in checkout per test; whatever a failed test leaves running is ended."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.devstack.postgres import Postgres
from tests.devstack.standin import ROOT, StandIn


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every account may enter: PostgreSQL runs as nobody where tests run as root."""
    path = Path(tempfile.mkdtemp(prefix="standin-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    for note in path.rglob("engines/sockets"):
        shutil.rmtree(note.read_text(), ignore_errors=True)
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Path]:
    """An empty database cluster to copy."""
    home = Path(tempfile.mkdtemp(prefix="cluster-", dir="/tmp"))
    home.chmod(0o755)
    made = Postgres(home, home)
    made.prepare()
    yield made.data
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def checkout(folder: Path, cluster: Path) -> Iterator[StandIn]:
    if not sys.platform.startswith("linux"):
        pytest.skip("looks into /proc")
    if not (ROOT / "static" / "vendor").is_dir():
        pytest.skip("`make test` copies the assets first")
    made = StandIn(folder, cluster)
    yield made
    with contextlib.suppress(Exception):
        made.stop()
    for pid in made.pids():
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
