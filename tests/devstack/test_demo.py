"""`make demo` under everything that people and machines do to it."""

from __future__ import annotations

import os
import signal
import socket
import time

import psycopg2
import pytest

from tests.devstack.standin import StandIn, free_port, wait_for

pytestmark = pytest.mark.xdist_group("devstack")


def write(checkout: StandIn, word: str) -> None:
    with psycopg2.connect(checkout.variables()["DATABASE_OWNER_URL"]) as connection:
        connection.cursor().execute("INSERT INTO kept VALUES (%s)", [word])
    connection.close()


def kept(checkout: StandIn) -> list[str]:
    with psycopg2.connect(checkout.variables()["DATABASE_OWNER_URL"]) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT word FROM kept ORDER BY 1")
        words = [word for (word,) in cursor.fetchall()]
    connection.close()
    return words


def test_starts_tells_stops_and_keeps_data(checkout: StandIn) -> None:
    lock = checkout.root / ".run/demo/engines/postgres/postmaster.pid"
    checkout.start()
    stale = lock.read_text()
    assert f"http://127.0.0.1:{checkout.port}" in checkout.output()
    assert "officer@mss.example" in checkout.output()
    assert checkout.page() == "fine"
    write(checkout, "first")

    second = checkout.call()
    assert second.returncode == 0
    assert second.stdout.count("\n") == 1
    assert f"already running: http://127.0.0.1:{checkout.port}" in second.stdout

    checkout.stop()
    assert checkout.process and checkout.process.returncode == 0
    assert checkout.pids() == []

    lock.write_text(stale)  # as after a power cut
    lock.chmod(0o644)
    begin = time.monotonic()
    checkout.start()
    assert time.monotonic() - begin < 10
    assert kept(checkout) == ["first"]
    assert "Static files" not in checkout.output()
    assert "Tables" not in checkout.output()


def test_reset_starts_over(checkout: StandIn) -> None:
    checkout.start()
    write(checkout, "gone")
    checkout.stop()
    checkout.start("demo-reset")
    assert kept(checkout) == []
    assert "Tables" in checkout.output()


def test_kill_9_of_the_supervisor_leaves_nothing_running_and_loses_nothing(
    checkout: StandIn,
) -> None:
    checkout.start()
    write(checkout, "safe")
    assert checkout.process
    os.kill(checkout.process.pid, signal.SIGKILL)
    checkout.process.wait()
    checkout.start()  # at once: it waits for what still ends
    assert kept(checkout) == ["safe"]
    checkout.stop()
    assert checkout.pids() == []


def test_kill_9_of_supervisor_and_watchdog_together(checkout: StandIn) -> None:
    """On Linux the kernel ends the children: the last net when both others are gone."""
    checkout.start()
    assert checkout.process
    (watchdog,) = checkout.pids("watchdog.py")
    os.kill(checkout.process.pid, signal.SIGSTOP)  # it must not start another watchdog
    os.kill(watchdog, signal.SIGKILL)
    os.kill(checkout.process.pid, signal.SIGKILL)
    checkout.process.wait()
    wait_for(lambda: not checkout.pids(), 15)


def test_killed_parts_come_back(checkout: StandIn) -> None:
    checkout.start()
    write(checkout, "safe")
    parts = ("gunicorn", "bin/postgres", "valkey-server", "-A portal beat", "-A portal worker", "watchdog.py")
    killed = {name: min(checkout.pids(name)) for name in parts}
    for pid in killed.values():
        os.kill(pid, signal.SIGKILL)
    for name, pid in killed.items():
        wait_for(lambda name=name, pid=pid: checkout.pids(name) and pid not in checkout.pids(name))
    wait_for(lambda: _answers(checkout))
    assert kept(checkout) == ["safe"]
    assert "postgres ended (killed by SIGKILL); starting it again" in checkout.output()


def _answers(checkout: StandIn) -> bool:
    try:
        return checkout.page() == "fine" and bool(kept(checkout))
    except (OSError, psycopg2.OperationalError):
        return False


def test_a_taken_port_names_the_cure_in_one_line(checkout: StandIn) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", checkout.port))
        other.listen()
        answer = checkout.call()
    assert answer.returncode == 1
    assert f"port {checkout.port} is taken" in answer.stdout
    assert "make demo PORT=" in answer.stdout
    assert checkout.pids() == []


def test_two_checkouts_side_by_side(checkout: StandIn) -> None:
    other_root = checkout.root / "other"
    other_root.mkdir()
    other = StandIn(other_root, checkout.root / ".run/demo/engines/postgres")
    other.port = free_port()
    try:
        checkout.start()
        other.start()
        write(checkout, "here")
        write(other, "there")
        assert (kept(checkout), kept(other)) == (["here"], ["there"])
        checkout.stop()
        assert other.page() == "fine"
    finally:
        other.stop()


def test_a_failing_step_says_which_and_stops_all(checkout: StandIn) -> None:
    (checkout.root / "manage.py").write_text("raise SystemExit('the table is on fire')")
    answer = checkout.call()
    assert answer.returncode == 1
    assert "the table is on fire" in answer.stdout
    assert "→" in answer.stdout
    assert "Traceback" not in answer.stdout
    assert checkout.pids() == []
