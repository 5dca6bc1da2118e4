"""Mails against a real mail server: what each of its answers does to a mail, and what comes back later."""

from datetime import timedelta

import pytest

from portal.kernel.errors import NotAllowed, WrongState
from portal.kernel.roles import Kind, Role
from portal.notifications import operations
from portal.notifications.models import Mail, MailContent
from portal.notifications.pauses import OLDEST
from portal.outbox.models import Message
from portal.outbox.tasks import run, work
from portal.security.actor import acting, system
from tests.fixtures import NOW
from tests.portal.mails import fresh, try_it, waiting
from tests.portal.mailserver import running

STATE, FAULT = Mail.State, Mail.Fault


def test_a_mail_that_is_taken(server, at, write, operator, frozen):
    at(server)
    mail = write("ok", keep=False)
    assert mail.message_id.startswith("<") and mail.message_id.endswith("@valueup.example>")
    for _ in range(2):
        found = try_it(mail, operator)
    assert (found.state, found.fault, found.attempts, found.sent_at) == (STATE.SENT, "", 1, NOW)
    taken = [t for t in server.taken() if t["to"] == mail.to]
    assert [t["id"] for t in taken] == [mail.message_id]
    assert taken[0]["from"] == f"bounces+{mail.message_id[1:33]}@valueup.example"
    assert "Auto-Submitted: auto-generated" in taken[0]["raw"]
    with system("check"):
        assert MailContent.objects.get(mail=mail).body == ""


@pytest.mark.parametrize(
    ("name", "state", "fault", "dead", "pause"),
    [
        ("busy", STATE.FAILED, FAULT.TEMPORARY, False, timedelta(minutes=5)),
        ("slow", STATE.FAILED, FAULT.TEMPORARY, False, timedelta(minutes=5)),
        ("hangup", STATE.FAILED, FAULT.NETWORK, False, timedelta(seconds=30)),
        ("nobody", STATE.GIVEN_UP, FAULT.REFUSED, True, None),
        ("blocked", STATE.GIVEN_UP, FAULT.REFUSED, False, None),
        ("spam", STATE.GIVEN_UP, FAULT.REFUSED, False, None),
        ("lost", STATE.UNKNOWN, FAULT.LOST, False, None),
    ],
)
def test_each_answer_has_its_state(server, at, write, operator, frozen, name, state, fault, dead, pause):
    at(server)
    mail = write(name)
    found = try_it(mail, operator)
    assert (found.state, found.fault, found.no_such_address) == (state, fault, dead)
    assert found.next_at == (NOW + pause if pause else None)
    assert (NOW + pause in waiting(mail)) if pause else len(waiting(mail)) == 1
    assert found.error and "비밀" not in found.error
    assert try_it(mail, operator).attempts == (2 if pause else 1), "only what may be tried again is tried again"


@pytest.mark.parametrize(
    ("mood", "fault"), [("unwelcome", FAULT.SETUP), ("no-sign-in", FAULT.SETUP), ("", FAULT.NETWORK)]
)
def test_a_server_that_does_not_know_us_is_tried_again(tmp_path, at, write, operator, settings, frozen, mood, fault):
    with running(tmp_path, mood) as server:
        at(server)
    if mood:
        with running(tmp_path, mood) as server:
            at(server)
            if mood == "no-sign-in":
                settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "user", "wrong"
            found = try_it(write("ok"), operator)
    else:
        found = try_it(write("ok"), operator)  # nobody listens any more
    assert (found.state, found.fault) == (STATE.FAILED, fault)
    assert found.next_at > NOW


def test_a_greylisted_mail_arrives_with_the_same_id(server, at, write, operator, frozen):
    at(server)
    mail = write("grey")
    assert try_it(mail, operator).state == STATE.FAILED
    frozen(NOW + timedelta(minutes=5))
    assert try_it(mail, operator).state == STATE.SENT
    assert [t["id"] for t in server.taken() if t["to"] == mail.to] == [mail.message_id]


def test_pauses_grow_until_the_mail_is_too_old(server, at, write, operator, frozen):
    at(server)
    mail, instant, pauses = write("busy"), NOW, []
    while (found := try_it(mail, operator)).state == STATE.FAILED:
        pauses.append(found.next_at - instant)
        instant = found.next_at
        frozen(instant)
    assert found.state == STATE.GIVEN_UP
    assert pauses == sorted(pauses) and pauses[-1] > 10 * pauses[0]
    assert OLDEST <= instant - NOW < OLDEST + timedelta(hours=4)
    assert 10 < found.attempts < 30


