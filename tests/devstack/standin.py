"""A stand-in for the portal: the smallest project that the driver can start.

It is a checkout of its own (its own `.run`, sockets and port) with the real driver in it, so
that these tests neither need nor disturb the portal around them.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

from portal.devstack import assets

ROOT = Path(__file__).resolve().parents[2]
MANAGE = """
import os, pathlib, sys
pathlib.Path("calls.txt").open("a").write(sys.argv[1] + "\\n")
if sys.argv[1] == "migrate":
    import psycopg2
    with psycopg2.connect(os.environ["DATABASE_OWNER_URL"]) as connection:
        connection.cursor().execute("CREATE TABLE IF NOT EXISTS kept (word text)")
if sys.argv[1] == "collectstatic":
    pathlib.Path(".run/static").mkdir(exist_ok=True)
    pathlib.Path(".run/static/staticfiles.json").touch()
"""
WSGI = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"fine"]
"""
# Real workers take seconds of processor time to start; the whole portal's tests have them.
CELERY = """#!/bin/sh
trap 'exit 0' TERM
while :; do sleep 0.1; done
"""


class StandIn:
    """One checkout with a running or stopped demo."""

    def __init__(self, root: Path, cluster: Path | None = None) -> None:
        self.root = root
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None
        package = root / "portal"
        shutil.copytree(
            ROOT / "portal" / "devstack",
            package / "devstack",
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        (package / "__init__.py").touch()
        (package / "settings.py").touch()
        (package / "web").mkdir()
        (package / "web" / "storage.py").touch()
        (package / "wsgi.py").write_text(WSGI)
        (root / "manage.py").write_text(MANAGE)
        for name in ("programs", "matching", "agreements", "locale", "static", ".run"):
            (root / name).mkdir()
        shutil.copytree(ROOT / "requirements", root / "requirements")
        shutil.copyfile(ROOT / "package-lock.json", root / "package-lock.json")
        make_environment(root / ".venv")
        if cluster:
            # initdb takes a second; `cp` keeps owner and rights.
            (root / ".run/demo/engines").mkdir(parents=True)
            subprocess.run(["cp", "-a", cluster, root / ".run/demo/engines/postgres"], check=True)
        (root / "static" / "vendor").symlink_to(ROOT / "static" / "vendor")
        (root / ".run" / "stamps").mkdir()
        (root / ".run" / "stamps" / "assets").write_text(assets.content())

    def environment(self) -> dict[str, str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("PORTAL_", "DATABASE_"))}
        for name in ("BROKER_URL", "CACHE_URL", "PYTHONPATH"):
            clean.pop(name, None)
        return clean | {"PORT": str(self.port), "WEB_WORKERS": "1"}

    def start(self, command: str = "demo") -> None:
        """Start and wait for the printed address."""
        self.log = (self.root / f"out-{time.monotonic_ns()}.txt").open("w+")
        self.process = subprocess.Popen(
            [self.root / ".venv/bin/python", "-m", "portal.devstack", command],
            cwd=self.root,
            env=self.environment(),
            stdout=self.log,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        wait_for(lambda: "is running" in self.output() or self.process.poll() is not None, 40)
        assert self.process.poll() is None, self.output()

    def call(self, command: str = "demo") -> subprocess.CompletedProcess[str]:
        """Run a command that is expected to end by itself."""
        return subprocess.run(
            [self.root / ".venv/bin/python", "-m", "portal.devstack", command],
            cwd=self.root,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=40,
        )

    def output(self) -> str:
        return Path(self.log.name).read_text()

    def stop(self) -> None:
        """Ctrl-C."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)

    def pids(self, *needles: str) -> list[int]:
        """Processes of this checkout whose command line has all of the words."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                cwd = os.readlink(folder / "cwd")
            except OSError:
                continue
            mine = str(self.root) in line or cwd.startswith(str(self.root)) or self._sockets() in line
            if mine and all(needle in line for needle in needles):
                found.append(int(folder.name))
        return found

    def _sockets(self) -> str:
        note = self.root / ".run" / "demo" / "engines" / "sockets"
        return note.read_text() if note.is_file() else "no such folder"

    def variables(self) -> dict[str, str]:
        lines = (self.root / ".run" / "demo" / "environment").read_text().splitlines()
        return {n: v.strip("'") for n, _, v in (line.partition("=") for line in lines)}

    def page(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5) as answer:
            return str(answer.read().decode())

    def told(self) -> dict[str, str]:
        return dict(json.loads((self.root / ".run/demo/running").read_text()))


def make_environment(venv: Path) -> None:
    """The real virtualenv under another path, with a Celery that does nothing."""
    real = ROOT / ".venv"
    (venv / "bin").mkdir(parents=True)
    for name in ("python", "gunicorn"):
        (venv / "bin" / name).symlink_to(real / "bin" / name)
    (venv / "lib").symlink_to(real / "lib")
    shutil.copyfile(real / "pyvenv.cfg", venv / "pyvenv.cfg")
    celery = venv / "bin" / "celery"
    celery.write_text(CELERY)
    celery.chmod(0o755)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition, seconds: float = 15) -> None:  # type: ignore[no-untyped-def]
    """Wait for something that other processes do; fail when it does not happen."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("it did not happen in time")
        time.sleep(0.05)
