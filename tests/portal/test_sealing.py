"""The chain of access records: sealed in the background, verified, and no tampering goes unseen."""

import json
import os
import random
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import datetime
from uuid import uuid4

import psycopg2
import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from portal.audit import records, safekeeping
from portal.audit.models import AccessRecord, RecordSeal
from portal.audit.sealing import seal
from portal.audit.verification import Head, Verification, head
from portal.kernel.clock import now
from portal.outbox.models import Message
from portal.outbox.tasks import work
from portal.security.actor import Actor, acting, system
from tests import proofs
from tests.database import ROOT, named, throw_away


def somebody():
    return Actor(now=now(), user_id=uuid4(), name="열람자", address="10.0.0.7")


def write(count: int) -> None:
    """Records in one transaction."""
    one = somebody()
    with acting(one), records.collected() as notes:
        for number in range(count):
            records.note(
                records.Act.DOWNLOAD, "startups.profile", actor=one, owner_id=uuid4(), subject_id=uuid4(), rows=number
            )
    records.write(notes, actor=one, request_id="r" * 32)


def seal_all() -> int:
    total = 0
    while done := seal():
        total += done
    return total


def faults(*heads: Head) -> set[str]:
    verification = Verification(heads)
    for _ in verification.run(actor=Actor.public(now())):
        pass
    return {kind for kind, _ in verification.faults}


@contextmanager
def attacker():
    """A connection with every right: triggers, keys and row security stand aside."""
    made = psycopg2.connect(named(os.environ["DATABASE_ADMIN_URL"], connection.settings_dict["NAME"]))
    made.autocommit = False
    try:
        with made.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        made.commit()
        yield made
    finally:
        made.close()


@pytest.fixture(autouse=True)
def own_transactions(monkeypatch):
    """Tests share a server: another test's open transaction, in another database, mustn't hold up the sealer here."""
    oldest = "(SELECT min(backend_xid::text::bigint) FROM pg_stat_activity WHERE datname = current_database())"
    begun = "pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
    monkeypatch.setattr("portal.audit.sealing.Oldest.template", f"coalesce({oldest}, {begun})")


@pytest.fixture
def chain(transactional_db):
    write(40)
    seal_all()
    return head()


def test_sealed_in_order_without_gaps(chain):
    with system("check"):
        numbers = list(RecordSeal.objects.order_by("number").values_list("number", flat=True))
        order = list(AccessRecord.objects.order_by("tx", "pk").values_list("seal__number", flat=True))
    assert numbers == list(range(1, 41)) == order
    assert faults(chain) == set()
    assert seal() == 0


def test_the_database_spells_instants_as_they_are_hashed(transactional_db):
    """With and without a fraction, before and after midnight in Seoul."""
    with acting(somebody()):
        for at in ("2025-03-01T00:00:00+09:00", "2024-12-31T15:00:00.000001+00:00", "2025-06-30T23:59:59.120000+09:00"):
            one = somebody().at(datetime.fromisoformat(at))
            records.note(records.Act.VIEW, "startups.profile", actor=one)
    assert seal_all() == 3
    assert faults() == set()


def test_only_what_is_settled_is_sealed(transactional_db):
    """A record of an open transaction comes before one that is committed earlier: both wait for it to end."""
    other = connection.copy()
    one = somebody()
    try:
        other.set_autocommit(False)
        with acting(one), other.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
            write(1)
            assert seal() == 0
            cursor.execute(
                "INSERT INTO audit_accessrecord (id, at, user_name, organization_name, address, act, subject, detail, confidential, request_id, tx) "
                "VALUES (gen_random_uuid(), now(), 'x', '', '', 'view', 's', '{}', false, '', pg_current_xact_id()::text::bigint)"
            )
            other.commit()
    finally:
        other.close()
    assert seal() == 2
    with system("check"):
        assert AccessRecord.objects.get(seal__number=1).user_name == "x"
    assert faults() == set()


def test_a_restored_server_counts_its_transactions_anew(transactional_db):
    """Records of the old server lie in the future of the new one: they are sealed, and so is what follows."""
    write(3)
    with attacker() as raw, raw.cursor() as cursor:
        cursor.execute("UPDATE audit_accessrecord SET tx = tx + 1000000000")
        raw.commit()
    assert seal(batch=2) == 2
    write(2)
    assert seal_all() == 3
    write(1)
    assert seal_all() == 1
    with system("check"):
        assert RecordSeal.objects.count() == 6
    assert faults() == set()


def test_two_sealers_make_one_chain(chain):
    write(1)
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with acting(somebody()), other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(7203911)")
            assert seal() == 0
            other.rollback()
    finally:
        other.close()
    assert seal() == 1


