"""One throw-away cluster for all pytest processes of a checkout."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest

from portal.devstack import testing
from portal.devstack.environment import read_env_file
from tests.devstack.standin import ROOT, wait_for

pytestmark = pytest.mark.xdist_group("devstack")
USER = """
import sys, time
from pathlib import Path
from portal.devstack import testing
print(testing.start(Path(sys.argv[1]))["DATABASE_URL"], flush=True)
time.sleep(60)
"""


def launch(folder: Path) -> subprocess.Popen[str]:
    """Another pytest process, as far as the engines can tell."""
    hidden = ("DATABASE_", "BROKER_", "CACHE_")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(hidden)}
    return subprocess.Popen(
        [sys.executable, "-c", USER, str(folder)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def can_connect(url: str) -> bool:
    try:
        psycopg2.connect(url).close()
    except psycopg2.OperationalError:
        return False
    return True


def test_shared_by_users_and_gone_after_the_last_even_by_kill_9(folder: Path) -> None:
    one = launch(folder)
    two = launch(folder)
    url = first_line(one)
    assert url == first_line(two)
    one.send_signal(signal.SIGKILL)
    one.wait()
    assert can_connect(url)
    keys = read_env_file(folder / "environment")

    with psycopg2.connect(keys["DATABASE_URL"]) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)
        cursor.execute("SHOW fsync")
        assert cursor.fetchone() == ("off",)
        cursor.execute("SELECT similarity('딥테크 밸류업', '딥테크 밸류') > 0.5")
        assert cursor.fetchone() == (True,)
    connection.close()

    owner = psycopg2.connect(keys["DATABASE_OWNER_URL"])
    owner.autocommit = True
    owner.cursor().execute("CREATE DATABASE left_over")
    owner.close()
    clone = psycopg2.connect(keys["DATABASE_OWNER_URL"].replace("/portal?", "/left_over?"))
    cursor = clone.cursor()
    cursor.execute("SELECT count(*) FROM pg_extension WHERE extname IN ('vector', 'pg_trgm', 'citext')")
    assert cursor.fetchone() == (3,)
    clone.close()

    two.send_signal(signal.SIGKILL)
    two.wait()
    wait_for(lambda: not can_connect(url))

    three = launch(folder)
    again = first_line(three)
    assert can_connect(again)
    assert not can_connect(again.replace("/portal?", "/left_over?"))
    three.kill()
    three.wait()
    wait_for(lambda: not can_connect(again))


def test_given_servers_are_used_and_nothing_is_started(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "DATABASE_URL": "postgres://portal_app@db.example/portal",
        "DATABASE_OWNER_URL": "postgres://portal_owner@db.example/portal",
        "BROKER_URL": "redis://valkey.example/0",
        "CACHE_URL": "redis://valkey.example/1",
    }
    monkeypatch.delenv("DATABASE_BACKUP_URL", raising=False)
    monkeypatch.delenv("DATABASE_ADMIN_URL", raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    try:
        found = testing.start(folder)
        assert {k: v for k, v in found.items() if not k.startswith("SEAL_")} == {"PORTAL_MODE": "test", **given}
        assert not (folder / "engines" / "postgres").exists()
    finally:
        testing.release(folder)
    wait_for(lambda: not (folder / "environment").exists())
