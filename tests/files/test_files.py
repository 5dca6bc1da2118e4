"""Private files: what is taken, who reads them, and that every download is on the record."""

import hashlib
import threading

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from portal.audit.models import AccessRecord
from portal.files import operations, scanning
from portal.files.checks import DOCUMENTS, IMAGES
from portal.files.models import File
from portal.files.refusal import RefusedFile
from portal.kernel.errors import NotAllowed, OverLimit
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Organization
from portal.outbox.models import Message
from portal.outbox.tasks import work
from portal.security.actor import acting, system
from portal.security.models import block, grant
from portal.web.uploads import UploadField
from tests.files.samples import office, pdf
from tests.files.test_images import SECRET, jpg


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def startup(world):
    return world(world.organization(Kind.STARTUP, "가온로보틱스"), Role.REPRESENTATIVE)


@pytest.fixture
def store(startup):
    def make(content=None, name="기술 소개서.pdf", *, actor=startup, allowed=DOCUMENTS, **given):
        with system("test"):
            owner = Organization.objects.get(pk=startup.organization_id)
        upload = SimpleUploadedFile(name, pdf() if content is None else content, content_type="application/pdf")
        with acting(actor):
            return operations.store(actor=actor, owner=owner, subject=owner, upload=upload, allowed=allowed, **given)

    return make


def test_the_road_of_a_file(store, startup, client_of, frozen):
    file = store()
    assert (file.media_type, file.size) == ("application/pdf", len(pdf()))
    for times in (1, 2):
        answer = client_of(startup).get(f"/files/{file.pk}/download/")
        assert answer.status_code == 200 and b"".join(answer.streaming_content) == pdf()
        with system("check"):
            assert AccessRecord.objects.filter(act="download", subject_id=file.pk).count() == times
    assert "attachment; filename*=utf-8''" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]


def test_who_else_reads_it(world, store, client_of, frozen):
    file, open_to_ministry = store(), store(ministry_reads=True)
    rival = world(world.organization(Kind.STARTUP, "경쟁사"), Role.REPRESENTATIVE)
    officer = world(world.organization(Kind.MINISTRY, "중소벤처기업부"), Role.OFFICER)
    corporation = world(world.organization(Kind.CORPORATION, "한빛중공업"), Role.MANAGER)
    assert client_of(rival).get(f"/files/{file.pk}/download/").status_code == 404
    assert client_of(rival).get(f"/files/{new_id()}/download/").status_code == 404
    assert client_of(officer).get(f"/files/{file.pk}/download/").status_code == 404
    assert client_of(officer).get(f"/files/{open_to_ministry.pk}/download/").status_code == 200
    with acting(rival), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM files_file")
        assert cursor.fetchone() == (0,)
    grant(
        purpose="file",
        subject_id=file.pk,
        organization_id=corporation.organization_id,
        cause="test",
        cause_id=new_id(),
        actor=officer,
    )
    assert client_of(corporation).get(f"/files/{file.pk}/download/").status_code == 200
    block(subject_id=file.subject_id, cause="test", cause_id=new_id(), user_id=corporation.user_id)
    assert client_of(corporation).get(f"/files/{file.pk}/download/").status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"MZ\x90\0" + b"\0" * 200, "계획서.pdf", "file_kind"),
        (office("docx"), "계획서.pdf", "file_disguised"),
        (b"", "빈 파일.pdf", "file_empty"),
        (pdf(), "../../etc/passwd.pdf", ""),
    ],
)
def test_what_is_not_taken(store, storage, content, name, code):
    if not code:  # Django itself takes the folders away
        assert store(content, name).name == "passwd.pdf"
        return
    with pytest.raises(RefusedFile) as refused:
        store(content, name)
    assert refused.value.code == code and str(refused.value) and str(refused.value.hint)
    with system("check"):
        assert not File.objects.exists()
    assert not [path for path in storage.rglob("*") if path.is_file()]


