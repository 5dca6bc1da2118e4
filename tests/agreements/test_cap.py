"""The cap under attack: simultaneous sessions, each committing. In small here, full-size with `make prove`."""

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from django.db import connection

from agreements.funding import operations
from agreements.funding.limits import KeyReused
from agreements.funding.models import Disbursement, LedgerEntry
from agreements.funding.workflow import State
from portal.kernel.errors import OverLimit, WrongState
from portal.kernel.roles import Role
from portal.security.actor import Actor, Context, acting, system
from portal.security.backend.base import settings_of
from tests.agreements.attack import attempts, by_operation, by_reading_first, judged, targets
from tests.agreements.scene import MILLION, Scene
from tests.database import ROOT, throw_away
from tests.fixtures import NOW, World
from tests.proofs import record


@pytest.fixture
def clone(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), throw_away("attack") as urls:
        yield urls


@pytest.fixture
def scene(clone):
    return Scene(World())


def at_once(*calls):
    """Run the calls in threads that begin together. Returns results and exceptions in order."""
    barrier = threading.Barrier(len(calls))

    def run(call):
        try:
            barrier.wait(timeout=20)
            return call()
        except Exception as fault:
            return fault
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def owner(urls, *statements, context=None):
    """Run statements as the tables' owner, in one transaction."""
    raw = psycopg2.connect(urls["DATABASE_OWNER_URL"])
    try:
        with raw, raw.cursor() as cursor:
            for name, value in settings_of(context or Context(Actor.public(NOW), system="attack")).items():
                cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
            for statement in statements:
                cursor.execute(statement)
    finally:
        raw.close()


GUARD_DOWN = "ALTER TABLE funding_award DISABLE TRIGGER funding_count_award"


def test_nobody_gets_over_the_cap(scene):
    lines = targets(scene, startups=2, per_startup=10)
    found = sum(
        at_once(*(lambda i=i: attempts(lines[i::4], scene.approver, by_operation) for i in range(4))), Counter()
    )
    assert set(found) == {"awarded", "refused"} and found.total() == 20
    assert judged(scene.program) | {"awarded_won": 0, "largest": 0} == dict.fromkeys(judged(scene.program), 0)


def test_without_the_guard_the_same_attack_overspends(clone, scene):
    owner(clone, GUARD_DOWN)
    startup = scene.startup("표적")[0]
    one, other = scene.line(startup, 150 * MILLION), scene.line(startup, 150 * MILLION)
    pause = threading.Barrier(2)
    at_once(*(lambda i=i: attempts([i.pk], scene.approver, by_reading_first, pause=pause.wait) for i in (one, other)))
    assert judged(scene.program)["over"] == 1


def disbursement_of(scene):
    startup, representative = scene.startup("테솔로")
    line = scene.line(startup, 100 * MILLION)
    with acting(scene.approver):
        award = operations.create_award(line=line, actor=scene.approver)
    scene.announce(line)
    return award, representative


def ask(award, actor, amount=60 * MILLION, key=""):
    with acting(actor):
        return operations.request(actor=actor, award=award, amount=amount, purpose="시제품", key=key)


def test_two_approvals_at_once_are_one(scene):
    award, representative = disbursement_of(scene)
    found = ask(award, representative)
    with acting(scene.officer):
        operations.review(disbursement=found, actor=scene.officer)
    approvers = [scene.approver, scene.world(scene.ministry, Role.APPROVER)]

    def approve(actor):
        with acting(actor):
            mine = Disbursement.objects.visible_to(actor).get(pk=found.pk)
            return operations.approve(disbursement=mine, actor=actor)

    results = at_once(*(lambda a=a: approve(a) for a in approvers))
    assert sorted(type(r).__name__ for r in results) == ["Disbursement", "WrongState"]
    winner = next(r for r in results if isinstance(r, Disbursement))
    with system("check"):
        stored = Disbursement.objects.get(pk=found.pk)
        assert (stored.state, stored.approved_by_id) == (State.APPROVED, winner.approved_by_id)
        approvals = Disbursement.pgh_event_model.objects.filter(id=found.pk, state=State.APPROVED)
        assert approvals.count() == 1


def test_two_payments_at_once_are_one(scene):
    award, representative = disbursement_of(scene)
    found = ask(award, representative)
    for name, actor in (("review", scene.officer), ("approve", scene.approver), ("send", scene.finance)):
        with acting(actor):
            getattr(operations, name)(disbursement=found, actor=actor)

    def pay(reference):
        with acting(scene.finance):
            mine = Disbursement.objects.visible_to(scene.finance).get(pk=found.pk)
            return operations.pay(disbursement=mine, actor=scene.finance, bank_reference=reference)

    results = at_once(lambda: pay("R-1"), lambda: pay("R-2"))
    assert sum(isinstance(r, WrongState) for r in results) == 1
    with system("check"):
        assert LedgerEntry.objects.filter(credit="paid").count() == 1


