"""Webhooks: who may have them, what they carry, where they never lead, and what happens when they fail."""

import hmac
import json
import socket
import ssl
import time
from datetime import timedelta
from hashlib import sha256
from ipaddress import ip_address

import pytest
from django.db import connection

from portal.kernel.errors import Invalid, NotAllowed, OverLimit, WrongState
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.notifications.models import Notification
from portal.outbox.models import Message
from portal.outbox.post import Audience, announce
from portal.outbox.tasks import run
from portal.security.actor import acting, system
from portal.security.models import block
from portal.webhooks import calling, operations, signing
from portal.webhooks.calling import Refused, call, is_public, parts_of
from portal.webhooks.models import Delivery, Webhook
from tests.fixtures import NOW
from tests.portal.receiver import certificate

URL = "https://hook.example/in"
EVENT = "organization.verified"
State = Delivery.State


@pytest.fixture
def startup(world):
    return world.organization(Kind.STARTUP, "테솔로")


@pytest.fixture
def administrator(world, startup):
    return world(startup)  # the first member


@pytest.fixture
def hook(administrator):
    with acting(administrator):
        return operations.create(actor=administrator, url=URL, events=[EVENT])


def announce_and_deliver(startup, actor, to=None):
    with acting(actor):
        announce(EVENT, startup, to=to or Audience.of(startup.pk), organization=startup.name)
    with system("test"):
        message = Message.objects.filter(job="notifications.deliver").order_by("-id")[0]
        run(message)
        run(message)  # twice changes nothing


def deliveries(**given):
    with system("check"):
        return list(Delivery.objects.filter(**given).order_by("id"))


def work_off(delivery):
    """The newest plan for the delivery."""
    with system("test"):
        plan = (
            Message.objects.filter(job="webhooks.call", arguments__delivery_id=str(delivery.pk)).order_by("id").last()
        )
        run(plan)
        return Delivery.objects.get(pk=delivery.pk)


def fresh(webhook):
    with system("check"):
        return Webhook.objects.get(pk=webhook.pk)


# --- what is sent ----------------------------------------------------------------------------------------------


def test_an_event_arrives_signed_and_without_content(world, startup, administrator, hook, receiver, frozen):
    announce_and_deliver(startup, administrator)
    (delivery,) = deliveries()
    assert delivery.state == State.WAITING
    found = work_off(delivery)
    assert (found.state, found.attempts, found.log[0]["status"]) == (State.DELIVERED, 1, 200)
    work_off(delivery)
    ((path, headers, body),) = receiver.got
    assert path == "/in"
    secret = signing.secret_of(fresh(hook)).encode()
    wanted = hmac.new(secret, headers["Portal-Timestamp"].encode() + b"." + body, sha256).hexdigest()
    assert headers["Portal-Signature"] == f"v1={wanted}"
    assert headers["Portal-Key"] == f"{hook.pk}.1" and headers["Host"] == "hook.example"
    sent = json.loads(body)
    assert sent["event"] == EVENT and sent["id"] == str(delivery.event_id)
    assert sent["subject"]["url"].endswith(f"/api/v1/organizations/{startup.pk}/")
    assert "테솔로" not in body.decode()


