"""The long profile in parts, what only the startup reads of it, past support and documents."""

from datetime import date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from matching.startups import evidence, operations, supports
from matching.startups.models import Evidence, ExclusiveTie, PastSupport, Profile
from portal.kernel.formats import SEOUL
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.outbox.models import Message
from portal.outbox.tasks import run
from portal.security.actor import acting, system
from portal.security.models import grant
from tests.matching.test_startups import FIELDS

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n" + (
    b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000053 00000 n \n"
    b"trailer<</Size 3/Root 1 0 R>>\nstartxref\n97\n%%EOF\n"
)
TIE = "현대모비스와 3년 독점"
SUPPORT = {
    "program_name": "초격차 스타트업 1000+", "agency": "창업진흥원", "year": 2024, "amount": 100_000_000,
    "subject": "그리퍼 시제품", "ended_on": date(2025, 6, 30),
}  # fmt: skip


@pytest.fixture(autouse=True)
def stored(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def house(world):
    return world.organization(Kind.STARTUP, "가온로보틱스", business_no="000-88-00013")


@pytest.fixture
def member(world, house):
    return world(house, Role.MEMBER)


@pytest.fixture
def profile(member):
    with acting(member):
        return operations.create(actor=member, **FIELDS)


@pytest.fixture
def officer(world):
    return world(world.organization(Kind.MINISTRY, "중소벤처기업부"), Role.OFFICER)


def stored_profile():
    with system("check"):
        return Profile.objects.get()


def test_the_profile_is_filled_in_part_by_part(profile, member, client_of, frozen):
    client, url = client_of(member), f"/startups/{profile.pk}/edit/"
    page = client.get(url).content.decode()
    assert "인력과 재무" in page and 'name="representative"' in page and 'name="sales"' not in page
    page = client.get(f"{url}?part=3").content.decode()
    assert 'name="sales"' in page and 'name="representative"' not in page
    finances = {
        "version": 1, "employees": "12", "sales_year": "2024", "sales": "1,200,000,000원", "investment_stage": "series_a",
        "investment_total": "3,000,000,000",
    }  # fmt: skip
    response = client.post(f"{url}?part=3", finances)
    assert response.status_code == 302, response.content.decode()[:3000]
    now = stored_profile()
    assert (now.employees, now.sales, now.investment_stage, now.representative) == (
        12,
        1_200_000_000,
        "series_a",
        "김가온",
    )
    refused = client.post(f"{url}?part=3", finances | {"version": now.version, "sales_year": ""})
    assert refused.status_code == 422 and "어느 해의 것인지" in refused.content.decode()
    page = client.get(f"/startups/{profile.pk}/").content.decode()
    assert "1,200,000,000원 (2024)" in page and "시리즈 A" in page


def test_exclusive_ties_are_read_by_the_startup_alone(world, profile, member, officer, house, client_of, frozen):
    client = client_of(member)
    sent = {"version": 1, "collaboration_wanted": "공동 개발", "exclusive_ties": TIE}
    assert client.post(f"/startups/{profile.pk}/edit/?part=4", sent).status_code == 302
    assert TIE in client.get(f"/startups/{profile.pk}/").content.decode()
    assert TIE in client.get(f"/startups/{profile.pk}/edit/?part=4").content.decode()
    manager = world(world.organization(Kind.CORPORATION, "현대자동차"), Role.MANAGER)
    grant(
        purpose="startup", subject_id=house.pk, organization_id=manager.organization_id, cause="test",
        cause_id=new_id(), actor=manager,
    )  # fmt: skip
    for actor in (manager, officer):
        reader = client_of(actor)
        for url in (f"/startups/{profile.pk}/", f"/api/v1/startups/{profile.pk}/", "/startups/?export=csv"):
            answer = reader.get(url)
            assert answer.status_code == 200 and "독점" not in answer.content.decode(), url
        assert "공동 개발" in reader.get(f"/startups/{profile.pk}/").content.decode()
        with acting(actor), connection.cursor() as cursor:
            for table in ("startups_exclusivetie", "startups_exclusivetiehistory"):
                cursor.execute(f"SELECT count(*) FROM {table}")
                assert cursor.fetchone() == (0,)
    sent = {"version": stored_profile().version, "collaboration_wanted": "공동 개발", "exclusive_ties": ""}
    assert client.post(f"/startups/{profile.pk}/edit/?part=4", sent).status_code == 302
    with system("check"):
        assert not ExclusiveTie.objects.exists()


def test_past_support_is_entered_once_and_told_to_the_officer_in_words(
    world, profile, member, officer, client_of, frozen
):
    client, id = client_of(member), new_id()
    for _twice in (1, 2):
        response = client.post("/past-supports/new/", SUPPORT | {"id": id, "amount": "100,000,000원"})
        assert response.status_code == 302, response.content.decode()[:2000]
    assert client.post("/past-supports/new/", SUPPORT | {"id": new_id(), "year": 2031}).status_code == 422
    page = client_of(officer).get(f"/startups/{profile.pk}/").content.decode()
    assert "2024년 ‘초격차 스타트업 1000+’(창업진흥원)에서 100,000,000원을 지원받았습니다." in page
    assert "지원 기간이 겹치므로" in page
    rival = world(world.organization(Kind.STARTUP, "경쟁사"), Role.MEMBER)
    assert client_of(rival).get(f"/past-supports/{id}/").status_code == 404
    assert "초격차" not in client_of(rival).get("/past-supports/").content.decode()
    assert client.post(f"/past-supports/{id}/edit/", SUPPORT | {"ended_on": "2024-12-31"}).status_code == 302
    page = client_of(officer).get(f"/startups/{profile.pk}/").content.decode()
    assert "지원 기간이 겹치지 않습니다" in page
    assert client_of(officer).post(f"/past-supports/{id}/remove/").status_code == 403
    assert client.post(f"/past-supports/{id}/remove/").status_code == 302
    with system("check"):
        assert not PastSupport.objects.exists()


def test_other_sources_of_support_are_told_too(profile, officer, member, monkeypatch):
    paid = supports.Support("2024년 딥테크 밸류업", "중소벤처기업부", 2025, 150_000_000, own_words=False)
    monkeypatch.setattr(supports, "_sources", [lambda ids, actor: [(id, paid) for id in ids]])
    with acting(officer):
        known = supports.known_supports([profile.startup_id], officer)[profile.startup_id]
    (told,) = supports.evidence(known, year=2025)
    assert "150,000,000원" in told.words and "같은 해의 지원" in told.words and told.doubtful


def test_a_document_reminds_before_it_runs_out(member, house, client_of, frozen):
    client, id = client_of(member), new_id()
    data = {"id": id, "sort": "tax", "name": "국세 완납증명서", "expires_on": "2025-04-30"}
    file = SimpleUploadedFile("증명서.pdf", PDF)
    response = client.post("/startup-documents/new/", data | {"file": file})
    assert response.status_code == 302, response.content.decode()[:3000]
    with system("check"):
        message = Message.objects.get(job="startups.remind_of_expiry")
    assert message.due_at == datetime(2025, 4, 16, 9, 0, tzinfo=SEOUL), "ten working days before"
    with acting(member.at(message.due_at)):
        run(message)
    with system("check"):
        told = Message.objects.get(job="notifications.deliver", arguments__name="startup-document.expires")
    assert told.arguments["facts"]["title"] == "국세 완납증명서"
    late = data | {"id": new_id(), "expires_on": "2025-03-11", "file": SimpleUploadedFile("옛.pdf", PDF)}
    assert client.post("/startup-documents/new/", late).status_code == 422
    with system("check"):
        kept = Evidence.objects.get()
    assert client.post(f"/files/{kept.file_id}/remove/").status_code == 409
    assert client.post(f"/startup-documents/{id}/remove/").status_code == 302
    with acting(member):
        evidence.remind(document_id=id, actor=member)
    with system("check"):
        told = Message.objects.filter(job="notifications.deliver", arguments__name="startup-document.expires")
        assert told.count() == 1, "nobody is reminded of what is gone"


def test_a_newer_document_stops_the_reminder(member, client_of, frozen):
    made = []
    for expires in (date(2025, 4, 30), date(2026, 4, 30)):
        with acting(member):
            file = SimpleUploadedFile("증명서.pdf", PDF)
            made.append(
                evidence.create(actor=member, file=file, sort="tax", name="국세 완납증명서", expires_on=expires)
            )
    with acting(member.at(member.now + timedelta(days=35))):
        evidence.remind(document_id=made[0].pk, actor=member)
    with system("check"):
        assert not Message.objects.filter(job="notifications.deliver").exists()


def test_the_database_alone(profile):
    with system("past the operations"), pytest.raises(IntegrityError), transaction.atomic():
        Profile.objects.update(sales=5, sales_year=None)
