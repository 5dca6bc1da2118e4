"""Idempotency keys, on the demands' room made a money room for the test."""

from threading import Thread

import psycopg2
import pytest
from django.db import connection
from django.test import Client
from django.urls import get_resolver

from portal.api import idempotency
from portal.api.models import IdempotencyKey
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.security.actor import acting, system
from portal.web.rooms import rooms
from programs.demands import operations
from programs.demands.models import Demand
from programs.demands.views import ROOM
from programs.demands.workflow import State
from tests.api.conftest import FIELDS
from tests.api.test_reading import code


@pytest.fixture(autouse=True)
def money(monkeypatch):
    assert get_resolver().url_patterns  # made before, from the room as it is
    monkeypatch.setitem(vars(ROOM), "money", True)


@pytest.fixture
def body(program):
    return FIELDS | {"program": str(program.pk)}


def count():
    with system("check"):
        return Demand.objects.count()


def test_rooms_that_move_money_say_so():
    found = rooms()
    assert found["awards"].money is True and found["disbursements"].money is True
    assert found["selections"].moves_money("confirm")  # this makes the awards
    assert not found["selections"].moves_money("propose") and not found["applications"].moves_money("create")


def test_the_key_is_required(api, manager, body):
    client = api(manager)
    for key in ({}, {"Idempotency_Key": ""}, {"Idempotency_Key": "k" * 101}, {"Idempotency_Key": "a b"}):
        assert code(client.post("demands/", body, **key)) == (400, "idempotency_key_required")
    assert count() == 0
    assert client.get("demands/").status_code == 200


def test_the_same_again_is_the_same_answer(api, manager, body):
    client = api(manager)
    first = client.post("demands/", body, Idempotency_Key="k1")
    again = client.post("demands/", dict(reversed(body.items())), Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    for header in ("ETag", "Location", "Content-Type"):
        assert first.headers[header] == again.headers[header]
    assert "Idempotency-Replayed" not in first.headers and again.headers["Idempotency-Replayed"] == "true"
    assert count() == 1


def test_another_body_or_another_step_with_the_same_key(api, manager, body, demand):
    client = api(manager)
    client.post("demands/", body, Idempotency_Key="k1")
    assert code(client.post("demands/", body | {"min_trl": 6}, Idempotency_Key="k1")) == (409, "idempotency_key_reused")
    again = client.post(f"demands/{demand.pk}/submit/", body, Idempotency_Key="k1")
    assert code(again) == (409, "idempotency_key_reused")
    assert count() == 2


def test_steps_and_changes(api, manager, demand):
    client = api(manager)
    changed = [
        client.patch(f"demands/{demand.pk}/", {"title": "새 제목"}, If_Match='"1"', Idempotency_Key="c")
        for _ in range(2)
    ]
    assert [r.status_code for r in changed] == [200, 200] and changed[0].content == changed[1].content
    handed = [client.post(f"demands/{demand.pk}/submit/", Idempotency_Key="s") for _ in range(2)]
    assert [r.json()["state"] for r in handed] == ["submitted", "submitted"]
    assert code(client.post(f"demands/{demand.pk}/submit/", Idempotency_Key="s2")) == (409, "wrong_state")


def test_a_refusal_is_an_answer_too(api, manager, make_demand):
    demand = make_demand(problem="")
    client = api(manager)
    first = client.post(f"demands/{demand.pk}/submit/", Idempotency_Key="k")
    assert code(first) == (422, "invalid")
    with acting(manager):
        operations.edit(demand=demand, actor=manager, problem="이제 있습니다.")
    again = client.post(f"demands/{demand.pk}/submit/", Idempotency_Key="k")
    assert code(again) == (422, "invalid") and first.content == again.content
    assert client.post(f"demands/{demand.pk}/submit/", Idempotency_Key="k2").status_code == 200


def test_what_was_not_tried_is_not_stored(api, manager, body):
    client = api(manager)
    assert code(client.post("demands/", body | {"min_trl": 99}, Idempotency_Key="k")) == (422, "invalid")
    assert client.post("demands/", body, Idempotency_Key="k").status_code == 201


def test_a_fault_stores_nothing(api, manager, demand, monkeypatch):
    """Between the operation and its answer: both are gone, and the same key works afterwards."""
    client = api(manager)
    client.client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("portal.api.collections.Collection.shown", lambda *_args, **_kwargs: 1 / 0)
        found = client.post(f"demands/{demand.pk}/submit/", Idempotency_Key="k")
        assert code(found) == (500, "server_error")
    with system("check"):
        assert not IdempotencyKey.objects.exists()
        assert Demand.objects.get(pk=demand.pk).state == State.DRAFT
    assert client.post(f"demands/{demand.pk}/submit/", Idempotency_Key="k").status_code == 200


def test_keys_belong_to_a_membership(api, manager, world, body):
    rival = world(world.organization(Kind.CORPORATION), Role.MANAGER)
    assert api(manager).post("demands/", body, Idempotency_Key="k").status_code == 201
    other = api(rival).post("demands/", body | {"title": "다른 회사의 과제"}, Idempotency_Key="k")
    assert other.status_code == 201 and other.json()["title"] == "다른 회사의 과제"
    with acting(rival), connection.cursor() as cursor:  # row security alone
        cursor.execute("SELECT count(*) FROM api_idempotencykey")
        assert cursor.fetchone() == (1,)


def test_nobody_waits_for_ever(api, manager, body, monkeypatch):
    """Another session holds the key and doesn't end: said as it is, nothing is done."""
    monkeypatch.setattr(idempotency, "WAIT", "100ms")
    client, holder = api(manager), psycopg2.connect(connection.connection.dsn)
    try:
        with holder.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('portal.system', 'test', true), set_config('portal.kind', '-', true),"
                " set_config('portal.now', now()::text, true), set_config('portal.organization', %(no)s, true),"
                " set_config('portal.membership', %(no)s, true), set_config('portal.user', %(no)s, true),"
                " set_config('portal.roles', '{}', true)",
                {"no": str(new_id())},
            )
            cursor.execute(
                "INSERT INTO api_idempotencykey (id, membership_id, key, request_hash, created_at)"
                " VALUES (%s, %s, 'k', '', now())",
                [str(new_id()), str(manager.membership_id)],
            )
            assert code(client.post("demands/", body, Idempotency_Key="k")) == (409, "in_progress")
            assert count() == 0
        holder.rollback()
        assert client.post("demands/", body, Idempotency_Key="k").status_code == 201
    finally:
        holder.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("keyed", [True, False], ids=["one key", "two keys: the control"])
def test_twins_at_the_same_time(api, manager, body, keyed):
    """Four sessions send the same; with one key one demand is made and all get its answer."""
    secret = api(manager).secret
    answers = []

    def send(number):
        client = Client(headers={"Authorization": f"Bearer {secret}"})
        headers = {"Idempotency-Key": "k" if keyed else f"k{number}"}
        answers.append(client.post("/api/v1/demands/", body, content_type="application/json", headers=headers))
        connection.close()

    threads = [Thread(target=send, args=[n]) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [r.status_code for r in answers] == [201] * 4
    assert len({r.json()["id"] for r in answers}) == count() == (1 if keyed else 4)
