"""Messages and mails: who is told what, once, and what happens when a mail can't go out."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import User
from portal.kernel.errors import NotAllowed
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.notifications import operations
from portal.notifications.models import Mail, MailContent, Notification
from portal.outbox.models import Message
from portal.outbox.post import Audience, announce
from portal.outbox.tasks import work
from portal.security.actor import acting, system
from portal.security.models import block


@pytest.fixture
def startup(world):
    return world.organization(Kind.STARTUP, "테솔로")


@pytest.fixture
def reader(world, startup):
    return world(startup, Role.REPRESENTATIVE)


@pytest.fixture
def operator(world):
    house = world.organization(Kind.MINISTRY, "중소벤처기업부")
    world.member(house)
    return world(house, Role.OPERATOR)


def tell(startup, reader) -> str:
    """An event about the startup, announced to its people. Returns the outbox message's id."""
    with acting(reader):
        announce("organization.verified", startup, to=Audience.of(startup.pk), organization=startup.name)
    with system("check"):
        return str(Message.objects.filter(job="notifications.deliver").order_by("-id")[0].pk)


def deliver(message_id: str) -> None:
    with system("test"):
        Message.objects.filter(pk=message_id).update(state="waiting")
    work(message_id=message_id)


def test_an_event_becomes_a_message_and_a_mail_in_the_reader_s_language(world, startup, reader, frozen):
    english = world(startup, Role.MEMBER)
    User.objects.filter(pk=english.user_id).update(language="en")
    message = tell(startup, reader)
    deliver(message)
    deliver(message)  # twice changes nothing
    with system("check"):
        inbox = {n.user_id: n for n in Notification.objects.all()}
        assert set(inbox) == {reader.user_id, english.user_id}
        assert inbox[reader.user_id].title == "사업자등록 확인 완료: 테솔로"
        assert {m.language for m in Mail.objects.all()} == {"ko", "en"}
        assert Mail.objects.count() == MailContent.objects.count() == 2
        assert Message.objects.filter(job="notifications.send").count() == 2
        link = MailContent.objects.filter(mail__language="ko").get().body
        assert f"/organizations/{startup.pk}/" in link and link.count("http") == 1


def test_a_blocked_reader_gets_nothing(world, startup, reader, frozen):
    other = world(startup, Role.MEMBER)
    block(subject_id=startup.pk, cause="test", cause_id=new_id(), user_id=other.user_id)
    deliver(tell(startup, reader))
    with system("check"):
        assert {n.user_id for n in Notification.objects.all()} == {reader.user_id}
        assert Mail.objects.count() == 1


def test_who_left_before_the_delivery_gets_nothing(world, startup, reader, frozen):
    from portal.organizations.models import Membership

    gone = world(startup, Role.MEMBER)
    message = tell(startup, reader)
    with system("test"):
        Membership.objects.filter(pk=gone.membership_id).update(ended_at=world.now)
    deliver(message)
    with system("check"):
        assert {n.user_id for n in Notification.objects.all()} == {reader.user_id}


# --- the inbox -----------------------------------------------------------------------------------------------


def note_to(actor, **fields) -> Notification:
    with system("test"):
        made = Notification(
            event_id=new_id(),
            user_id=actor.user_id,
            event="test",
            created_at=actor.now,
            **({"title": "검토 요청", "body": "본문", "url": "/demands/"} | fields),
        )
        made.save(force_insert=True)
    return made


def test_opening_marks_as_read_and_goes_there(world, reader, client_of, frozen):
    note, client = note_to(reader), client_of(reader)
    page = client.get("/notifications/").content.decode()
    assert "새 알림" in page and "검토 요청" in page
    assert "읽지 않은 알림 1건" in page
    assert client.get(f"/notifications/{note.pk}/").status_code == 200
    response = client.post(f"/notifications/{note.pk}/open/")
    assert (response.status_code, response["Location"]) == (302, "/demands/")
    assert client.post(f"/notifications/{note.pk}/open/").status_code == 302
    with system("check"):
        assert Notification.objects.get(pk=note.pk).read_at == world.now
    assert "읽지 않은 알림" not in client.get("/notifications/").content.decode()


