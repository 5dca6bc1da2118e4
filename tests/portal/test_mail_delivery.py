"""Mails against a real mail server: what each of its answers does to a mail, and what comes back later."""

import io
import os
import subprocess
import sys
from datetime import timedelta
from mailbox import Maildir

import pytest
from django.core.management import call_command
from django.db import connection

from portal.kernel.errors import NotAllowed, WrongState
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.notifications import operations
from portal.notifications.bounces import read_bounce
from portal.notifications.models import Mail, MailContent, Notification
from portal.notifications.pauses import OLDEST
from portal.notifications.tasks import read_bounces
from portal.outbox.models import Message
from portal.outbox.tasks import run, work
from portal.security.actor import acting, system
from tests.fixtures import NOW
from tests.portal.mailserver import ROOT, running

STATE, FAULT = Mail.State, Mail.Fault
BOUNCES = "bounces@valueup.example"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("mail")) as found:
        yield found


@pytest.fixture
def at(settings):
    """Point the portal at a server."""

    def point(server):
        settings.EMAIL_BACKEND = "portal.notifications.smtp.Backend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
        settings.BOUNCE_ADDRESS = BOUNCES

    return point


@pytest.fixture
def operator(world):
    house = world.organization(Kind.MINISTRY, "중소벤처기업부")
    world.member(house)
    return world(house, Role.OPERATOR)


@pytest.fixture
def write(operator):
    def post(name, domain="", **more):
        to = f"{name}@{domain or str(new_id())[-12:] + '.example'}"
        given = {"language": "ko", "subject": "비밀 제목", "body": "비밀 본문"} | more
        return operations.post_mail(actor=operator, event_id=new_id(), to=to, **given)

    return post


def fresh(mail):
    with system("check"):
        return Mail.objects.get(pk=mail.pk)


def waiting(mail):
    """When the mail's next try is due, by the outbox."""
    with system("check"):
        found = Message.objects.filter(job="notifications.send", arguments__mail_id=str(mail.pk), state="waiting")
        return [m.due_at for m in found.order_by("due_at")]


def try_it(mail, operator):
    """What the newest plan for the mail does."""
    with system("test"):
        plan = Message.objects.filter(job="notifications.send", arguments__mail_id=str(mail.pk)).order_by("id").last()
        run(plan)
    return fresh(mail)


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


# --- bounces -------------------------------------------------------------------------------------------------


def dsn(
    mail,
    *,
    action="failed",
    status="5.1.1",
    to=None,
    message_id=None,
    recipient=None,
    diagnostic="550 5.1.1 no such user",
):
    """A notification as Postfix writes it."""
    return f"""\
From: MAILER-DAEMON@mx.example
To: {to or "bounces+" + mail.message_id[1:33] + "@valueup.example"}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you ...

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Wed, 12 Mar 2025 14:00:00 +0900

Final-Recipient: rfc822; {recipient or mail.to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--b
Content-Type: text/rfc822-headers

From: noreply@valueup.example
To: {mail.to}
Message-ID: {message_id or mail.message_id}

--b--
""".replace("\n", "\r\n").encode()


@pytest.fixture
def sent(server, at, write, operator, frozen):
    at(server)

    def make(name="ok", domain=""):
        mail = write(name, domain)
        assert try_it(mail, operator).state == STATE.SENT
        return mail

    return make


def test_a_bounce_is_seen(sent, operator, client_of):
    mail = sent()
    assert read_bounce(dsn(mail), at=NOW) == "bounced"
    assert read_bounce(dsn(mail), at=NOW) == "foreign"  # twice is as once
    found = fresh(mail)
    assert (found.state, found.bounced_at, found.no_such_address) == (STATE.BOUNCED, NOW, True)
    assert "5.1.1" in found.error and "no such user" in found.error
    client = client_of(operator)
    assert "반송됨" in client.get(f"/mails/{mail.pk}/").content.decode()
    assert client.post(f"/mails/{mail.pk}/send-again/").status_code == 409
    assert mail.to in client.get("/mails/?state=bounced").content.decode()


def test_the_message_id_alone_is_enough(sent, settings):
    settings.BOUNCE_ADDRESS = ""
    assert read_bounce(dsn(sent(), to="noreply@valueup.example"), at=NOW) == "bounced"


def test_what_is_delayed_stays(sent):
    mail = sent()
    assert read_bounce(dsn(mail, action="delayed", status="4.4.1"), at=NOW) == "delayed"
    assert fresh(mail).state == STATE.SENT


def test_a_full_mailbox_is_no_dead_address(sent):
    mail = sent()
    assert read_bounce(dsn(mail, status="5.2.2", diagnostic="552 5.2.2 mailbox full"), at=NOW) == "bounced"
    assert not fresh(mail).no_such_address


