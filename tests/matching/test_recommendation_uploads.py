"""Recommendation lists: upload, check, preview, confirm; all or nothing."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from matching.recommendations import operations, uploads
from matching.recommendations.models import ConsensusNote, Recommendation, Upload, UploadRow
from matching.recommendations.rows import KOREAN
from matching.recommendations.sheets import HEADER
from matching.recommendations.workflow import State, UploadState
from matching.startups.models import Profile
from portal.files.models import File
from portal.files.refusal import RefusedFile
from portal.files.spreadsheets import read_sheet, write_csv, write_xlsx
from portal.kernel.errors import NotAllowed, StageClosed
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Organization
from portal.outbox.models import Message
from portal.outbox.tasks import run
from portal.security.actor import acting, system
from programs.demands import operations as demands

REASON = (
    "로봇 핸드의 정밀 제어 기술을 갖추고 있어 조립 공정의 케이블 체결 자동화 수요에 잘 맞으며 실증 경험도 풍부합니다."
)
GOOD = {
    "business_no": "000-88-00013",
    "company": "테솔로",
    "representative": "김대표",
    "email": "ceo@tesollo.example",
    "phone": "010-1234-5678",
    "tech_fields": "로봇; F06",
    "trl": "6",
    "reason": REASON,
    "priority": "1",
    "consensus_note": "전문가 찬성",
}
OTHER = GOOD | {"business_no": "000-88-00027", "company": "둘째", "email": "ceo@second.example", "consensus_note": ""}


@pytest.fixture(autouse=True)
def invited(monkeypatch, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    asked = []
    monkeypatch.setattr(operations, "invite_startup", lambda **given: asked.append(given["email"]))
    return asked


def xlsx(scene, *rows, header=None):
    names = list(KOREAN)
    values = [[({"demand_no": scene.demand.number} | row).get(name, "") for name in names] for row in rows]
    return write_xlsx(header or HEADER, values, title="추천")


def sent(content, name="추천.xlsx"):
    return SimpleUploadedFile(name, content)


def work(job):
    """Do the waiting messages of one job, as the worker does."""
    with system("check"):
        waiting = list(Message.objects.filter(job=job, state="waiting").order_by("id"))
    for message in waiting:
        with system("outbox work"), transaction.atomic():
            run(message)
            message.state, message.done_at = "done", message.created_at
            message.save()


def upload(scene, content, *, name="추천.xlsx", actor=None, check=True):
    actor = actor or scene.coordinator
    with acting(actor):
        made = uploads.create(actor=actor, program=scene.program, file=sent(content, name))
    if check:
        work("recommendations.check_upload")
    return fresh(made)


def fresh(made):
    with system("check"):
        return Upload.objects.get(pk=made.pk)


def confirm(scene, made, at=None):
    actor = scene.coordinator.at(at or scene.world.now)
    with acting(actor):
        uploads.confirm(upload=made, actor=actor)
    work("recommendations.confirm_upload")
    return fresh(made)


def rows_of(made):
    with system("check"):
        return list(UploadRow.objects.filter(upload=made).order_by("number"))


def recommended():
    with system("check"):
        return list(Recommendation.objects.order_by("business_no"))


def test_the_road_of_a_list(scene, invited, client_of, frozen):
    client = client_of(scene.coordinator)
    assert client.get("/recommendation-uploads/new/").status_code == 200
    data = {"program": scene.program.pk, "id": new_id(), "file": sent(xlsx(scene, GOOD, OTHER))}
    response = client.post("/recommendation-uploads/new/", data)
    assert response.status_code == 302, response.content.decode()[:3000]
    url = response.headers["Location"]
    waiting = client.get(url)
    assert "추천 목록 확인" in waiting.content.decode() and f"{url}progress/" in waiting.content.decode()
    assert "HX-Refresh" not in client.get(f"{url}progress/").headers
    work("recommendations.check_upload")
    assert client.get(f"{url}progress/").headers["HX-Refresh"] == "true"
    page = client.get(url).content.decode()
    assert "테솔로" in page and "신규" in page and "반영" in page
    assert "추천 목록 반영: 추천.xlsx" in client.get("/").content.decode()
    assert recommended() == []
    assert client.post(f"{url}confirm/").status_code == 302
    again = client.post(f"{url}confirm/")
    assert again.status_code == 409 and recommended() == []
    waiting = client.get(url).content.decode()
    assert "추천 목록 반영" in waiting and "반영 중" in waiting and f"{url}progress/" in waiting
    assert "HX-Refresh" not in client.get(f"{url}progress/").headers
    work("recommendations.confirm_upload")
    assert (
        client.get(f"{url}progress/").headers["HX-Refresh"] == "true"
        and "반영 완료" in client.get(url).content.decode()
    )
    first, second = recommended()
    assert (first.state, first.priority, first.tech_fields, first.trl) == (
        State.CONSENT_REQUESTED,
        1,
        ["F05", "F06"],
        6,
    )
    assert first.requested_at == scene.world.now and second.company == "둘째"
    work("recommendations.carry_on")
    assert sorted(invited) == ["ceo@second.example", "ceo@tesollo.example"]
    with system("check"):
        assert ConsensusNote.objects.get().recommendation_id == first.pk
        assert Profile.objects.get(startup=first.startup_id).trl == 6
        assert Organization.objects.get(pk=first.startup_id).verified_at is None
    page = client.get(f"/recommendations/{first.pk}/").content.decode()
    assert "동의 요청" in page and "전문가 찬성" in page
    for list_url in ("/recommendation-uploads/", "/recommendation-uploads/?export=xlsx", f"{url}?outcome=new"):
        assert client.get(list_url).status_code == 200


def test_the_same_file_twice_changes_nothing(scene, invited):
    confirm(scene, upload(scene, xlsx(scene, GOOD, OTHER)))
    before = [vars(r) | {"_state": None} for r in recommended()]
    again = upload(scene, xlsx(scene, GOOD, OTHER))
    assert (again.state, again.rows, again.changes) == (UploadState.CHECKED, 2, 0)
    assert {r.outcome for r in rows_of(again)} == {"unchanged"}
    confirm(scene, again)
    assert [vars(r) | {"_state": None} for r in recommended()] == before
    with system("check"):
        assert Message.objects.filter(job="recommendations.carry_on").count() == 1


def test_a_changed_row_changes_its_recommendation_alone(scene, invited):
    confirm(scene, upload(scene, xlsx(scene, GOOD, OTHER)))
    work("recommendations.carry_on")
    invited.clear()
    changed = GOOD | {"priority": "7", "email": "new@tesollo.example", "consensus_note": "재검토 찬성"}
    again = upload(scene, xlsx(scene, changed, OTHER | {"consensus_note": "새 의견"}))
    assert [r.outcome for r in rows_of(again)] == ["changed", "changed"]
    confirm(scene, again)
    work("recommendations.carry_on")
    first, second = recommended()
    assert (first.priority, first.email, first.version) == (7, "new@tesollo.example", 2)
    assert invited == ["new@tesollo.example"] and second.version == 2
    with system("check"):
        assert sorted(ConsensusNote.objects.values_list("text", flat=True)) == ["새 의견", "재검토 찬성"]


def test_what_was_returned_is_handed_in_again(scene):
    confirm(scene, upload(scene, xlsx(scene, GOOD)))
    one = recommended()[0]
    with system("test world"):
        Organization.objects.filter(pk=one.startup_id).update(verified_at=scene.world.now)
        startup = scene.world(Organization.objects.get(pk=one.startup_id), Role.REPRESENTATIVE)
    with acting(startup):
        operations.consent(recommendation=one, actor=startup)
    locked = upload(scene, xlsx(scene, GOOD | {"priority": "2"}))
    assert locked.state == UploadState.REFUSED and "제출" in rows_of(locked)[0].problems[0]["words"]
    with acting(scene.officer):
        operations.return_(recommendation=one, actor=scene.officer, reason="우선순위 확인")
    confirm(scene, upload(scene, xlsx(scene, GOOD | {"priority": "2", "consensus_note": "보완함"})))
    assert (recommended()[0].state, recommended()[0].priority) == (State.SUBMITTED, 2)
    with acting(scene.officer):
        assert ConsensusNote.objects.visible_to(scene.officer).get().text == "보완함"


def test_errors_are_shown_and_come_back_as_a_file(scene, client_of, frozen):
    bad = OTHER | {"business_no": "123-45-67890", "reason": "=1+1", "company": "<b>둘째</b>"}
    made = upload(scene, xlsx(scene, GOOD, bad, GOOD))
    assert (made.state, made.rows, made.errors) == (UploadState.REFUSED, 3, 2)
    client = client_of(scene.coordinator)
    page = client.get(f"/recommendation-uploads/{made.pk}/").content.decode()
    assert "검증번호가 맞지 않습니다" in page and "2행과" in page and "<b>둘째" not in page
    assert client.post(f"/recommendation-uploads/{made.pk}/confirm/").status_code == 409
    file = client.get(f"/recommendation-uploads/{made.pk}/errors/")
    sheet = read_sheet("x.xlsx", io.BytesIO(file.content), len(file.content))
    assert sheet.header == [*HEADER, "오류"] and len(sheet.rows) == 3
    assert (
        sheet.rows[0][-1] == "" and "추천사유: " in sheet.rows[1][-1] and "사업자등록번호: 2행과" in sheet.rows[2][-1]
    )
    cell = openpyxl.load_workbook(io.BytesIO(file.content)).active.cell(3, HEADER.index("추천사유") + 1)
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert upload(scene, write_xlsx(sheet.header, [sheet.rows[0]], title="x")).state == UploadState.CHECKED
    assert recommended() == []


def test_csv_in_utf8_and_cp949(scene):
    row = {"demand_no": scene.demand.number} | GOOD
    content = write_csv(list(KOREAN), [[row.get(name, "") for name in KOREAN]])
    for encoded in (content, content.decode("utf-8-sig").encode("cp949")):
        made = upload(scene, encoded, name="list.csv")
        assert made.state == UploadState.CHECKED and rows_of(made)[0].values["company"] == "테솔로"


def test_the_template_holds_the_open_demands_and_can_be_uploaded(scene, client_of, frozen):
    other = scene.publish("둘째 과제", level="centers")
    closed = scene.publish("닫힌 과제")
    with acting(scene.officer):
        demands.close(demand=closed, actor=scene.officer)
    client = client_of(scene.coordinator)
    content = client.get("/recommendation-uploads/template/").content
    sheet = read_sheet("t.xlsx", io.BytesIO(content), len(content))
    assert [row[:2] for row in sheet.rows] == [[scene.demand.number, scene.demand.title], [other.number, "둘째 과제"]]
    assert "/recommendation-uploads/template/" in client.get("/recommendation-uploads/").content.decode()
    untouched = upload(scene, content)
    assert untouched.state == UploadState.REFUSED and "적은 행이 없습니다" in untouched.problem
    filled = sheet.rows[1][:2] + [GOOD[name] for name in KOREAN if name != "demand_no"]
    made = upload(scene, write_xlsx(sheet.header, [sheet.rows[0], filled], title="추천"))
    assert (made.state, made.rows) == (UploadState.CHECKED, 1)
    assert client_of(scene.officer).get("/recommendation-uploads/template/").status_code == 403


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", "list.xlsx", "XLSX"),
        (b"", "list.xlsx", "빈 파일"),
        (b"PK\x03\x04 broken", "list.xlsx", ""),
        (b"\x89PNG\r\n\x1a\n", "list.csv", ""),
    ],
)
def test_what_is_no_spreadsheet_is_refused_at_once(scene, client_of, frozen, content, name, words):
    with acting(scene.coordinator), pytest.raises(RefusedFile):
        uploads.create(actor=scene.coordinator, program=scene.program, file=sent(content, name))
    page = client_of(scene.coordinator).post(
        "/recommendation-uploads/new/", {"program": scene.program.pk, "file": sent(content, name)}
    )
    assert page.status_code == 422
    with system("check"):
        assert not Upload.objects.exists() and not File.objects.exists()


def test_what_cannot_be_read_is_refused_in_words(scene, client_of, frozen):
    header = list(HEADER)
    for content, name, words in (
        (xlsx(scene, GOOD, header=["수요", *header[1:]]), "a.xlsx", "알 수 없는 열 ‘수요’"),
        (write_xlsx(header[:-3], [["x"] * 8], title="x"), "a.xlsx", "필요한 열이 없습니다: 추천사유"),
        (write_xlsx(header, [], title="x"), "a.xlsx", "적은 행이 없습니다"),
        ('"수요번호,'.encode(), "a.csv", "시트"),
    ):
        made = upload(scene, content, name=name)
        assert made.state == UploadState.REFUSED and words in made.problem, made.problem
        assert rows_of(made) == []
        page = client_of(scene.coordinator).get(f"/recommendation-uploads/{made.pk}/")
        assert page.status_code == 200 and made.problem[:10] in page.content.decode()
        assert client_of(scene.coordinator).get(f"/recommendation-uploads/{made.pk}/errors/").status_code == 404


def test_all_or_nothing_when_a_demand_closes_in_between(scene, client_of, frozen):
    second = scene.publish("둘째 과제")
    made = upload(scene, xlsx(scene, GOOD, OTHER | {"demand_no": second.number}))
    assert made.state == UploadState.CHECKED
    with acting(scene.officer):
        demands.close(demand=second, actor=scene.officer)
    stopped = confirm(scene, made)
    assert stopped.state == UploadState.CHECKED and "3행 수요번호: 마감된" in stopped.problem
    page = client_of(scene.coordinator).get(f"/recommendation-uploads/{made.pk}/").content.decode()
    assert "마감된 수요" in page and "반영하지 못했습니다" in page
    assert recommended() == []
    with system("check"):
        assert not Organization.objects.filter(kind=Kind.STARTUP).exists()
    with acting(scene.coordinator):
        uploads.discard(upload=made, actor=scene.coordinator)
    assert fresh(made).state == UploadState.DISCARDED


def test_the_window_holds_at_upload_and_at_confirming(scene, frozen):
    made = upload(scene, xlsx(scene, GOOD))
    late = scene.world.now + timedelta(days=1)
    with pytest.raises(StageClosed):
        confirm(scene, made, at=late)
    with acting(scene.coordinator.at(late)), pytest.raises(StageClosed):
        uploads.create(actor=scene.coordinator.at(late), program=scene.program, file=sent(xlsx(scene, GOOD)))
    with acting(scene.coordinator.at(late - timedelta(seconds=1))):
        uploads.confirm(upload=made, actor=scene.coordinator.at(late - timedelta(seconds=1)))
    frozen(late)  # who has confirmed in time is not late because the worker is
    work("recommendations.confirm_upload")
    assert len(recommended()) == 1


def test_a_colleagues_change_is_not_written_over(scene):
    made = upload(scene, xlsx(scene, GOOD))
    confirm(scene, upload(scene, xlsx(scene, GOOD | {"priority": "9"})))
    assert "미리 본 뒤에" in confirm(scene, made).problem
    assert recommended()[0].priority == 9


def test_posted_twice_is_stored_once(scene, client_of, frozen):
    client, id = client_of(scene.coordinator), new_id()
    for _ in range(2):
        data = {"program": scene.program.pk, "id": id, "file": sent(xlsx(scene, GOOD))}
        response = client.post("/recommendation-uploads/new/", data)
        assert response.headers["Location"] == f"/recommendation-uploads/{id}/"
    with system("check"):
        assert Upload.objects.count() == 1 and File.objects.count() == 1


def test_who_may_not(scene, client_of, frozen):
    made = upload(scene, xlsx(scene, GOOD))
    colleague = scene.world(_organization(scene.coordinator), Role.COORDINATOR)
    url = f"/recommendation-uploads/{made.pk}/"
    for stranger in (scene.rival_center, colleague, scene.officer, scene.manager):
        client = client_of(stranger)
        for page in (url, f"{url}progress/", f"{url}errors/"):
            assert client.get(page).status_code == 404, page
        assert client.post(f"{url}confirm/").status_code == 404
        with acting(stranger), connection.cursor() as cursor:  # row security alone
            for table in ("upload", "uploadrow", "uploadhistory"):
                cursor.execute(f"SELECT count(*) FROM recommendations_{table}")
                assert cursor.fetchone() == (0,)
    administrator = scene.world(_organization(scene.coordinator), Role.ADMINISTRATOR)
    assert client_of(administrator).get("/recommendation-uploads/new/").status_code == 403
    with acting(scene.officer), pytest.raises(NotAllowed):
        uploads.create(actor=scene.officer, program=scene.program, file=sent(b"x"))
    assert client_of(scene.coordinator).get(f"/recommendation-uploads/{new_id()}/").status_code == 404


def _organization(actor):
    with system("check"):
        return Organization.objects.get(pk=actor.organization_id)