TAMPERINGS = {
    "edit": "UPDATE audit_accessrecord SET {field} = {value} WHERE id = (SELECT record_id FROM audit_recordseal WHERE number = {at})",
    "edit the seal": "UPDATE audit_recordseal SET {seal} = sha256('{at}') WHERE number = {at}",
    "delete the record": "DELETE FROM audit_accessrecord WHERE id = (SELECT record_id FROM audit_recordseal WHERE number = {at})",
    "delete both": "WITH gone AS (DELETE FROM audit_recordseal WHERE number = {at} RETURNING record_id) DELETE FROM audit_accessrecord WHERE id IN (SELECT record_id FROM gone)",
    "take out and close the gap": "DELETE FROM audit_recordseal WHERE number = {at}; UPDATE audit_recordseal SET number = number + 1000000 WHERE number > {at}; UPDATE audit_recordseal SET number = number - 1000001 WHERE number > 1000000",
    "swap": "UPDATE audit_recordseal SET number = number + 1000000 WHERE number IN ({at}, {other}); UPDATE audit_recordseal SET number = CASE number - 1000000 WHEN {at} THEN {other} ELSE {at} END WHERE number > 1000000",
    "insert behind": "INSERT INTO audit_accessrecord SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), 'tx', r.tx - 1))).* FROM audit_accessrecord r WHERE id = (SELECT record_id FROM audit_recordseal WHERE number = {at})",
    "cut off the tail": "WITH gone AS (DELETE FROM audit_recordseal WHERE number >= {at} RETURNING record_id) DELETE FROM audit_accessrecord WHERE id IN (SELECT record_id FROM gone)",
    "pretend an erasure": "UPDATE audit_accessrecord SET user_id = NULL, user_name = '', address = '' WHERE id = (SELECT record_id FROM audit_recordseal WHERE number = {at}); UPDATE audit_recordseal SET salt = NULL WHERE number = {at}",
}
FIELDS = {
    "at": "at + interval '1 second'", "user_id": "gen_random_uuid()", "user_name": "user_name || 'x'", "organization_id": "gen_random_uuid()",
    "organization_name": "'다른 기관'", "address": "'10.0.0.8'", "owner_id": "gen_random_uuid()", "act": "'view'", "subject": "'demands.demand'",
    "subject_id": "NULL", "detail": "'{\"rows\": 999999}'", "confidential": "NOT confidential", "request_id": "'x'", "tx": "tx + 1",
}  # fmt: skip


