"""Engines for pytest: `start()` before Django is configured, nothing to stop afterwards.

All pytest processes of a checkout (also xdist's workers, also two runs at once) share one
throw-away cluster and one Valkey. The first starts them, and they end with the last.
Where DATABASE_URL and BROKER_URL are set, nothing is started and they are used.
"""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from portal.devstack.environment import given, read_env_file, refuse_production
from portal.devstack.failures import DevstackError
from portal.devstack.homes import engine_home
from portal.devstack.keeper import socket_path
from portal.devstack.places import LOGS, ROOT, TEST
from portal.devstack.seals import made as made_seal

_held: dict[Path, socket.socket] = {}


def start(folder: Path = TEST, patience: float = 60.0) -> dict[str, str]:
    """Environment variables of running engines, held until this process ends.

    DATABASE_URL (portal_app), DATABASE_OWNER_URL, DATABASE_BACKUP_URL, DATABASE_ADMIN_URL (the
    superuser, database `postgres`; only for the engines started here), BROKER_URL, CACHE_URL.
    A database named `template_…` outlives the run, all others made by tests are dropped.
    """
    refuse_production("test data is")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if folder not in _held:
            _held[folder] = _join(folder) or _launch(folder, patience)
        return {"PORTAL_MODE": "test", **read_env_file(folder / "environment"), **made_seal(TEST)}


def release(folder: Path = TEST) -> None:
    """Let go before the process ends; only tests of this module need it."""
    connection = _held.pop(folder, None)
    if connection:
        connection.close()


def _join(folder: Path) -> socket.socket | None:
    """Connect to a running keeper; None where there is none, or one that is about to end."""
    try:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(2)
        connection.connect(str(socket_path(engine_home(folder / "engines"))))
        if connection.recv(64) and (folder / "environment").is_file():
            connection.settimeout(None)
            return connection
    except OSError:
        pass
    connection.close()
    return None


def _launch(folder: Path, patience: float) -> socket.socket:
    """Start a keeper that outlives this process, and wait for it."""
    LOGS.mkdir(parents=True, exist_ok=True)
    (folder / "environment").unlink(missing_ok=True)
    log = LOGS / "test-engines.log"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    with log.open("wb") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "portal.devstack.keeper", str(folder)],
            cwd=ROOT,
            env=environment | given(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and keeper.poll() is None:
        connection = _join(folder)
        if connection:
            return connection
        time.sleep(0.05)
    keeper.terminate()
    raise DevstackError(
        f"the test engines could not start:\n{log.read_text(errors='replace')[-3000:]}",
        cure=f"look into {LOGS / 'test'}; `rm -rf {folder}` starts over",
    )
