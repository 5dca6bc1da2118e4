"""Bounces: what comes back of a mail, by whatever way, and what a forged one changes: nothing."""

import io
import os
import subprocess
import sys
from mailbox import Maildir

import pytest
from django.core.management import call_command
from django.db import connection

from portal.kernel.roles import Kind, Role
from portal.notifications.bounces import read_bounce
from portal.notifications.models import Mail, Notification
from portal.notifications.tasks import read_bounces
from portal.outbox.models import Message
from portal.outbox.tasks import run
from portal.security.actor import acting, system
from tests.fixtures import NOW
from tests.portal.mails import BOUNCES, fresh, try_it
from tests.portal.mailserver import ROOT

STATE = Mail.State


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
