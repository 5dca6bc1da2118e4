"""Documents: numbered without gaps, frozen, printed once, checked by anybody, read by their parties only."""

import threading
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from portal.audit.models import AccessRecord
from portal.documents import operations, tasks
from portal.documents.codes import new_code, read_code
from portal.documents.models import Counter, Document
from portal.documents.pdf import PaperFault
from portal.kernel.errors import WrongState
from portal.kernel.roles import Kind, Role
from portal.outbox import tasks as relay
from portal.outbox.models import Message
from portal.security.actor import acting, system
from programs.plans.models import Program
from tests.documents.conftest import DATA, fresh, stored, world_organization
from tests.documents.test_pdf import text_of


def test_the_road_of_a_document(world, issue, officer, startup, client_of, frozen, storage):
    document = issue()
    assert document.number == "DTV-2025-결과-0001" and document.state == "waiting"
    with system("check"):
        message = Message.objects.get(job="documents.render")
    client = client_of(startup)
    assert client.get(f"/documents/{document.pk}/download/").status_code == 409
    frozen(world.now + timedelta(seconds=1))
    relay.work(message_id=str(message.pk))
    document = fresh(document)
    assert document.state == "ready" and len(document.sha256) == 64 and document.size > 10_000
    for url in ("/documents/", f"/documents/{document.pk}/", "/documents/?search=결과&export=xlsx"):
        assert client.get(url).status_code == 200, url
    answer = client.get(f"/documents/{document.pk}/download/")
    assert answer.status_code == 200 and b"".join(answer.streaming_content)[:5] == b"%PDF-"
    assert answer["X-Content-Type-Options"] == "nosniff"
    disposition = answer["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''")
    assert unquote(disposition).endswith("DTV-2025-결과-0001 선정 결과 통지.pdf")
    with system("check"):
        record = AccessRecord.objects.get(act="download", subject_id=document.pk)
    assert (record.user_id, record.owner_id) == (startup.user_id, startup.organization_id)


def test_what_the_letter_says(ready):
    with default_storage.open(ready.key) as file:
        words = text_of(file.read()).replace("\u2060", "")
    for part in (
        "DTV-2025-결과-0001",
        "김가온",
        "금200,000,000원(금이억원)",
        "끝.",
        ready.code,
        "시연용 문서",
        "2025. 3. 12.",
    ):
        assert part in words, part


@pytest.mark.parametrize(("decision", "word"), [("wait", "예비 선정"), ("reject", "미선정")])
def test_nobody_else_reads_an_amount(issue, officer, decision, word):
    document = issue(decision=decision, amount=0, message="")
    tasks.render(actor=officer, document_id=document.pk)
    with default_storage.open(fresh(document).key) as file:
        words = text_of(file.read()).replace("\u2060", "")
    assert word in words and "협업자금" not in words


def test_numbers_have_no_gap_after_a_rollback(issue):
    assert issue().serial == 1
    with pytest.raises(RuntimeError), transaction.atomic():
        assert issue().serial == 2
        raise RuntimeError
    assert issue().serial == 2
    assert issue(kind="협약").serial == 1


def test_numbers_have_no_gap_under_concurrency(db):
    """Eight at once, one of them taken back: the others have one to seven."""
    given, start = [], threading.Barrier(8)

    def draw(place: int) -> None:
        try:
            start.wait()
            with system("test"), transaction.atomic():
                serial = operations.next_serial(year=2025, kind="경합")
                if place == 3:
                    raise RuntimeError
            given.append(serial)
        except RuntimeError:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=draw, args=(place,)) for place in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == [1, 2, 3, 4, 5, 6, 7]
    with system("check"):
        assert Counter.objects.get(year=2025, kind="경합").last == 7


def test_printed_twice_is_one_file(ready, officer, storage):
    assert len(stored(storage)) == 2  # PDF and HWPX
    tasks.render(actor=officer, document_id=ready.pk)
    assert len(stored(storage)) == 2 and fresh(ready).key == ready.key


def test_two_printers_at_once_leave_one_file(issue, officer, storage, monkeypatch):
    document, printed = issue(), tasks.printed

    def overtaken(document):
        monkeypatch.setattr(tasks, "printed", printed)
        tasks.render(actor=officer, document_id=document.pk)  # another worker has the same message
        return printed(document)

    monkeypatch.setattr(tasks, "printed", overtaken)
    tasks.render(actor=officer, document_id=document.pk)
    kept = {Path(fresh(document).key).name, Path(fresh(document).hwpx_key).name}
    assert {path.name for path in stored(storage)} == kept


def test_a_failure_shows_and_is_mended(issue, officer, monkeypatch):
    document = issue()
    with monkeypatch.context() as broken, pytest.raises(PaperFault):
        broken.setattr(tasks, "render_pdf", lambda *_args, **_kwargs: (_ for _ in ()).throw(PaperFault("no fonts")))
        tasks.render(actor=officer, document_id=document.pk)
    assert fresh(document).state == "failed"
    tasks.render(actor=officer, document_id=document.pk)
    assert fresh(document).state == "ready"