def test_one_key_at_once_is_one_request(scene):
    award, representative = disbursement_of(scene)
    same = at_once(*(lambda: ask(award, representative, key="k") for _ in range(4)))
    assert len({r.pk for r in same}) == 1
    with pytest.raises(KeyReused):
        ask(award, representative, amount=1, key="k")
    other = at_once(*(lambda a=a: ask(award, representative, amount=a, key="l") for a in (MILLION, 2 * MILLION)))
    assert sorted(type(r).__name__ for r in other) == ["Disbursement", "KeyReused"]


def test_two_requests_at_once_share_what_remains(scene):
    award, representative = disbursement_of(scene)
    results = at_once(*(lambda: ask(award, representative) for _ in range(3)))
    assert sorted(type(r).__name__ for r in results) == ["Disbursement", "OverLimit", "OverLimit"]
    assert all("40,000,000원" in str(r) for r in results if isinstance(r, OverLimit))


def test_taking_an_award_back_while_it_is_drawn(scene):
    award, representative = disbursement_of(scene)

    def cancel():
        with acting(scene.approver):
            return operations.cancel(award=award, actor=scene.approver, reason="중복 배정")

    results = at_once(cancel, lambda: ask(award, representative))
    assert sum(isinstance(r, Exception) for r in results) == 1, results
    with system("check"):
        award.refresh_from_db()
        assert (award.state, award.drawn) in (("cancelled", 0), ("active", 60 * MILLION))


def test_lowering_the_cap_while_it_is_used(scene):
    """Whoever comes second sees the first: no award above a lowered cap, no cap below an award."""
    line = scene.line(scene.startup("테솔로")[0], 150 * MILLION)

    def lower():
        with acting(scene.officer):
            programs = type(scene.program).objects.visible_to(scene.officer)
            return programs.filter(pk=scene.program.pk).update(cap_per_startup=100 * MILLION)

    def award():
        with acting(scene.approver):
            return operations.create_award(line=line, actor=scene.approver)

    results = at_once(lower, award)
    assert sum(isinstance(r, Exception) for r in results) == 1, results


def test_not_even_the_owner_rewrites_the_ledger(clone, scene):
    disbursement_of(scene)
    statements = ["UPDATE funding_ledgerentry SET amount = 1", "DELETE FROM funding_ledgerentry"]
    for statement in [*statements, "TRUNCATE funding_ledgerentry"]:
        with pytest.raises(psycopg2.Error, match="append-only"):
            owner(clone, statement)
    with pytest.raises(psycopg2.Error, match="Cannot update or delete"):
        owner(clone, "UPDATE funding_awardhistory SET amount = 1")
    with system("check"):
        assert LedgerEntry.objects.count() == 1


# --- full size ---

PROCESSES, EACH, STARTUPS = 8, 100, 20


def attack(urls, scene, way):
    """8 processes × 100 attempts on 20 startups, all begun together. Returns outcomes and seconds."""
    lines = targets(scene, STARTUPS, PROCESSES * EACH // STARTUPS)
    who = {"membership": str(scene.approver.membership_id), "user": str(scene.approver.user_id), "way": way}
    environment = os.environ | urls | {"PORTAL_MODE": "test"}
    connection.close()
    attackers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.agreements.attack"],
            cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(PROCESSES)
    ]  # fmt: skip
    for i, attacker in enumerate(attackers):
        attacker.stdin.write(json.dumps(who | {"lines": [str(line) for line in lines[i::PROCESSES]]}) + "\n")
        attacker.stdin.flush()
    assert [attacker.stdout.readline() for attacker in attackers] == ["ready\n"] * PROCESSES
    began = time.monotonic()
    for attacker in attackers:
        attacker.stdin.write("go\n")
        attacker.stdin.flush()
    outcomes = [attacker.communicate(timeout=600)[0] for attacker in attackers]
    found = sum((Counter(json.loads(text)) for text in outcomes), Counter())
    assert found.total() == PROCESSES * EACH
    return found, round(time.monotonic() - began, 1)


@pytest.mark.prove
def test_eight_processes_attack_the_cap(scene, clone):
    found, seconds = attack(clone, scene, "operation")
    truth = judged(scene.program)
    record("Cap per startup", guard="up", **_figures(found, truth, seconds))
    assert set(found) == {"awarded", "refused"}
    assert truth["over"] == truth["overspent"] == truth["false_counters"] == 0
    assert truth["largest"] > 0.95 * 200 * MILLION, "the attack went up to the cap"


@pytest.mark.prove
def test_eight_processes_without_the_guard(scene, clone):
    owner(clone, GUARD_DOWN)
    found, seconds = attack(clone, scene, "control")
    truth = judged(scene.program)
    record("Cap per startup", guard="down (reads the sum, then inserts)", **_figures(found, truth, seconds))
    assert truth["over"] > 0, "the control must show the fault"


def _figures(found, truth, seconds):
    return {
        "processes": PROCESSES,
        "attempts": PROCESSES * EACH,
        "startups": STARTUPS,
        "awarded": found["awarded"],
        "refused": found["refused"],
        "faults": found.total() - found["awarded"] - found["refused"],
        "startups over the cap": truth["over"],
        "won over the cap": truth["overspent"],
        "largest sum (won)": truth["largest"],
        "seconds": seconds,
    }