def test_a_new_secret_signs_from_the_next_call_on(administrator, hook, client_of, frozen):
    client = client_of(administrator)
    first = signing.secret_of(hook)
    page = client.post(f"/webhooks/{hook.pk}/show-secret/")
    assert first in page.content.decode()
    assert client.post(f"/webhooks/{hook.pk}/show-secret/").status_code == 409  # once
    for url in (f"/webhooks/{hook.pk}/", "/webhooks/", f"/api/v1/webhooks/{hook.pk}/"):
        assert first not in client.get(url).content.decode()
    assert client.post(f"/webhooks/{hook.pk}/renew-secret/").status_code == 302
    second = signing.secret_of(fresh(hook))
    assert second != first and second in client.post(f"/webhooks/{hook.pk}/show-secret/").content.decode()
    with system("check"), connection.cursor() as cursor:
        for table in ("webhooks_webhook", "webhooks_webhookhistory", "audit_accessrecord"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE strpos(t::text, %s) > 0", [second])
            assert cursor.fetchone() == (0,), "the secret is stored nowhere"


def test_only_what_the_registrant_sees(world, startup, administrator, hook, frozen):
    rival = world.organization(Kind.STARTUP, "경쟁사")
    foreign = world(rival)
    with acting(foreign):
        theirs = operations.create(actor=foreign, url="https://rival.example/in", events=[EVENT])
    announce_and_deliver(startup, administrator)
    assert {d.webhook_id for d in deliveries()} == {hook.pk}, "the rival's people were not told"
    # Told by mistake or not: what the rival can't see its webhook isn't told either.
    announce_and_deliver(startup, administrator, to=Audience.of(startup.pk, rival.pk))
    assert not deliveries(webhook=theirs)
    before = len(deliveries())
    block(subject_id=startup.pk, cause="test", cause_id=new_id(), user_id=administrator.user_id)
    announce_and_deliver(startup, administrator)
    assert len(deliveries()) == before, "a conflict of interest holds here, too"


def test_other_events_and_confidential_subjects_stay_inside(world, startup, administrator, hook, monkeypatch, frozen):
    monkeypatch.setattr(type(startup), "confidential", True)
    announce_and_deliver(startup, administrator)
    monkeypatch.undo()
    with acting(administrator):
        operations.edit(webhook=hook, actor=administrator, url=URL, events=["membership.joined"])
    announce_and_deliver(startup, administrator)
    assert deliveries() == []


def test_a_registrant_who_has_left_ends_the_calls(world, startup, administrator, hook, receiver, frozen):
    from portal.organizations.models import Membership

    announce_and_deliver(startup, administrator)
    with system("test"):
        world.member(startup, Role.ADMINISTRATOR)
        Membership.objects.filter(pk=administrator.membership_id).update(roles=["member"])
    assert work_off(deliveries()[0]).state == State.GIVEN_UP
    announce_and_deliver(startup, administrator)
    assert len(deliveries()) == 1 and not receiver.got


# --- where it never leads ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://hook.example/", "ftp://hook.example/", "https://localhost/", "https://127.0.0.1/", "https://[::1]/",
        "https://10.0.0.1/", "https://169.254.169.254/latest/meta-data/", "https://2130706433/", "https://0x7f.1/",
        "https://db/", "https://printer.local/", "https://db.internal/", "https://user:pw@hook.example/",
        "https://hook.example:22/", "https://hook.example:99999/", "https://hook.example/#x", "https://", "https://[/",
        "https://8.8.8.8/", "https://127.1/", "https://hook.example:5432/",
    ],
)  # fmt: skip
def test_such_an_address_is_not_registered(administrator, url):
    with pytest.raises(Refused):
        parts_of(url)
    with acting(administrator), pytest.raises(Invalid) as refusal:
        operations.create(actor=administrator, url=url, events=[EVENT])
    assert "url" in refusal.value.fields


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("2001:4860:4860::8888", True), ("127.0.0.1", False), ("10.1.2.3", False),
        ("172.16.0.1", False), ("192.168.0.1", False), ("169.254.169.254", False), ("100.64.0.1", False),
        ("0.0.0.0", False), ("224.0.0.1", False), ("255.255.255.255", False), ("::1", False), ("::", False),
        ("fe80::1%eth0", False), ("fc00::1", False), ("::ffff:127.0.0.1", False), ("::ffff:8.8.8.8", True),
        ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("2001:0:7f00:1::", False), ("ff02::1", False),
    ],
)  # fmt: skip
def test_what_counts_as_public(address, public):
    assert is_public(address) is public
    assert ip_address(address.partition("%")[0])


def names(monkeypatch, *addresses):
    """Every name has these addresses. Returns where connections went."""
    went = []
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 443)) for a in addresses]
    monkeypatch.setattr(calling.socket, "getaddrinfo", lambda *_a, **_k: found)

    def connect(address, *_rest):
        went.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(calling.socket, "create_connection", connect)
    return went


