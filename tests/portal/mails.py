"""Mails to a mail server of our own: how a test writes one, lets it be tried and looks at it."""

import pytest

from portal.kernel.ids import new_id
from portal.notifications import operations
from portal.notifications.models import Mail
from portal.outbox.models import Message
from portal.outbox.tasks import run
from portal.security.actor import system
from tests.portal.mailserver import running

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
