"""The scan of stored files: states, a real clamd with a signature made here, and what happens while it is away."""

import io
import os
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.audit.models import AccessRecord
from portal.files import clamav, operations, scanning, tasks
from portal.files.checks import DOCUMENTS
from portal.files.clamav import ScannerAway
from portal.files.models import File
from portal.files.workflow import State
from portal.kernel.errors import NotAllowed
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Organization
from portal.outbox.models import Message
from portal.outbox.tasks import work
from portal.security.actor import acting, system
from portal.security.policy import may
from tests.files.samples import pdf
from tests.files.servers import free_port, program, running

VIRUS = b"PORTAL-TEST-VIRUS-4711"


@contextmanager
def clamd(folder: Path, port: int, *marks: bytes):
    """A real clamd that knows these viruses and no others."""
    daemon = program("clamd", "Debian: clamav-daemon")
    database = folder / "signatures"
    database.mkdir(exist_ok=True)
    lines = [f"Portal.Test.Virus-{number}:0:*:{mark.hex()}" for number, mark in enumerate(marks)]
    (database / "test.ndb").write_text("\n".join(lines) + "\n")
    config = folder / "clamd.conf"
    config.write_text(
        f"Foreground yes\nTCPSocket {port}\nTCPAddr 127.0.0.1\nLocalSocket {folder}/clamd.sock\n"
        f"DatabaseDirectory {database}\nTemporaryDirectory {folder}\nMaxThreads 2\nConcurrentDatabaseReload no\n"
        f"StreamMaxLength 1M\n" + ("User root\n" if os.geteuid() == 0 else "")
    )
    for part in (folder, database, config):
        part.chmod(0o755)
    with running([daemon, "--config-file", str(config)], port, folder):
        yield


@pytest.fixture(scope="module")
def scanner(tmp_path_factory):
    port = free_port()
    with clamd(tmp_path_factory.mktemp("clamd"), port, VIRUS):
        yield f"tcp://127.0.0.1:{port}"


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def startup(world):
    return world(world.organization(Kind.STARTUP, "가온로보틱스"), Role.REPRESENTATIVE)


@pytest.fixture
def store(startup):
    def make(content=None, *, actor=startup):
        with system("test"):
            owner = Organization.objects.get(pk=actor.organization_id)
        upload = SimpleUploadedFile("기술 소개서.pdf", pdf() if content is None else content)
        with acting(actor):
            return operations.store(actor=actor, owner=owner, subject=owner, upload=upload, allowed=DOCUMENTS)

    return make


def messages(job="files.scan"):
    with system("test"):
        return list(Message.objects.filter(job=job, state__in=["waiting", "queued", "failed"]).order_by("pk"))


def work_off(job="files.scan"):
    """What the relay would have done by now; a job that finds no verdict is put off."""
    for message in messages(job):
        with suppress(ScannerAway):
            work(message_id=str(message.pk))


def again(file):
    with system("test"):
        return File.objects.get(pk=file.pk)


def download(client_of, actor, file):
    return client_of(actor).get(f"/files/{file.pk}/download/")


# --- a real clamd ----------------------------------------------------------------------------------------------------


def test_clamd_knows_its_virus_and_nothing_else(settings, scanner):
    settings.CLAMAV_URL = scanner
    assert clamav.signatures().startswith(("0.", "1.", "2."))
    assert clamav.virus_in(io.BytesIO(b"harmless " * 20_000)) == ""
    assert clamav.virus_in(io.BytesIO(b"x" * 100_000 + VIRUS)) == "Portal.Test.Virus-0.UNOFFICIAL"
    with pytest.raises(ScannerAway):  # longer than it takes: no verdict is no clean bill
        clamav.virus_in(io.BytesIO(os.urandom(3_000_000)))


def test_clamd_by_its_socket(settings, tmp_path):
    with clamd(tmp_path, free_port(), VIRUS):
        settings.CLAMAV_URL = f"unix://{tmp_path}/clamd.sock"
        assert clamav.virus_in(io.BytesIO(VIRUS)) == "Portal.Test.Virus-0.UNOFFICIAL"