def test_a_message_never_leads_to_another_site(reader, client_of, frozen):
    note = note_to(reader, url="https://evil.example/")
    assert client_of(reader).post(f"/notifications/{note.pk}/open/")["Location"] == "/notifications/"


def test_one_and_all_are_marked_as_read(world, startup, reader, client_of, frozen):
    first, *_ = [note_to(reader) for _ in range(3)]
    colleague = world(startup, Role.MEMBER)
    foreign = note_to(colleague)
    client = client_of(reader)
    assert client.post(f"/notifications/{first.pk}/read/").status_code == 302
    with system("check"):
        assert Notification.objects.filter(read_at=None).count() == 3
    assert client.post("/notifications/read-all/").status_code == 302
    with system("check"):
        assert list(Notification.objects.filter(read_at=None)) == [foreign]


def test_messages_of_others_are_out_of_sight(world, startup, reader, operator, client_of, frozen):
    note = note_to(reader)
    for other in (world(startup, Role.MEMBER), operator):
        client = client_of(other)
        assert client.get(f"/notifications/{note.pk}/").status_code == 404
        assert client.post(f"/notifications/{note.pk}/open/").status_code == 404
        assert client.post(f"/notifications/{uuid4()}/read/").status_code == 404
        assert "검토 요청" not in client.get("/notifications/").content.decode()
        with acting(other), connection.cursor() as cursor:  # row security alone
            cursor.execute("SELECT count(*) FROM notifications_notification")
            assert cursor.fetchone() == (0,)
        with acting(other), pytest.raises(NotAllowed):
            operations.mark_read(notification=note, actor=other)


# --- mails ---------------------------------------------------------------------------------------------------


@pytest.fixture
def mail(world, operator):
    return operations.post_mail(
        actor=operator, event_id=new_id(), to="a@b.example", language="ko", subject="비밀 제목", body="비밀 본문"
    )


def state_of(mail: Mail) -> Mail:
    with system("check"):
        return Mail.objects.get(pk=mail.pk)


def test_the_operator_follows_mails_without_reading_them(world, mail, operator, reader, client_of, frozen):
    client = client_of(operator)
    for url in ("/mails/", f"/mails/{mail.pk}/", "/mails/?export=csv", "/mails/?state=waiting"):
        response = client.get(url)
        assert response.status_code == 200
        text = response.content.decode()
        assert "a@b.example" in text
        assert "비밀" not in text
    with acting(operator), connection.cursor() as cursor:  # row security alone
        cursor.execute("SELECT count(*) FROM notifications_mailcontent")
        assert cursor.fetchone() == (0,)
    stranger = client_of(reader)
    assert "a@b.example" not in stranger.get("/mails/").content.decode()
    assert stranger.get(f"/mails/{mail.pk}/").status_code == 404
    assert stranger.post(f"/mails/{mail.pk}/send-again/").status_code == 404


def test_an_auditor_reads_the_list_and_changes_nothing(world, mail, operator, client_of, frozen):
    with system("test"):
        house = operator.organization_id
        Mail.objects.filter(pk=mail.pk).update(state=Mail.State.FAILED)
    from portal.organizations.models import Organization

    with system("test"):
        ministry = Organization.objects.get(pk=house)
    auditor = world(ministry, Role.AUDITOR)
    assert client_of(auditor).get(f"/mails/{mail.pk}/").status_code == 200
    assert client_of(auditor).post(f"/mails/{mail.pk}/send-again/").status_code == 403


def test_lists_ask_the_same_number_of_queries(reader, operator, client_of, frozen):
    def count(actor, url: str) -> int:
        client = client_of(actor)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    def more() -> None:
        note_to(reader)
        operations.post_mail(
            actor=operator, event_id=new_id(), to=f"{new_id()}@b.example", language="ko", subject="s", body="b"
        )

    more()
    before = count(reader, "/notifications/"), count(operator, "/mails/")
    more(), more()
    assert before == (count(reader, "/notifications/"), count(operator, "/mails/"))
