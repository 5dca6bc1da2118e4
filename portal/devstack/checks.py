"""`make check`: everything that can be said about the code without running the portal.

All checks run, two at a time; the report of what failed comes at the end, with its cure.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field

from portal.devstack.environment import library_path
from portal.devstack.places import ROOT, python, tool
from portal.devstack.testing import start as start_engines

CODE = ("portal", "programs", "matching", "agreements")


@dataclass(frozen=True)
class Check:
    """One command that must end with 0; `cure` is what a person does when it does not."""

    name: str
    command: tuple[str, ...]
    cure: str
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    check: Check
    passed: bool
    output: str
    seconds: float


def all_checks(engines: Mapping[str, str]) -> list[Check]:
    """The slowest first, so that two workers end at about the same time."""
    manage = (python(), "manage.py")
    compose = (tool("docker-compose"), "--env-file", ".env.example", "config", "-q")
    return [
        Check("types", (tool("mypy"), "."), "correct the types", engines),
        Check("templates: lint", (tool("djlint"), "--lint", "--quiet", "templates"), "correct the templates"),
        Check("templates: shape", (tool("djlint"), "--check", "--quiet", "templates"), "make format"),
        Check("layers", (tool("lint-imports"), "--no-cache"), "import only from floors below", engines),
        Check(
            "migrations",
            (*manage, "makemigrations", "--check", "--dry-run"),
            "python manage.py makemigrations",
            engines,
        ),
        Check(
            "deployment",
            (*manage, "check", "--deploy", "--fail-level", "WARNING"),
            "make the setting safe for production",
            production(),
        ),
        Check(
            "translations",
            (python(), "-m", "portal.devstack.translations", "--check"),
            "make translations, then fill in locale/en",
        ),
        Check(
            "style", (tool("ruff"), "check", "--output-format", "concise", "."), "make format, then correct the rest"
        ),
        Check("shape", (tool("ruff"), "format", "--check", "--output-format", "concise", "."), "make format"),
        Check("compose file", compose, "correct docker-compose.yml or .env.example"),
        Check("Dockerfile", (tool("hadolint"), "Dockerfile"), "correct the Dockerfile"),
    ]


def production() -> dict[str, str]:
    """Production settings for one command; nothing they name exists."""
    return {
        "PORTAL_MODE": "production",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "FIELD_KEYS": secrets.token_urlsafe(32) + "=",
        "ALLOWED_HOSTS": "portal.example",
        "BASE_URL": "https://portal.example",
        "DATABASE_URL": "postgres://portal_app@db.example/portal",
        "DATABASE_OWNER_URL": "postgres://portal_owner@db.example/portal",
        "BROKER_URL": "redis://valkey.example:6379/0",
        "CACHE_URL": "redis://valkey.example:6379/1",
        "EMAIL_URL": "smtp+tls://mail.example:587",
        "DEFAULT_FROM_EMAIL": "noreply@portal.example",
    }


def run(only: list[str]) -> int:
    """Run all checks, or those whose names begin with one of the words."""
    begin = time.monotonic()
    checks = [check for check in all_checks(start_engines()) if not only or check.name.startswith(tuple(only))]
    failed: list[Outcome] = []
    with ThreadPoolExecutor(2) as pool:
        running: list[Future[Outcome]] = [pool.submit(perform, check) for check in checks]
        for future in as_completed(running):
            outcome = future.result()
            mark = "✓" if outcome.passed else "✗"
            print(f"{mark} {outcome.check.name:<18} {outcome.seconds:5.1f} s", flush=True)
            if not outcome.passed:
                failed.append(outcome)
    for outcome in failed:
        print(f"\n✗ {outcome.check.name}\n{outcome.output}\n  → {outcome.check.cure}")
    total = time.monotonic() - begin
    print(f"\n{len(checks) - len(failed)} of {len(checks)} checks passed in {total:.0f} s", flush=True)
    return 1 if failed else 0


def perform(check: Check) -> Outcome:
    """Run one check and keep what it said."""
    begin = time.monotonic()
    clean = {k: v for k, v in os.environ.items() if k != "PORTAL_MODE"}
    done = subprocess.run(
        list(check.command),
        cwd=ROOT,
        env={**clean, **library_path(), **check.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines = done.stdout.strip().splitlines()
    shown = lines if len(lines) <= 80 else [*lines[:60], f"… {len(lines) - 75} more lines …", *lines[-15:]]
    return Outcome(check, done.returncode == 0, "\n".join(shown), time.monotonic() - begin)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