def test_a_name_that_leads_inside_is_not_called(monkeypatch):
    for addresses in (["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["169.254.169.254"]):
        went = names(monkeypatch, *addresses)
        answer = call(URL, b"{}", {})
        assert answer.status is None and "사설" in answer.words and went == []


def test_the_address_that_was_checked_is_the_one_that_is_called(monkeypatch):
    """A name that answers differently the second time (DNS rebinding) isn't asked a second time."""
    went, asked = names(monkeypatch), []

    def answers(*_a, **_k):
        asked.append(1)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8" if len(asked) == 1 else "127.0.0.1", 443))]

    monkeypatch.setattr(calling.socket, "getaddrinfo", answers)
    assert call(URL, b"{}", {}).status is None
    assert went == ["8.8.8.8"] and len(asked) == 1


def test_without_the_check_the_same_name_leads_inside(monkeypatch):
    """The control."""
    went = names(monkeypatch, "127.0.0.1")
    monkeypatch.setattr(calling, "is_public", lambda _address: True)
    call(URL, b"{}", {})
    assert went == ["127.0.0.1"]


def test_no_redirect_is_followed(startup, administrator, hook, receiver, frozen):
    receiver.answer = 302
    announce_and_deliver(startup, administrator)
    found = work_off(deliveries()[0])
    assert (found.state, found.log[0]["status"]) == (State.FAILED, 302)
    assert len(receiver.got) == 1


def test_a_foreign_certificate_gets_nothing(tmp_path, receiver, monkeypatch):
    other = ssl.create_default_context(cafile=certificate(tmp_path, "other.example"))
    monkeypatch.setattr(calling, "tls", lambda: other)
    assert "인증서" in call(URL, b"{}", {}).words
    assert receiver.got == []


def test_a_slow_answer_ends_in_time(receiver, monkeypatch):
    monkeypatch.setattr(calling, "DEADLINE", 1.0)
    receiver.answer = "drip"
    began = time.monotonic()
    assert call(URL, b"{}", {}).status is None
    assert time.monotonic() - began < 4


# --- failures --------------------------------------------------------------------------------------------------


def test_failures_are_tried_again_with_growing_pauses_and_given_up(startup, administrator, hook, receiver, frozen):
    receiver.answer = 500
    announce_and_deliver(startup, administrator)
    found, instant, pauses = deliveries()[0], NOW, []
    while (found := work_off(found)).state == State.FAILED:
        pauses.append(found.next_at - instant)
        instant = found.next_at
        frozen(instant)
    assert found.state == State.GIVEN_UP and len(found.log) == found.attempts == len(receiver.got)
    assert pauses == sorted(pauses) and pauses[0] == timedelta(minutes=1) and pauses[-1] == timedelta(hours=6)
    assert timedelta(days=3) <= instant - NOW < timedelta(days=3, hours=7)
    bodies = {body for _path, _headers, body in receiver.got}
    assert len(bodies) == 1, "the same body on every try"


def test_a_success_between_keeps_it_on(startup, administrator, hook, receiver, frozen):
    for day, answer in enumerate([500, 500, 200, 500, 500]):
        receiver.answer = answer
        frozen(NOW + timedelta(days=2 * day))
        announce_and_deliver(startup, administrator)
        work_off(deliveries()[-1])
    assert fresh(hook).state == Webhook.State.ACTIVE


def test_days_of_failures_switch_it_off_and_say_so(startup, administrator, hook, receiver, client_of, frozen):
    receiver.answer = "hang up"
    for day in (0, 3, 6):
        frozen(NOW + timedelta(days=day))
        announce_and_deliver(startup, administrator)
        work_off(deliveries()[-1])
    assert fresh(hook).state == Webhook.State.FAILED
    with system("test"):
        run(Message.objects.get(arguments__name="webhook.switched_off"))
        note = Notification.objects.get(event="webhook.switched_off")
    assert (note.user_id, note.url) == (administrator.user_id, f"/webhooks/{hook.pk}/")
    before = len(deliveries())
    announce_and_deliver(startup, administrator)
    assert len(deliveries()) == before
    client = client_of(administrator)
    assert client.post(f"/webhooks/{hook.pk}/test/").status_code in (403, 409)
    assert client.post(f"/webhooks/{hook.pk}/start/").status_code == 302
    assert (fresh(hook).state, fresh(hook).failing_since) == (Webhook.State.ACTIVE, None)


# --- pages -----------------------------------------------------------------------------------------------------


def test_from_registering_to_the_log(administrator, receiver, client_of, frozen):
    client = client_of(administrator)
    assert client.get("/webhooks/new/").status_code == 200
    bad = client.post("/webhooks/new/", {"url": "https://127.0.0.1/", "events": [EVENT]})
    assert bad.status_code == 422 and "도메인 이름" in bad.content.decode()
    assert client.post("/webhooks/new/", {"url": URL, "events": ["no.such"]}).status_code == 422
    assert client.post("/webhooks/new/", {"url": URL, "events": [EVENT]}).status_code == 302
    with system("check"):
        hook = Webhook.objects.get()
    page = client.get(f"/webhooks/{hook.pk}/").content.decode()
    assert URL in page and "시험 전달" in page and "사업자등록 확인 완료 (organization.verified)" in page
    assert client.post(f"/webhooks/{hook.pk}/test/").status_code == 302
    (delivery,) = deliveries()
    work_off(delivery)
    assert json.loads(receiver.got[0][2])["event"] == "webhook.test"
    assert "전달함" in client.get(f"/webhook-deliveries/?webhook={hook.pk}").content.decode()
    log = client.get(f"/webhook-deliveries/{delivery.pk}/").content.decode()
    assert "1번째 시도" in log and "응답 200" in log
    assert client.post(f"/webhook-deliveries/{delivery.pk}/again/").status_code == 409
    assert client.post(f"/webhooks/{hook.pk}/edit/", {"url": URL + "2", "events": [EVENT]}).status_code == 302
    assert client.post(f"/webhooks/{hook.pk}/stop/").status_code == 302
    assert "사용 안 함" in client.get("/webhooks/").content.decode()


def test_nobody_else_may(world, startup, administrator, hook, client_of, frozen):
    announce_and_deliver(startup, administrator)
    (delivery,) = deliveries()
    member, rival = world(startup, Role.REPRESENTATIVE), world(world.organization(Kind.STARTUP, "경쟁사"))
    for stranger in (member, rival):
        client = client_of(stranger)
        assert URL not in client.get("/webhooks/").content.decode()
        for url in (f"/webhooks/{hook.pk}/", f"/webhook-deliveries/{delivery.pk}/"):
            assert client.get(url).status_code == 404
        for act in ("show-secret", "test", "stop", "renew-secret"):
            assert client.post(f"/webhooks/{hook.pk}/{act}/").status_code == 404
        with acting(stranger), connection.cursor() as cursor:  # row security alone
            for table in ("webhooks_webhook", "webhooks_delivery", "webhooks_webhookhistory"):
                cursor.execute(f"SELECT count(*) FROM {table}")
                assert cursor.fetchone() == (0,)
        with acting(stranger), pytest.raises(NotAllowed):
            operations.renew_secret(webhook=hook, actor=stranger)
    assert client_of(member).get("/webhooks/new/").status_code == 403


def test_limits_and_states_in_words(administrator, hook):
    with acting(administrator):
        for number in range(operations.MOST - 1):
            operations.create(actor=administrator, url=f"{URL}{number}", events=[EVENT])
        with pytest.raises(OverLimit):
            operations.create(actor=administrator, url=URL, events=[EVENT])
        operations.stop(webhook=hook, actor=administrator)
        with pytest.raises(WrongState):
            operations.stop(webhook=fresh(hook), actor=administrator)