def test_too_large_and_not_wanted_here(store, settings):
    with pytest.raises(RefusedFile, match="올릴 수 없습니다"):
        store(allowed=frozenset({"xlsx"}))
    settings.FILE_MAX_BYTES = 20
    with pytest.raises(RefusedFile) as refused:
        store()
    assert refused.value.code == "file_too_large"


def test_what_is_kept_of_a_picture_is_drawn_anew(store, startup, client_of, frozen):
    sent = jpg()
    file = store(sent, "현장.jpg", allowed=IMAGES)
    served = b"".join(client_of(startup).get(f"/files/{file.pk}/download/").streaming_content)
    assert SECRET in sent and SECRET not in served and served[:3] == b"\xff\xd8\xff"
    assert (file.size, file.sha256) == (len(served), hashlib.sha256(served).hexdigest())


def test_the_key_says_nothing(store):
    one, two = store(), store()
    assert one.key != two.key and one.key.startswith("files/") and len(one.key) > 40
    for known in (str(one.pk), one.sha256, str(one.owner_id), one.name):
        assert known not in one.key
    assert default_storage.exists(one.key)


def test_nobody_stores_for_another(world, store, startup):
    rival = world(world.organization(Kind.STARTUP, "경쟁사"), Role.REPRESENTATIVE)
    with pytest.raises(NotAllowed):
        store(actor=rival)
    file = store()
    with acting(rival), pytest.raises(Exception, match="row-level security"), transaction.atomic():
        File(
            owner_id=startup.organization_id,
            subject="x",
            subject_id=file.pk,
            name="x",
            media_type="x",
            size=1,
            sha256="x",
            key="files/x",
            uploaded_by_id=rival.user_id,
            uploaded_at=rival.now,
        ).save(force_insert=True)


def test_a_row_that_fails_leaves_no_file(store, storage, monkeypatch):
    taken = store()
    with system("check"):
        monkeypatch.setattr(operations, "File", lambda **given: File(**given | {"size": None}))
    with pytest.raises(IntegrityError):
        store()
    assert [path.name for path in storage.rglob("*") if path.is_file()] == [taken.key.removeprefix("files/")]


def test_a_lost_file_is_said_so(store, startup, client_of, frozen):
    file = store()
    default_storage.delete(file.key)
    answer = client_of(startup).get(f"/files/{file.pk}/download/")
    assert answer.status_code == 503 and "내려받을 수 없습니다" in answer.content.decode()


def test_the_field_says_beforehand(settings):
    field = UploadField(kinds=frozenset({"pdf", "jpg"}), label="서류")
    assert field.widget.attrs["accept"] == ".jpeg,.jpg,.pdf"
    assert field.widget.attrs["data-max-size"] == str(settings.FILE_MAX_BYTES)
    with pytest.raises(ValueError, match="exe"):
        UploadField(kinds=frozenset({"exe"}))


# --- how much an organisation may keep -------------------------------------------------------------------------------


def test_an_organisation_has_its_share(store, startup, world, client_of, settings, storage, frozen):
    rival = world(world.organization(Kind.STARTUP, "경쟁사"), Role.REPRESENTATIVE)
    settings.FILE_QUOTA_BYTES = 2 * len(pdf()) + 10
    store(), store()
    kept = len([path for path in storage.rglob("*") if path.is_file()])
    with pytest.raises(OverLimit, match="보관 한도") as refused:
        store()
    assert "운영자" in str(refused.value.hint)
    assert len([path for path in storage.rglob("*") if path.is_file()]) == kept, "nothing is left behind"
    with system("check"):
        assert File.objects.filter(owner=startup.organization_id).count() == 2
        owner = Organization.objects.get(pk=rival.organization_id)
    with acting(rival):
        operations.store(
            actor=rival,
            owner=owner,
            subject=owner,
            upload=SimpleUploadedFile("a.pdf", pdf()),
            allowed=DOCUMENTS,
        )
    page = client_of(startup).get(f"/organizations/{startup.organization_id}/").content.decode()
    assert "파일 보관량" in page and f"{2 * len(pdf()) * 100 // settings.FILE_QUOTA_BYTES}%" in page