@pytest.mark.parametrize("name", ["decision", "recipient", "objection", "demand"])
def test_a_template_that_lacks_a_field_fails_and_uses_no_number(issue, monkeypatch, name):
    monkeypatch.delitem(DATA, name)
    with pytest.raises(PaperFault, match=name):
        issue()
    monkeypatch.undo()
    assert issue().serial == 1


def test_one_valid_document_for_a_subject(issue, officer):
    document = issue()
    with system("test"):
        subject = Program.objects.get(pk=document.subject_id)
        again = {
            "actor": officer,
            "kind": "결과",
            "program_id": subject.pk,
            "year": 2025,
            "title": "다시",
            "owner": document.owner,
            "subject": subject,
            "template": document.template,
            "data": DATA,
        }
    with acting(officer), pytest.raises(WrongState):
        operations.issue(**again)
    with system("past the operation"), pytest.raises(IntegrityError), transaction.atomic():
        copy = fresh(document)
        copy.pk, copy.number, copy.serial, copy.code = None, "DTV-2025-결과-0099", 99, new_code()
        copy.id = Document._meta.pk.get_default()
        copy.save(force_insert=True)


def test_ready_without_a_hash_is_refused_by_the_database(issue):
    document = issue()
    with system("past the job"), pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(state="ready")


def test_strangers_learn_nothing(world, ready, client_of, frozen, storage):
    rival = world(world.organization(Kind.STARTUP, "경쟁 스타트업"), Role.REPRESENTATIVE)
    client = client_of(rival)
    for url in (f"/documents/{ready.pk}/", f"/documents/{ready.pk}/download/"):
        assert client.get(url).status_code == 404
    assert ready.number not in client.get("/documents/").content.decode()
    with acting(rival), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM documents_document")
        assert cursor.fetchone() == (0,)
    with acting(rival), pytest.raises(Exception, match="row-level security"), transaction.atomic():
        copy = fresh(ready)
        copy.id, copy.number, copy.serial, copy.code = Document._meta.pk.get_default(), "DTV-2025-결과-0098", 98, "x"
        copy.save(force_insert=True)
    from django.test import Client

    assert Client().get(f"/documents/{ready.pk}/download/").status_code == 302  # to the sign-in


def test_anybody_checks_a_document(ready, storage, frozen, client):
    page = client.get(f"/verify/{ready.code}/")
    words = page.content.decode()
    assert page.status_code == 200 and "유효한 문서입니다" in words and ready.number in words
    assert "선정 결과 통지서" in words
    assert "가온로보틱스" not in words and "200,000,000" not in words and "한빛" not in words
    assert client.get(f"/verify/{ready.code.lower().replace('-', '')}/")["Location"] == f"/verify/{ready.code}/"
    assert client.get("/verify/", {"code": f" {ready.code.lower()} "})["Location"] == f"/verify/{ready.code}/"
    assert client.get("/verify/", {"code": "어떤 코드"}).status_code == 422
    missing = client.get(f"/verify/{new_code()}/")
    assert missing.status_code == 404 and "발급된 문서가 없습니다" in missing.content.decode()


def test_a_new_version_replaces_the_older(ready, officer, startup, client, client_of, frozen):
    url = f"/documents/{ready.pk}/"
    assert client_of(startup).post(f"{url}replace/", {"reason": "오기"}).status_code == 403
    assert client_of(officer).post(f"{url}replace/", {}).status_code == 422
    assert client_of(officer).post(f"{url}replace/", {"reason": "오기"}).status_code == 302
    with system("check"):
        new = Document.objects.exclude(pk=ready.pk).get()
        rendering = Message.objects.filter(job="documents.render", arguments__document_id=str(new.pk))
        assert rendering.exists() and fresh(ready).state == "replaced" and new.state == "waiting"
    assert (new.number, new.code == ready.code) == ("DTV-2025-결과-0002", False)
    assert {k: new.data[k] for k in DATA} == DATA and new.data["number"] == new.number
    assert fresh(ready).data["number"] == ready.number and new.subject_id == ready.subject_id
    tasks.render(actor=officer, document_id=new.pk)
    assert "대체되었습니다" in client.get(f"/verify/{ready.code}/").content.decode()
    assert "유효한 문서입니다" in client.get(f"/verify/{new.code}/").content.decode()
    assert client_of(officer).post(f"{url}replace/", {"reason": "다시"}).status_code == 409
    assert new.number in client_of(startup).get("/documents/").content.decode()


