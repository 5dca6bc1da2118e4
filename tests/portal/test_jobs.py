"""The operator's page of background work: what has stopped, why in words, and having it done again."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.audit.models import AccessRecord
from portal.kernel.clock import now
from portal.kernel.errors import Invalid, NotAllowed
from portal.kernel.roles import Kind, Role
from portal.outbox import operations
from portal.outbox.models import Message
from portal.outbox.post import job, jobs, later
from portal.outbox.tasks import RETRIES, work
from portal.security.actor import Actor, acting, system

SECRET = "postgres://portal:geheim@db/portal"


@pytest.fixture
def stopped(db, monkeypatch):
    """(a message that was given up, a switch: whether its job works now)."""
    works = []

    def flaky(*, actor, note):
        if not works:
            raise ConnectionError(SECRET)
        works.append(note)

    monkeypatch.setattr("portal.outbox.post._jobs", jobs())
    job("test.flaky", label="불안정한 작업")(flaky)
    return put("test.flaky", note="hidden-argument"), works


def put(name: str, **given: Any) -> Message:
    actor = Actor.public(now())
    with acting(actor):
        pk = later(name, actor=actor, **given)
    for _ in range(len(RETRIES) + 1):
        with pytest.raises(ConnectionError):
            work(message_id=str(pk))
        with system("test"):
            Message.objects.filter(pk=pk).update(due_at=actor.now, starts=0)
    with system("check"):
        return Message.objects.get(pk=pk)


@pytest.fixture
def ministry(world):
    return world.organization(Kind.MINISTRY, "중소벤처기업부")


@pytest.fixture
def operator(world, ministry):
    return world(ministry, Role.OPERATOR)


def test_what_has_stopped_is_shown_without_secrets(stopped, world, ministry, operator, client_of, frozen):
    message, _works = stopped
    assert message.state == "given_up" and SECRET in message.error
    client = client_of(operator)
    assert "멈춘 작업 1건 확인" in client.get("/").content.decode()
    for url in ("/jobs/?state=given_up", f"/jobs/{message.pk}/", "/jobs/?state=given_up&export=csv"):
        page = client.get(url).content.decode()
        assert "불안정한 작업" in page and "멈춤" in page and "ConnectionError" in page, url
        assert "geheim" not in page and "hidden-argument" not in page, url
    assert "geheim" not in client.get(f"/api/v1/jobs/{message.pk}/").content.decode()
    assert f"/jobs/{message.pk}/" not in client.get("/jobs/?state=done").content.decode()
    assert f"/jobs/{message.pk}/" not in client.get("/jobs/?older=24").content.decode()
    auditor, officer = world(ministry, Role.AUDITOR), world(ministry, Role.OFFICER)
    assert client_of(auditor).get(f"/jobs/{message.pk}/").status_code == 200
    assert client_of(auditor).post(f"/jobs/{message.pk}/run-again/").status_code == 403
    assert client_of(officer).post(f"/jobs/{message.pk}/run-again/").status_code == 404


def test_it_is_done_again_once_and_on_the_record(stopped, operator, client_of, frozen):
    message, works = stopped
    works.append("now it works")
    for _ in range(2):  # pressed twice
        page = client_of(operator).post(f"/jobs/{message.pk}/run-again/", follow=True)
        assert "다시 실행하도록 했습니다" in page.content.decode()
    with system("check"):
        [made] = AccessRecord.objects.filter(act="change", subject="outbox.message")
        assert (made.user_id, made.subject_id) == (operator.user_id, message.pk)
        assert made.detail == {"job": "test.flaky", "step": "run_again"}
    work(message_id=str(message.pk))
    work(message_id=str(message.pk))
    assert works == ["now it works", "hidden-argument"]
    refused = client_of(operator).post(f"/jobs/{message.pk}/run-again/")
    assert refused.status_code == 409 and "이미 끝난 작업" in refused.content.decode()


def test_a_confidential_job_is_nobodys_to_see(stopped, operator, client_of, frozen):
    message, _works = stopped
    with system("test"):
        Message.objects.filter(pk=message.pk).update(confidential=True)
    assert client_of(operator).get(f"/jobs/{message.pk}/").status_code == 404
    assert client_of(operator).post(f"/jobs/{message.pk}/run-again/").status_code == 404
    with acting(operator), pytest.raises(NotAllowed):
        operations.run_again(message=message, actor=operator)


def test_a_refusal_is_said_in_its_own_words():
    from portal.outbox.tables import fault_of

    refusal = Invalid("메일 주소가 없습니다.")
    assert fault_of(Message(error=f"{type(refusal).__name__}: {refusal}")) == "메일 주소가 없습니다."
    assert fault_of(Message(error="작업을 하던 프로세스가 5번 도중에 끝났습니다.")).startswith("작업을")
    assert fault_of(Message(error="")) == ""


def test_the_list_asks_the_same_number_of_queries(stopped, operator, client_of, frozen):
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            client_of(operator).get("/jobs/")
        counts.append(len(asked))
        with system("test"):
            for _n in range(8):
                Message(job="files.scan", created_at=now(), due_at=now()).save(force_insert=True)
    assert counts[0] == counts[1], counts