def test_forged_and_foreign_bounces_change_nothing(sent):
    mail, other = sent(), sent()
    token = "0" * 32
    unknown = {"to": f"bounces+{token}@valueup.example", "message_id": f"<{token}@valueup.example>"}
    forged = [
        dsn(mail, **unknown),  # a token that nobody has been given
        dsn(mail, to=BOUNCES, message_id="<>"),  # no token at all
        dsn(mail, to=BOUNCES, message_id=f"<{mail.pk}@valueup.example>"),  # the row's id is no token
        dsn(mail, recipient=other.to),  # about somebody else's address
        dsn(mail, message_id=other.message_id),  # two mails in one
        dsn(mail).replace(b"multipart/report", b"multipart/mixed"),  # a letter that looks like one
        dsn(mail).replace(b"Action: failed", b"X: y"),
        dsn(mail)[:400],
        b"", b"\x00" * 5000, b"Content-Type: multipart/report; boundary=b\r\n\r\n" + b"--b\r\n" * 20_000,
        b"To: " + b"<" * 200_000, "Subject: =?utf-8?b?//8=?=\r\n\r\n휴가 중입니다".encode(),
    ]  # fmt: skip
    for number, raw in enumerate(forged):
        assert read_bounce(raw, at=NOW) == "foreign", number
    assert {fresh(m).state for m in (mail, other)} == {STATE.SENT}


def test_a_mail_that_never_left_cannot_bounce(write, at, server, frozen):
    at(server)
    mail = write("ok")
    assert read_bounce(dsn(mail), at=NOW) == "foreign"
    assert fresh(mail).state == STATE.WAITING


def test_the_administrator_learns_once_that_an_address_is_dead(world, sent, write, operator, frozen):
    house, rival = world.organization(Kind.STARTUP, "테솔로"), world.organization(Kind.STARTUP, "경쟁사")
    administrator, foreign = world(house), world(rival)
    dead = world.member(house, Role.MEMBER, email="ok@tesollo.example", name="나간사람")
    for number in range(3):
        read_bounce(dsn(sent(domain="tesollo.example")), at=NOW)
        with system("check"):
            told = Message.objects.filter(arguments__name="notifications.address_dead")
            assert told.count() == (number > 0)
    with system("test"):
        run(told.get())
        note = Notification.objects.get(event="notifications.address_dead")
        assert note.user_id == administrator.user_id and "나간사람" in note.title
        assert note.url == f"/memberships/{dead.pk}/"
    with acting(foreign), connection.cursor() as cursor:  # row security alone
        cursor.execute("SELECT count(*) FROM notifications_notification")
        assert cursor.fetchone() == (0,)


def test_refusals_at_once_count_too(world, at, server, write, operator, frozen):
    at(server)
    house = world.organization(Kind.STARTUP, "테솔로")
    world(house), world.member(house, Role.MEMBER, email="nobody@tesollo.example")
    for _ in range(2):
        try_it(write("nobody", "tesollo.example"), operator)
    with system("check"):
        assert Message.objects.filter(arguments__name="notifications.address_dead").count() == 1


def test_a_maildir_is_read_once(sent, tmp_path):
    box = Maildir(tmp_path / "box", create=True)
    mails = [sent(), sent()]
    for raw in [dsn(mails[0]), dsn(mails[1], action="delayed"), b"Subject: hello\r\n\r\nspam"]:
        box.add(raw)
    for expected in ("bounced 1, delayed 1, foreign 1", "bounced 0, delayed 0, foreign 0"):
        out = io.StringIO()
        call_command("read_bounces", maildir=tmp_path / "box", stdout=out)
        assert out.getvalue().strip() == expected
    assert fresh(mails[0]).state == STATE.BOUNCED


def test_the_scheduler_reads_the_mailbox(sent, tmp_path, settings):
    """Every five minutes, where a mailbox is named; a folder that isn't there (yet) is no fault."""
    mail, box = sent(), Maildir(tmp_path / "box", create=True)
    box.add(dsn(mail))
    for folder, read in (("", 0), (str(tmp_path / "none"), 0), (str(tmp_path / "box"), 1), (str(tmp_path / "box"), 0)):
        settings.BOUNCE_MAILDIR = folder
        assert read_bounces() == read
    assert fresh(mail).state == STATE.BOUNCED
    asked = "from django.conf import settings; print(settings.CELERY_BEAT_SCHEDULE.get('read-bounces', {}).get('task'))"
    for folder, task in (("", "None"), ("/mail", "portal.notifications.tasks.read_bounces")):
        environment = os.environ | {"BOUNCE_MAILDIR": folder, "DJANGO_SETTINGS_MODULE": "portal.settings"}
        ran = [sys.executable, "-W", "ignore", "-c", asked]
        done = subprocess.run(ran, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == task


def test_one_message_comes_on_standard_input(db):
    done = subprocess.run(
        [sys.executable, "manage.py", "read_bounces"],
        cwd=ROOT,
        input=b"Subject: x\r\n\r\n",
        capture_output=True,
        check=True,
    )
    assert done.stdout.strip() == b"bounced 0, delayed 0, foreign 1"