def tamper_and_look(count: int, links: int, seed: int = 1) -> dict[str, int]:
    """Tamper at random, verify, undo; returns how many were found by kind. Each way and each field has its turn."""
    dice, kept, found = random.Random(seed), head(), dict.fromkeys(TAMPERINGS, 0)
    with attacker() as raw, raw.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE kept_record AS TABLE audit_accessrecord; CREATE TABLE kept_seal AS TABLE audit_recordseal"
        )
        raw.commit()
        for turn in range(count):
            kind = list(TAMPERINGS)[turn % len(TAMPERINGS)]
            field = list(FIELDS)[(turn // len(TAMPERINGS)) % len(FIELDS)]
            at, other = dice.sample(range(1, links + 1), 2)
            told = {
                "at": at,
                "other": other,
                "field": field,
                "value": FIELDS[field],
                "seal": dice.choice(["salt", "personal", "digest"]),
            }
            statement = TAMPERINGS[kind]
            for name, value in told.items():
                statement = statement.replace("{" + name + "}", str(value))
            cursor.execute(statement)
            raw.commit()
            assert faults(kept), f"turn {turn} went unseen: {statement}"
            found[kind] += 1
            cursor.execute(
                "DELETE FROM audit_accessrecord; INSERT INTO audit_accessrecord TABLE kept_record;"
                "DELETE FROM audit_recordseal; INSERT INTO audit_recordseal TABLE kept_seal"
            )
            raw.commit()
        cursor.execute("DROP TABLE kept_record, kept_seal")
        raw.commit()
    assert faults(kept) == set()
    return found


def test_tamperings_are_found(chain):
    assert sum(tamper_and_look(len(TAMPERINGS) * len(FIELDS), 40).values()) == len(TAMPERINGS) * len(FIELDS)


def rewrite(raw, skip: int) -> None:
    """Take a record out and compute all links behind it anew, as the portal would: the chain itself holds."""
    with raw.cursor() as cursor:
        cursor.execute("DELETE FROM audit_recordseal")
        cursor.execute(
            "DELETE FROM audit_accessrecord WHERE id IN (SELECT id FROM audit_accessrecord ORDER BY id OFFSET %s LIMIT 1)",
            [skip],
        )
        raw.commit()
    seal_all()


def test_a_chain_computed_anew_contradicts_the_head_that_was_kept(chain):
    with attacker() as raw:
        rewrite(raw, 5)
    assert faults() == set(), "the chain alone can't tell"
    assert faults(chain) == {"cut_off"}
    write(1)
    seal_all()
    assert faults(chain) == {"rewritten"}


def test_a_head_that_the_portal_has_not_signed_is_none(chain, settings):
    forged = json.loads(chain.text()) | {"number": 39}
    for text in (json.dumps(forged), "", "[]", "x", json.dumps({"number": 1})):
        with pytest.raises(ValueError):
            Head.read(text)
    assert Head.read(chain.text()) == chain
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "n" * 60
    # A key that was rotated still vouches: the signer is made anew when the portal starts.
    assert Head.read(chain.text()) == chain


def test_what_the_sealer_leaves_lying_is_told(transactional_db):
    one = somebody()
    with acting(one.at(now().replace(year=2025))):
        records.note(records.Act.VIEW, "startups.profile", actor=one.at(now().replace(year=2025)))
    assert faults() == {"unsealed"}
    seal_all()
    assert faults() == set()


def test_a_person_is_erased_and_the_chain_holds(chain):
    """By the owner alone, with a record of it; the digests stay, the name is nowhere."""
    with system("check"):
        user = AccessRecord.objects.first().user_id
    command = [sys.executable, "manage.py", "erase_personal", "--user", str(user), "--reason", "보존기간이 끝남"]
    environment = os.environ | {"PORTAL_MODE": "test"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0 and "40 records" in done.stdout, done.stderr
    with system("check"):
        assert not AccessRecord.objects.filter(user_name="열람자").exists()
        assert not AccessRecord.objects.filter(user_id=user).exists()
        assert AccessRecord.objects.get(act="erased").detail == {"numbers": [[1, 40]], "reason": "보존기간이 끝남"}
    assert faults(chain) == {"erased"}, "as long as the record of it is not sealed"
    seal_all()
    assert faults(chain) == set()


def test_commands(chain, tmp_path, settings, capsys):
    settings.RECORD_HEAD_FOLDER = str(tmp_path)
    call_command("export_record_head", mail="audit@safe.example")
    assert Head.read(capsys.readouterr().out) == chain == safekeeping.kept()[0]
    call_command("export_record_head", mail="audit@safe.example")  # twice is one mail
    with system("what the relay would do"):
        waiting = [str(m.pk) for m in Message.objects.filter(job="notifications.send")]
    assert not mail.outbox and len(waiting) == 1, "it goes through the outbox, like any other"
    work(message_id=waiting[0])
    assert chain.text() in mail.outbox[0].body and mail.outbox[0].to == ["audit@safe.example"]
    call_command("verify_records")
    assert "40 records are as they were written (1 heads compared)" in capsys.readouterr().out
    with attacker() as raw, raw.cursor() as cursor:
        cursor.execute("DELETE FROM audit_recordseal WHERE number > 35")
        raw.commit()
    with pytest.raises(CommandError, match="fault"):
        call_command("verify_records")
    assert "cut_off 40" in capsys.readouterr().out
    (tmp_path / "head-x.json").write_text("{}")
    with pytest.raises(CommandError, match="can't be used"):
        call_command("verify_records")


def test_the_application_can_neither_change_nor_take_away_seals(chain):
    from django.db import ProgrammingError

    for statement in (
        "UPDATE audit_recordseal SET number = 1",
        "DELETE FROM audit_recordseal",
        "TRUNCATE audit_recordseal",
    ):
        with system("test"), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement)


@pytest.mark.prove
def test_a_thousand_tamperings(transactional_db):
    with throw_away("tampering"):
        write(200)
        seal_all()
        began = time.perf_counter()
        found = tamper_and_look(1000, 200, seed=20251122)
        proofs.record(
            "Tampering with access records", links=200, tamperings=1000, found=sum(found.values()), ways=len(found),
            seconds=round(time.perf_counter() - began, 1),
        )  # fmt: skip


@pytest.mark.prove
def test_a_hundred_thousand_records(transactional_db):
    with throw_away("verifying"):
        for _ in range(20):
            write(5000)
        began = time.perf_counter()
        assert seal_all() == 100_000
        sealed = time.perf_counter() - began
        kept, began, busy = head(), time.perf_counter(), time.process_time()
        assert faults(kept) == set()
        verified, own = time.perf_counter() - began, time.process_time() - busy
        proofs.record(
            "Verifying access records",
            records=100_000,
            sealing_seconds=round(sealed, 1),
            verifying_seconds=round(verified, 1),
            of_it_computing=round(own, 1),
        )
        assert verified <= 10