def test_the_road_of_a_clean_file(settings, scanner, store, startup, client_of, frozen):
    settings.CLAMAV_URL = scanner
    file = store()
    assert file.state == State.WAITING
    answer = download(client_of, startup, file)
    assert answer.status_code == 409 and "아직 끝나지 않아" in answer.content.decode()
    with system("test"):
        assert not AccessRecord.objects.filter(act="download").exists()
    work_off()
    file = again(file)
    assert (file.state, file.finding, file.virus) == (State.CLEAN, "", "") and file.signatures
    assert download(client_of, startup, file).status_code == 200
    assert "ClamAV" in client_of(startup).get(f"/files/{file.pk}/").content.decode()


def test_the_road_of_a_virus(settings, scanner, store, startup, client_of, frozen):
    settings.CLAMAV_URL = scanner
    file = store(pdf(VIRUS))
    work_off()
    file = again(file)
    assert (file.state, file.finding, file.virus) == (State.REFUSED, "file_virus", "Portal.Test.Virus-0.UNOFFICIAL")
    answer = download(client_of, startup, file)
    assert answer.status_code == 409 and "차단되어" in answer.content.decode() and VIRUS not in answer.content
    shown = client_of(startup).get(f"/files/{file.pk}/").content.decode()
    assert "Portal.Test.Virus-0" in shown and "차단" in shown
    told = messages("notifications.deliver")
    assert [m.arguments["name"] for m in told] == ["file.refused"]
    work_off("notifications.deliver")
    assert "차단된 파일: 기술 소개서.pdf" in client_of(startup).get("/notifications/").content.decode()


def test_newer_signatures_find_what_older_ones_let_pass(settings, store, startup, client_of, frozen, tmp_path):
    port = free_port()
    settings.CLAMAV_URL = f"tcp://127.0.0.1:{port}"
    late = b"FOUND-OUT-LATER-0815"
    with clamd(tmp_path, port, VIRUS):
        file, other = store(pdf(late)), store()
        work_off()
        assert again(file).state == State.CLEAN
        with system("test"):
            assert tasks.rescan() == 0, "the same signatures tell nothing new"
            File.objects.update(signatures="1.0.0/26000")
    with clamd(tmp_path, port, VIRUS, late):
        assert tasks.rescan() == 2
        work_off()
    assert again(file).state == State.REFUSED and again(other).state == State.CLEAN
    assert download(client_of, startup, file).status_code == 409
    assert download(client_of, startup, other).status_code == 200


# --- away ------------------------------------------------------------------------------------------------------------


def test_while_the_scanner_is_away_nothing_new_is_served(settings, store, startup, client_of, world, frozen, tmp_path):
    before = store()
    assert before.state == State.CLEAN
    port = free_port()
    settings.CLAMAV_URL = f"tcp://127.0.0.1:{port}"
    file = store()
    work_off()
    assert again(file).state == State.UNCHECKED
    [message] = messages()
    assert message.state == "failed" and "ScannerAway" in message.error, "it is tried again"
    answer = download(client_of, startup, file)
    assert answer.status_code == 409 and "확인하지 못해" in answer.content.decode()
    operator = client_of(world(world.organization(Kind.MINISTRY, "중소벤처기업부"), Role.OPERATOR))
    assert "검사하지 못한 파일 1개 확인" in operator.get("/").content.decode()
    assert "검사하지 못한 파일" not in client_of(startup).get("/").content.decode()
    with pytest.raises(ScannerAway):
        scanning.scan(file_id=before.pk, actor=startup)
    assert again(before).state == State.CLEAN, "what was clean stays so"
    assert download(client_of, startup, before).status_code == 200
    with clamd(tmp_path, port, VIRUS):
        work_off()
    assert again(file).state == State.CLEAN
    assert download(client_of, startup, file).status_code == 200