def test_a_mail_that_cannot_be_made_says_so(at, server, write, operator, frozen, monkeypatch):
    at(server)
    mail = write("ok", subject="제목\r\nBcc: rival@rival.example")  # refused by Django: a header must be one line
    with system("test"):
        plan = Message.objects.get(job="notifications.send", arguments__mail_id=str(mail.pk))
    for _ in range(6):
        with pytest.raises(ValueError, match="newlines"):
            work(message_id=str(plan.pk))
    assert (fresh(mail).state, fresh(mail).fault) == (STATE.GIVEN_UP, FAULT.BROKEN)
    assert mail.to not in [t["to"] for t in server.taken()]


# --- sending again -------------------------------------------------------------------------------------------


def test_one_mail_is_sent_again(server, at, write, operator, client_of, frozen):
    at(server)
    client, mail = client_of(operator), write("nobody")
    try_it(mail, operator)
    assert "다시 보내기" in client.get(f"/mails/{mail.pk}/").content.decode()
    frozen(NOW + timedelta(days=9))
    assert client.post(f"/mails/{mail.pk}/send-again/").status_code == 302
    assert client.post(f"/mails/{mail.pk}/send-again/").status_code == 409  # once per click
    with system("test"):
        Mail.objects.filter(pk=mail.pk).update(to="busy@later.example")
    found = try_it(mail, operator)
    assert (found.state, found.attempts) == (STATE.FAILED, 2), "an old mail begins anew"
    assert found.message_id == mail.message_id


def test_an_overtaken_plan_goes_home(server, at, write, operator, frozen):
    at(server)
    mail = write("busy")
    try_it(mail, operator)
    with acting(operator):
        operations.send_again(mail=mail, actor=operator)
    with system("test"):
        plans = list(Message.objects.filter(job="notifications.send", arguments__mail_id=str(mail.pk)))
        for plan in plans:
            run(plan)
    assert len(plans) == 3 and fresh(mail).attempts == 2


def test_an_unknown_mail_is_sent_again_by_hand_only(server, at, write, operator, client_of, frozen):
    at(server)
    mail = write("lost")
    try_it(mail, operator)
    assert try_it(mail, operator).attempts == 1
    client = client_of(operator)
    assert "두 번 갈 수 있습니다" in client.get(f"/mails/{mail.pk}/").content.decode()
    client.post("/mails/send-again/")
    assert fresh(mail).state == STATE.UNKNOWN
    assert client.post(f"/mails/{mail.pk}/send-again/").status_code == 302
    try_it(mail, operator)
    assert {t["id"] for t in server.taken() if t["to"] == mail.to} == {mail.message_id}


def test_many_are_sent_again_as_the_filter_says(server, at, write, operator, world, client_of, frozen):
    at(server)
    mails = {name: write(name, confidential=name == "blocked") for name in ("busy", "nobody", "lost", "ok", "blocked")}
    for mail in mails.values():
        try_it(mail, operator)
    client = client_of(operator)
    page = client.get("/mails/").content.decode()
    assert "나가지 못한 메일 모두 다시 보내기" in page and "?state=given_up" in page
    assert client.post("/mails/send-again/?state=failed").status_code == 302
    states = {name: fresh(mail).state for name, mail in mails.items()}
    assert states["busy"] == STATE.WAITING and states["nobody"] == STATE.GIVEN_UP
    client.post("/mails/send-again/")
    states = {name: fresh(mail).state for name, mail in mails.items()}
    assert states == {"busy": "waiting", "nobody": "waiting", "lost": "unknown", "ok": "sent", "blocked": "given_up"}
    stranger = world(world.organization(Kind.STARTUP), Role.REPRESENTATIVE)
    assert client_of(stranger).post("/mails/send-again/").status_code == 403
    with acting(stranger), pytest.raises(NotAllowed):
        operations.send_again(mail=mails["nobody"], actor=stranger)
    with acting(operator), pytest.raises(WrongState):
        operations.send_again(mail=mails["ok"], actor=operator)


def test_the_list_says_how_many_are_in_each_state_and_no_content(server, at, write, operator, client_of, frozen):
    at(server)
    for name in ("busy", "nobody", "lost", "ok"):
        try_it(write(name), operator)
    try_it(write("nobody", confidential=True), operator)
    client = client_of(operator)
    for url in ("/mails/", "/mails/?fault=refused&since=2025-01-01", "/mails/?export=csv"):
        page = client.get(url).content.decode()
        assert "비밀" not in page and "nobody@" in page
    tabs = client.get("/mails/").context["states"]
    assert {t.url.partition("state=")[2]: t.count for t in tabs} == {
        "": 4, "waiting": 0, "sent": 1, "failed": 1, "given_up": 1, "unknown": 1, "bounced": 0,
    }  # fmt: skip
    assert "?fault=refused&amp;state=sent" in client.get("/mails/?fault=refused").content.decode()