def test_an_officer_revokes_with_a_reason(world, ready, officer, startup, client, client_of, frozen):
    url = f"/documents/{ready.pk}/"
    rival = world(world.organization(Kind.STARTUP, "경쟁 스타트업"), Role.REPRESENTATIVE)
    with system("test world"):
        approver = world(world_organization(officer), Role.APPROVER)
    for actor, status in ((startup, 403), (approver, 403), (rival, 404)):
        assert client_of(actor).post(f"{url}revoke/", {"reason": "취소"}).status_code == status
    assert client_of(officer).post(f"{url}revoke/", {"reason": ""}).status_code == 422
    assert fresh(ready).state == "ready"
    assert client_of(officer).post(f"{url}revoke/", {"reason": "선정이 취소되었습니다."}).status_code == 302
    public = client.get(f"/verify/{ready.code}/").content.decode()
    assert "취소된 문서" in public and "선정이 취소" not in public
    assert "선정이 취소되었습니다." in client_of(startup).get(url).content.decode()
    with system("check"):
        told = Message.objects.get(job="notifications.deliver", arguments__name="document.revoked")
    assert told.arguments["audience"]["organizations"] == [str(startup.organization_id)]
    assert client_of(officer).post(f"{url}revoke/", {"reason": "또"}).status_code == 409
    with system("past the operations"), pytest.raises(Exception, match="Invalid transition"), transaction.atomic():
        Document.objects.filter(pk=ready.pk).update(state="ready")


def test_a_changed_file_is_found_out(ready, client, frozen, settings):
    with default_storage.open(ready.key) as file:
        content = file.read()
    url = f"/verify/{ready.code}/"
    with default_storage.open(ready.hwpx_key) as file:
        word = file.read()
    genuine = client.post(url, {"file": SimpleUploadedFile("통지.pdf", content)})
    assert "발급한 파일과 같습니다" in genuine.content.decode()
    genuine = client.post(url, {"file": SimpleUploadedFile("통지.hwpx", word)})
    assert "발급한 파일과 같습니다" in genuine.content.decode()
    changed = client.post(url, {"file": SimpleUploadedFile("통지.hwpx", word + b"\0")})
    assert "발급한 파일과 다릅니다" in changed.content.decode()
    forged = client.post(url, {"file": SimpleUploadedFile("통지.pdf", content.replace(b"%%EOF", b"%%EOG"))})
    assert "발급한 파일과 다릅니다" in forged.content.decode()
    assert client.post(url, {}).status_code == 422


def test_the_public_page_tells_the_seal_and_the_replaced_in_both_languages(ready, officer, client, frozen):
    page = client.get(f"/verify/{ready.code}/").content.decode()
    assert ready.sealed_by and ready.sealed_by in page and ready.sha256 in page and ready.hwpx_sha256 in page
    client.cookies["django_language"] = "en"
    english = client.get(f"/verify/{ready.code}/").content.decode()
    assert "Electronic seal" in english and "This document is valid" in english and "가온로보틱스" not in english


def test_checking_is_limited_by_address(ready, client, frozen, settings):
    settings.VERIFY_PER_MINUTE = 3
    url, sender = f"/verify/{ready.code}/", {"REMOTE_ADDR": f"203.0.113.{ready.pk.int % 250}"}
    assert [client.get(url, **sender).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    refused = client.get(url, **sender).content.decode()
    assert "횟수를 넘었습니다" in refused and ready.number not in refused
    assert client.get(url, REMOTE_ADDR="198.51.100.7").status_code == 200


def test_the_word_file_comes_down_with_a_record(world, ready, startup, client_of, frozen):
    url = f"/documents/{ready.pk}/download/hwpx/"
    answer = client_of(startup).get(url)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/hwp+zip"
    assert b"".join(answer.streaming_content)[30:38] == b"mimetype"
    assert unquote(answer["Content-Disposition"]).endswith(".hwpx")
    assert url in client_of(startup).get(f"/documents/{ready.pk}/").content.decode()
    rival = world(world.organization(Kind.STARTUP, "경쟁 스타트업"), Role.REPRESENTATIVE)
    assert client_of(rival).get(url).status_code == 404
    with system("check"):
        assert AccessRecord.objects.filter(act="download", subject_id=ready.pk, user_id=startup.user_id).count() == 1


def test_too_large_a_file_is_refused(ready, client, frozen, monkeypatch):
    from portal.documents.verification import FileForm

    monkeypatch.setattr(FileForm.base_fields["file"], "max_size", 10)
    answer = client.post(f"/verify/{ready.code}/", {"file": SimpleUploadedFile("a.pdf", b"%PDF-" + b"x" * 20)})
    assert answer.status_code == 422 and "너무 큽니다" in answer.content.decode()


def test_behind_nginx_the_file_is_named_only(ready, startup, client_of, frozen, settings):
    settings.X_ACCEL_PREFIX = "/private-files/"
    answer = client_of(startup).get(f"/documents/{ready.pk}/download/")
    assert answer["X-Accel-Redirect"] == f"/private-files/{ready.key}" and answer.content == b""


def test_the_list_asks_as_often_for_three_as_for_one(issue, startup, client_of, frozen, django_assert_num_queries):
    from django.test.utils import CaptureQueriesContext

    client, counts = client_of(startup), []
    for more in (1, 2):
        for _place in range(more):
            issue()
        with CaptureQueriesContext(connection) as asked:
            client.get("/documents/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_codes_can_be_typed():
    code = new_code()
    assert read_code(code.lower().replace("-", " ")) == code
    assert read_code("0000-0000-0000-0000") == "" and read_code("") == ""