def test_what_was_given_up_is_found_again(settings, store, startup, frozen):
    settings.CLAMAV_URL = f"tcp://127.0.0.1:{free_port()}"
    file = store()
    work_off()
    with system("test"):
        Message.objects.update(state="given_up")
    assert tasks.rescan() == 1
    settings.CLAMAV_URL = ""
    work_off()
    assert again(file).state == State.CLEAN


def test_an_odd_answer_is_no_verdict(monkeypatch):
    monkeypatch.setattr(clamav, "_connected", lambda patience: _Deaf())
    for answer in ("INSTREAM size limit exceeded. ERROR", "stream: Access denied. ERROR", ""):
        monkeypatch.setattr(clamav, "_asked", lambda connection, command, answer=answer: answer)
        with pytest.raises(ScannerAway):
            clamav.virus_in(io.BytesIO(b"x"))


class _Deaf:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def sendall(self, data):
        return None


# --- without clamd ---------------------------------------------------------------------------------------------------


def test_without_a_scanner_the_format_checks_decide(store, startup, client_of, world, frozen):
    file = store()
    assert (file.state, file.signatures) == (State.CLEAN, "") and file.scanned_at and not messages()
    assert "형식 검사" in client_of(startup).get(f"/files/{file.pk}/").content.decode()
    operator = world(world.organization(Kind.MINISTRY, "중소벤처기업부"), Role.OPERATOR)
    shown = client_of(operator).get("/files/scanner/").content.decode()
    assert "설정되어 있지 않아" in shown and "기술 소개서" not in shown
    assert client_of(startup).get("/files/scanner/").status_code == 403
    assert client_of(startup).post("/files/scanner/rescan/").status_code == 403


def test_the_operator_sees_whether_the_scanner_is_there(settings, scanner, world, client_of, store, frozen):
    operator = client_of(world(world.organization(Kind.MINISTRY, "중소벤처기업부"), Role.OPERATOR))
    store()
    settings.CLAMAV_URL = f"tcp://127.0.0.1:{free_port()}"
    assert "연결할 수 없습니다" in operator.get("/files/scanner/").content.decode()
    settings.CLAMAV_URL = scanner
    assert "연결되어 있습니다" in operator.get("/files/scanner/").content.decode()
    assert operator.post("/files/scanner/rescan/").status_code == 302
    assert len(messages()) == 1


def test_the_owner_has_a_file_scanned_again(store, startup, client_of, world, frozen):
    file = store()
    rival = world(world.organization(Kind.STARTUP, "경쟁사"), Role.REPRESENTATIVE)
    assert client_of(rival).post(f"/files/{file.pk}/rescan/").status_code == 404
    assert not may(rival, "rescan", file)
    with acting(rival), pytest.raises(NotAllowed):
        operations.rescan(file=file, actor=rival)
    assert client_of(startup).post(f"/files/{file.pk}/rescan/").status_code == 302
    assert again(file).state == State.WAITING
    assert download(client_of, startup, file).status_code == 409
    work_off()
    assert again(file).state == State.CLEAN


def test_what_was_changed_in_the_storage_is_not_served(store, startup, client_of, frozen):
    file, lost = store(), store()
    default_storage.delete(file.key)
    default_storage.save(file.key, ContentFile(pdf().replace(b"1 0", b"2 0")))
    scanning.scan(file_id=file.pk, actor=startup)
    assert (again(file).state, again(file).finding) == (State.REFUSED, "file_changed")
    assert "저장된 뒤에 바뀐 내용" in client_of(startup).get(f"/files/{file.pk}/").content.decode()
    default_storage.delete(lost.key)
    with pytest.raises(Exception, match="No such file"):
        scanning.scan(file_id=lost.pk, actor=startup)
    assert again(lost).state == State.CLEAN


def test_a_clean_file_that_stays_clean_is_no_change(store, startup):
    file = store()
    history = File.pgh_event_model
    with system("test"):
        before = history.objects.filter(id=file.pk).count()
        scanning.scan(file_id=file.pk, actor=startup.at(startup.now + timedelta(days=1)))
        assert history.objects.filter(id=file.pk).count() == before
    assert again(file).scanned_at == startup.now + timedelta(days=1)
