"""Documents issued together: all numbers or none, one job each, one that fails stops no other."""

import threading

import pytest
from django.db import connection, transaction

from portal.documents import batches, operations, tasks
from portal.documents.models import Batch, Counter, Document
from portal.documents.operations import Paper
from portal.documents.pdf import PaperFault
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.notifications.models import Notification
from portal.outbox import tasks as relay
from portal.outbox.models import Message
from portal.security.actor import acting, system
from programs.plans.models import Program
from tests.documents.conftest import DATA, fresh, world_organization


@pytest.fixture
def issue_many(officer, startup):
    owner = world_organization(startup)

    def make(count: int, kind: str = "결과", **data) -> Batch:
        papers = [Paper(owner, Program(id=new_id()), DATA | data) for _ in range(count)]
        with acting(officer):
            return operations.issue_batch(
                actor=officer, kind=kind, program_id=new_id(), year=2025, title="선정 결과 통지",
                template="documents/selection_result.html", papers=papers,
            )  # fmt: skip

    return make


def documents(batch: Batch) -> list[Document]:
    with system("check"):
        return list(Document.objects.filter(batch=batch).order_by("serial"))


def jobs() -> list[Message]:
    with system("check"):
        return list(Message.objects.filter(job="documents.render").order_by("id"))


def state(batch: Batch) -> tuple[int, int, int]:
    found = batches.counts(batch)
    return found.waiting, found.done, found.failed


def told(actor) -> list[str]:
    with system("check"):
        waiting = Message.objects.filter(job="notifications.deliver", state="waiting")
        for message in list(waiting):
            relay.run(message)
        return list(Notification.objects.filter(user_id=actor.user_id).values_list("title", flat=True))


def test_one_job_each_and_progress_that_waits_for_nobody(issue_many, officer, client_of, frozen):
    batch = issue_many(3)
    assert [d.serial for d in documents(batch)] == [1, 2, 3] and len(jobs()) == 3 and state(batch) == (3, 0, 0)
    client, url = client_of(officer), f"/document-batches/{batch.pk}/"
    assert "문서 3건 가운데 0건 완료" in client.get(url).content.decode()
    first, second, third = documents(batch)
    tasks.render(actor=officer, document_id=first.pk)
    part = client.get(f"{url}progress/")
    assert "문서 3건 가운데 1건 완료" in part.content.decode() and "HX-Refresh" not in part.headers
    client.cookies["django_language"] = "en"
    assert "1 of 3 documents done" in client.get(f"{url}progress/").content.decode()
    for document in (second, third):
        tasks.render(actor=officer, document_id=document.pk)
    assert client.get(f"{url}progress/").headers["HX-Refresh"] == "true"
    assert state(batch) == (0, 3, 0)
    with system("check"):
        assert Batch.objects.get(pk=batch.pk).finished_at is not None
    assert told(officer) == ["문서 3건 발급 완료: 선정 결과 통지"]
    tasks.render(actor=officer, document_id=third.pk)
    assert len(told(officer)) == 1, "told once"


def test_one_that_fails_stops_no_other_and_is_tried_again(issue_many, officer, monkeypatch):
    batch = issue_many(3)
    broken = documents(batch)[1]
    render = tasks.render_pdf

    def jammed(html, **given):
        if broken.number in html:
            raise PaperFault("jammed")
        return render(html, **given)

    with monkeypatch.context() as fault:
        fault.setattr(tasks, "render_pdf", jammed)
        for message in jobs():
            if message.arguments["document_id"] == str(broken.pk):
                with pytest.raises(PaperFault):
                    relay.work(message_id=str(message.pk))
            else:
                relay.work(message_id=str(message.pk))
    assert state(batch) == (0, 2, 1) and told(officer) == []
    again = next(m for m in jobs() if m.arguments["document_id"] == str(broken.pk))
    assert again.state == "failed" and again.attempts == 1 and again.due_at > again.created_at
    tasks.render(actor=officer, document_id=broken.pk)
    assert state(batch) == (0, 3, 0) and fresh(broken).sha256
    assert told(officer) == ["문서 3건 발급 완료: 선정 결과 통지"]


def test_what_is_given_up_is_told_by_number(issue_many, officer):
    batch = issue_many(2)
    document = documents(batch)[0]
    with acting(officer):
        tasks.give_up(actor=officer, document_id=document.pk)
    assert told(officer) == [f"문서를 만들지 못함: {document.number}"]


def test_all_or_none(issue_many):
    with pytest.raises(RuntimeError), transaction.atomic():
        issue_many(3)
        raise RuntimeError
    with pytest.raises(PaperFault):
        issue_many(2, unknown="x")
    with system("check"):
        assert not Document.objects.exists() and not Batch.objects.exists()
    assert [d.serial for d in documents(issue_many(2))] == [1, 2]


def test_others_see_nothing_of_it(world, issue_many, startup, client_of, frozen):
    batch = issue_many(1)
    rival = world(world.organization(Kind.CORPORATION, "경쟁사"), Role.MANAGER)
    for actor in (startup, rival):
        assert client_of(actor).get(f"/document-batches/{batch.pk}/").status_code == 404
        assert client_of(actor).get(f"/document-batches/{batch.pk}/progress/").status_code == 404
        with acting(actor), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM documents_batch")
            assert cursor.fetchone() == (0,)


@pytest.mark.django_db(transaction=True)
def test_batches_at_once_leave_no_gap(issue_many):
    """Six acts at once, each of three papers, two of them taken back after their numbers were drawn."""
    start, faults = threading.Barrier(6), []

    def act(place: int) -> None:
        try:
            start.wait()
            with transaction.atomic():
                issue_many(3, kind="경합")
                if place % 3 == 0:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(place,)) for place in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with system("check"):
        assert sorted(Document.objects.values_list("serial", flat=True)) == list(range(1, 13))
        assert Counter.objects.get(kind="경합").last == 12 and Batch.objects.count() == 4
        assert len(jobs()) == 12
