"""The developer's commands behind `make test`, `prove`, `bench`, `check`, `format`, `locks`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from portal.devstack import assets, catalogs
from portal.devstack.environment import library_path
from portal.devstack.failures import DevstackError
from portal.devstack.node import npm_command
from portal.devstack.places import ROOT, tool
from portal.devstack.progress import step

LOCKS = ("app", "engines", "dev")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_BROWSERS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def run(command: str, rest: list[str]) -> int:
    """Set up what all of them need, then do the one that was asked for."""
    if command in ("test", "prove", "bench", "check"):
        assets.prepare()
        catalogs.compile_all()
    if command == "check":
        from portal.devstack import checks

        return checks.run(rest)
    if command == "translations":
        from portal.devstack import translations

        return translations.main(rest or ["--update"])
    if command == "locks":
        return locks()
    if command == "format":
        return shape()
    if command == "bench":
        become([sys.executable, "-m", "bench", *rest])
    if command == "prove":
        os.environ["PORTAL_PROVE"] = "1"
        become([sys.executable, "-m", "pytest", "-m", "prove", *rest])
    become([sys.executable, "-m", "pytest", "-n", str(workers()), "--dist", "worksteal", *rest])
    return 0


def become(command: list[str]) -> None:
    """Hand the terminal over, so that its last line and exit code are the command's own."""
    os.chdir(ROOT)
    browser = find_browser()
    environment = {**os.environ, **library_path()}
    if browser:
        environment["CHROMIUM"] = browser
    os.execve(command[0], command, environment)


def workers() -> int:
    """Processes for the suite: one per core, four at most (each has a database of its own)."""
    return max(1, min(os.cpu_count() or 1, 4))


def find_browser() -> str | None:
    """The browser for tests: `CHROMIUM=`, or the first that the machine has."""
    chosen = os.environ.get("CHROMIUM")
    found = chosen or next((path for path in map(shutil.which, BROWSERS) if path), None)
    return found or next((path for path in MAC_BROWSERS if Path(path).exists()), None)


def shape() -> int:
    """Format everything that has a formatter."""
    folders = [name for name in ("templates",) if any((ROOT / name).rglob("*.html"))]
    for command in (
        [tool("ruff"), "check", "--fix-only", "--quiet", "."],
        [tool("ruff"), "format", "--quiet", "."],
        *([tool("djlint"), "--reformat", "--quiet", folder] for folder in folders),
    ):
        subprocess.run(command, cwd=ROOT)
    return 0


def locks() -> int:
    """Pin by hash, for every Python from 3.11 and every platform, without any address."""
    for name in LOCKS:
        with step(f"requirements/{name}.txt"):
            _must([
                tool("uv"), "pip", "compile", f"requirements/{name}.in", "-o", f"requirements/{name}.txt",
                "--generate-hashes", "--universal", "--python-version", "3.11", "--upgrade", "--quiet",
                "--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate",
            ])  # fmt: skip
    with step("package-lock.json"):
        _must([*npm_command(), "install", "--package-lock-only", "--ignore-scripts", "--loglevel=error"])
    return 0


def _must(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise DevstackError(f"{Path(command[0]).name} failed:\n{done.stderr.strip()[-3000:]}")
