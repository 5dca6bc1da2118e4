"""Nothing is lost and nothing happens twice while workers and broker are killed. Full-size with `make prove`."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import connection

from portal.audit.models import AccessRecord
from portal.devstack.valkey import Valkey
from portal.kernel.clock import now
from portal.kernel.roles import Kind, Role
from portal.notifications.models import Mail, Notification
from portal.outbox import tasks
from portal.outbox.models import Message
from portal.outbox.post import Audience, announce, job, jobs, later
from portal.outbox.tasks import STARTS, work
from portal.security.actor import Actor, acting, system
from tests.database import ROOT, throw_away
from tests.fixtures import World
from tests.portal import killjobs  # noqa: F401 (declares the jobs)
from tests.portal.mailserver import running
from tests.proofs import record

OPEN = ("waiting", "queued", "failed")


class Dies(BaseException):
    """The process ends here, and nobody catches anything."""


@pytest.fixture
def poison(monkeypatch):
    """A job that ends its worker every time."""
    said = []

    def dies(*, actor):
        raise Dies

    monkeypatch.setattr("portal.outbox.post._jobs", jobs())
    job("test.poison", given_up=lambda *, actor: said.append("given up"))(dies)
    return said


def put(name, at=None):
    actor = Actor.public(at or now())
    with acting(actor):
        return str(later(name, actor=actor))


def test_a_job_that_ends_its_worker_is_not_run_for_ever(db, poison, world, frozen):
    pk = put("test.poison")
    for died in range(1, STARTS):
        with pytest.raises(Dies):
            work(message_id=pk)
        work(message_id=pk)  # queued again at once: it waits, and doesn't die
        with system("check"):
            found = Message.objects.get(pk=pk)
        assert (found.state, found.starts) == ("failed", died)
        frozen(found.due_at)
    with pytest.raises(Dies):
        work(message_id=pk)
    work(message_id=pk)
    with system("check"):
        found = Message.objects.get(pk=pk)
    assert (found.state, found.attempts) == ("given_up", 0)
    assert "5번" in found.error and poison == ["given up"]
    work(message_id=pk)
    assert poison == ["given up"]


def test_a_fault_is_no_death(db, world, frozen, monkeypatch):
    """Faults are counted as before: a result resets the starts."""

    def faulty(*, actor):
        raise ZeroDivisionError

    monkeypatch.setattr("portal.outbox.post._jobs", jobs())
    job("test.faulty")(faulty)
    pk = put("test.faulty")
    for _ in range(len(tasks.RETRIES) + 1):
        with pytest.raises(ZeroDivisionError):
            work(message_id=pk)
    with system("check"):
        found = Message.objects.get(pk=pk)
    assert (found.state, found.attempts, found.starts) == ("given_up", 6, 0)


def test_a_backlog_is_queued_in_portions(db, world, frozen, monkeypatch):
    """A message that waits long in the broker's queue would look lost, and be queued twice."""
    monkeypatch.setattr(tasks.work, "apply_async", lambda **_k: None)
    monkeypatch.setattr(tasks, "WINDOW", 3)
    for _ in range(7):
        put("test.effect", world.now)
    assert [tasks.relay() for _ in range(2)] == [3, 0]
    with system("test"):
        first = Message.objects.filter(state="queued").order_by("id").first()
        Message.objects.filter(pk=first.pk).update(state="done", done_at=world.now)
    assert tasks.relay() == 1
    frozen(world.now + tasks.LOST_AFTER * 2)
    assert tasks.relay() == 3, "what was lost is queued again"


# --- with real processes -----------------------------------------------------------------------------------------


class Plant:
    """Workers with a scheduler each, a broker and a mail server of their own, to be killed."""

    def __init__(self, folder, urls, mail, *, guard="up", workers=2):
        self.folder, self.guard, self.mail = folder, guard, mail
        self.sockets = Path(tempfile.mkdtemp(prefix="kill"))
        self.valkey = Valkey(folder, self.sockets, throw_away=guard == "down")
        self.log = (folder / f"celery-{guard}.log").open("ab")
        self.environment = os.environ | urls | {
            "PORTAL_MODE": "test", "GUARD": guard, "EMAIL_URL": mail.url, "BROKER_URL": self.valkey.broker_url,
            "CACHE_URL": self.valkey.cache_url, "LOG_LEVEL": "ERROR",
        }  # fmt: skip
        self.number, self.workers, self.broker = 0, [], None
        self.start_broker()
        for _ in range(workers):
            self.start_worker()

    def _spawn(self, command):
        return subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=self.log, stderr=self.log, start_new_session=True
        )

    def start_broker(self):
        self.broker = self._spawn(self.valkey.service().command)
        while not self.valkey.answers():
            time.sleep(0.05)

    def start_worker(self):
        self.number += 1
        schedule = self.folder / f"beat-{self.guard}-{self.number}"
        self.workers.append(self._spawn([
            sys.executable, "-m", "celery", "-A", "tests.portal.killing", "worker", "--hostname", f"w{self.number}@x",
            "--beat", "--schedule", str(schedule), "--concurrency", "1", "--loglevel", "error", "--without-mingle",
            "--without-gossip",
        ]))  # fmt: skip

    def works(self):
        """Whether the oldest worker has its children: the scheduler, and the process that works."""
        pid = self.workers[0].pid
        return len(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()) >= 2

    def kill_worker(self):
        """kill -9 for the oldest worker and its children; a new one comes."""
        kill(self.workers.pop(0))
        self.start_worker()

    def kill_broker(self):
        kill(self.broker)
        time.sleep(0.5)
        self.start_broker()

    def stop(self):
        for process in (*self.workers, self.broker):
            kill(process)
        self.log.close()