def test_how_much_is_kept_is_nobody_elses_business(store, startup, world, client_of, frozen):
    store()
    officer = world(world.organization(Kind.MINISTRY, "중소벤처기업부"), Role.OFFICER)
    corporation = world(world.organization(Kind.CORPORATION, "한빛중공업"), Role.MANAGER)
    grant(
        purpose="startup",
        subject_id=startup.organization_id,
        organization_id=corporation.organization_id,
        cause="test",
        cause_id=new_id(),
        actor=officer,
    )
    address = f"/organizations/{startup.organization_id}/"
    assert "파일 보관량" in client_of(officer).get(address).content.decode()
    seen = client_of(corporation).get(address)
    assert seen.status_code == 200 and "파일 보관량" not in seen.content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_uploads_at_once_share_what_is_left(store, settings):
    settings.FILE_QUOTA_BYTES = 2 * len(pdf()) + 10
    refusals = []

    def upload():
        try:
            store()
        except OverLimit as refusal:
            refusals.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=upload) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with system("check"):
        assert File.objects.count() == 2 and len(refusals) == 4


def erase(file):
    """What the outbox would have done by now."""
    with system("test"):
        waiting = list(Message.objects.filter(job="files.erase").values_list("pk", flat=True))
    for pk in waiting:
        work(message_id=str(pk))
    return len(waiting)


def test_an_owner_removes_what_nobody_has_handed_in(store, startup, world, client_of, settings, monkeypatch, frozen):
    settings.FILE_QUOTA_BYTES = len(pdf()) + 10
    file, client = store(), client_of(startup)
    url = f"/files/{file.pk}/remove/"
    assert "제출한 자료에 쓰인 파일" in client.get(f"/files/{file.pk}/").content.decode(), "a room that says nothing"
    assert client.post(url).status_code == 409 and default_storage.exists(file.key)
    monkeypatch.setattr("portal.files.holding._rooms", {"organizations.organization": lambda _file: ""})
    rival = world(world.organization(Kind.STARTUP, "경쟁사"), Role.REPRESENTATIVE)
    officer = world(world.organization(Kind.MINISTRY, "중소벤처기업부"), Role.OFFICER)
    for other in (rival, officer):
        assert client_of(other).post(url).status_code == 404
    with pytest.raises(OverLimit):
        store()
    assert client.post(url).status_code == 302
    assert erase(file) == 1 and not default_storage.exists(file.key)
    with system("check"):
        gone = File.objects.get(pk=file.pk)
        made = AccessRecord.objects.get(act="change", subject_id=file.pk)
    assert (gone.state, gone.sha256, gone.name) == ("removed", file.sha256, file.name)
    assert made.user_id == startup.user_id and made.detail == {"step": "remove", "name": file.name}
    assert client.get(f"/files/{file.pk}/download/").status_code == 409
    assert client.post(url).status_code == 409 and client.post(f"/files/{file.pk}/rescan/").status_code in (403, 409)
    store()  # its room is free again


def test_of_a_refused_file_the_content_goes(store, startup, client_of, settings, frozen):
    file, kept = store(), store()
    default_storage.delete(file.key)
    default_storage.save(file.key, ContentFile(pdf().replace(b"1 0", b"2 0")))
    scanning.scan(file_id=file.pk, actor=startup)
    assert erase(file) == 1
    assert not default_storage.exists(file.key) and default_storage.exists(kept.key)
    with system("check"):
        found = File.objects.get(pk=file.pk)
    assert (found.state, found.finding, found.sha256) == ("refused", "file_changed", file.sha256)
    settings.FILE_QUOTA_BYTES = 2 * len(pdf()) + 10
    store()  # it takes no room any more