def kill(process):
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture
def plant(django_db_setup, django_db_blocker, tmp_path):
    """`plant()` with a database and a mail server of its own."""
    made = []
    with django_db_blocker.unblock(), throw_away("killed") as urls, running(tmp_path) as mail:

        def make(**given):
            made.append(Plant(tmp_path, urls, mail, **given))
            return made[-1]

        try:
            yield make
        finally:
            for plant in made:
                plant.stop()


def count(**given):
    with acting(Actor.public(now())), system("count"):
        return Message.objects.filter(**given).count()


def until(holds, seconds, what):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, what()
        time.sleep(0.1)


def tell(startup, reader, numbers):
    """Two messages for each number: an event with a message and a mail, and an effect that could happen twice."""
    for number in numbers:
        with acting(reader):
            announce("organization.verified", startup, to=Audience.members(reader.membership_id), organization="테솔로")
            later("test.effect", actor=reader, number=number)


def storm(plant, *, events, worker_kills, broker_kills, seed=20251122):
    """Write events in portions and kill while they are worked off. Returns how many of each were killed in work."""
    world, dice = World(), random.Random(seed)
    world.now = now()
    startup = world.organization(Kind.STARTUP, "테솔로")
    reader = world.actor(world.member(startup, Role.REPRESENTATIVE), at=now())
    portion, killed, broker_after = events // worker_kills, Counter(), worker_kills // broker_kills
    for number in range(worker_kills):
        upto = events if number == worker_kills - 1 else (number + 1) * portion
        tell(startup, reader, range(number * portion, upto))
        done = count(state="done") + dice.randint(2, max(3, portion // 2))
        until(lambda done=done: count(state="done") >= done and plant.works(), 180, lambda: "the workers do nothing")
        if number % broker_after == broker_after - 1 and killed["broker"] < broker_kills:
            plant.kill_broker()
            killed["broker"] += 1
        plant.kill_worker()
        killed["worker"] += 1
    return killed


def figures(plant, events):
    """What has become of it all."""
    with acting(Actor.public(now())), system("judge"):
        effects = Counter(AccessRecord.objects.filter(subject__startswith="effect.").values_list("subject", flat=True))
        mails = set(Mail.objects.values_list("message_id", flat=True))
        sent = Mail.objects.filter(state=Mail.State.SENT).count()
        notes = Notification.objects.count()
    taken = Counter(t["id"] for t in plant.mail.taken())
    assert set(taken) <= mails, "a Message-ID that is no mail's"
    return {
        "events": events,
        "jobs": count(),
        "jobs left": count(state__in=OPEN) + count(state="given_up"),
        "effects lost": events - len(effects),
        "effects twice": effects.total() - len(effects),
        "messages": notes,
        "mails": len(mails),
        "mails sent": sent,
        "mails that never arrived": len(mails - set(taken)) + events - len(mails),
        "mails that arrived twice": taken.total() - len(taken),
    }


def clean(found):
    lost = ("jobs left", "effects lost", "effects twice", "mails that never arrived")
    assert {name: found[name] for name in lost} == dict.fromkeys(lost, 0), found
    assert found["messages"] == found["mails"] == found["mails sent"] == found["events"], found


def settle(seconds):
    until(lambda: not count(state__in=OPEN), seconds, lambda: f"{count(state__in=OPEN)} jobs are left")


def test_nothing_is_lost_when_workers_and_broker_die(plant):
    made = plant()
    killed = storm(made, events=60, worker_kills=3, broker_kills=1)
    pk = put("test.dies")  # and one that kills whoever runs it
    settle(180)
    assert killed == {"worker": 3, "broker": 1}
    with acting(Actor.public(now())), system("check"):
        message = Message.objects.get(pk=pk)
        assert (message.state, message.starts) == ("given_up", STARTS)
        ended = AccessRecord.objects.filter(subject__in=["effect.dies", "effect.given-up"])
        assert [r.subject for r in ended] == ["effect.given-up"], "what a dead worker did is undone"
        Message.objects.filter(pk=pk).update(state="done", done_at=now())
        connection.close()
    found = figures(made, 60)
    found["effects lost"] += 1  # "given-up" is an effect, too
    clean(found)


@pytest.mark.prove
def test_thirty_workers_and_three_brokers_are_killed(plant):
    began, made = time.monotonic(), plant(workers=4)
    killed = storm(made, events=1500, worker_kills=30, broker_kills=3)
    settle(900)
    found = figures(made, 1500)
    _record("up", killed, found, began)
    clean(found)


@pytest.mark.prove
def test_without_the_guard_the_same_kills_lose_work(plant):
    """Acknowledged before it runs, a broker without its file, and nobody looks for what is lost."""
    began, made = time.monotonic(), plant(guard="down", workers=4)
    killed = storm(made, events=1500, worker_kills=30, broker_kills=3)
    quiet, before = 0, -1
    while quiet < 20:  # nothing moves any more
        time.sleep(0.5)
        left = count(state__in=OPEN)
        quiet, before = (quiet + 1 if left == before else 0), left
    found = figures(made, 1500)
    _record("down (acknowledged early, nobody looks for what is lost)", killed, found, began)
    assert found["jobs left"] and found["effects lost"]


def _record(guard, killed, found, began):
    seconds = round(time.monotonic() - began, 1)
    kills = {"worker kills": killed["worker"], "broker kills": killed["broker"]}
    record("Events under kills", guard=guard, **kills, **found, seconds=seconds)
