"""The whole survey: its parts, the detail under NDA, frozen submissions, the catalogue, the desk and the paper."""

import re
from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from portal.documents.models import Document
from portal.kernel.errors import Invalid, NotAllowed, StageClosed
from portal.kernel.roles import Kind, Role
from portal.outbox.models import Message
from portal.security.actor import acting, system
from portal.security.models import grant
from programs.demands import operations, queries, wording
from programs.demands.models import Demand, Detail, DetailRevision, Revision
from programs.plans import operations as plans
from tests.api.conftest import Api
from tests.programs.test_demands import FIELDS, demand, manager, program  # noqa: F401

SECRET = "토크 0.35 N·m, 반복 정밀도 ±20 μm"


@pytest.fixture
def startup(world):
    return world(world.organization(Kind.STARTUP, "테솔로"), Role.REPRESENTATIVE)


@pytest.fixture
def center(world):
    return world(world.organization(Kind.CENTER, "경기센터"), Role.COORDINATOR)


@pytest.fixture
def published(world, manager, demand):  # noqa: F811
    with acting(manager):
        operations.edit(demand=demand, actor=manager, detail=SECRET, nda_required=True, level="public")
        operations.submit(demand=demand, actor=manager)
    with acting(world.officer):
        operations.publish(demand=demand, actor=world.officer)
    return demand


def everything(client, api, demand):  # noqa: F811
    """All that somebody can read of the demand."""
    pages = [
        f"/demands/{demand.pk}/", f"/demands/{demand.pk}/revisions/", "/demands/", "/demands/?search=토크",
        "/demands/?export=csv", "/demands/?search=반복 정밀도&export=csv", "/documents/", "/", "/access-records/",
    ]  # fmt: skip
    said = "".join(client.get(url).content.decode("utf-8", "replace") for url in pages)
    if api is not None:
        for path in ("demands/", f"demands/{demand.pk}/", "demands/?search=토크", "documents/"):
            said += api.get(path).content.decode()
    return said


def raw(actor):
    """What row security alone shows of the detail, its history included."""
    with acting(actor), connection.cursor() as cursor:
        cursor.execute("SELECT text FROM demands_detail UNION SELECT text FROM demands_detailhistory")
        return {row[0] for row in cursor.fetchall()}


def test_the_detail_is_closed_to_every_startup_until_a_grant(world, startup, center, published, client_of, frozen):
    other = world(world.organization(Kind.STARTUP, "이웃"), Role.REPRESENTATIVE)
    rival = world(world.organization(Kind.CORPORATION, "경쟁사"), Role.MANAGER)
    for actor in (startup, other, center, rival):
        assert SECRET not in everything(client_of(actor), Api(actor), published)
        assert raw(actor) == set()
    assert SECRET not in everything(Client(), None, published)
    with system("an NDA in force"):
        grant(
            purpose=Detail.UNDER_NDA, subject_id=published.pk, cause="test", cause_id=published.pk,
            actor=world.officer, organization_id=startup.organization_id,
        )  # fmt: skip
        for house in (center, rival):  # a Grant by mistake opens nothing to who may never read it
            grant(
                purpose=Detail.UNDER_NDA, subject_id=published.pk, cause="test", cause_id=published.pk,
                actor=world.officer, organization_id=house.organization_id,
            )  # fmt: skip
    page = f"/demands/{published.pk}/"
    assert SECRET in client_of(startup).get(page).content.decode() and SECRET in raw(startup)
    for actor in (other, center, rival):
        assert SECRET not in client_of(actor).get(page).content.decode() and raw(actor) == set()
    with system("the record"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_accessrecord WHERE subject = 'demands.detail'")
        assert cursor.fetchone() == (1,)


def test_the_detail_is_needed_where_it_was_announced(manager, demand):  # noqa: F811
    with acting(manager):
        operations.edit(demand=demand, actor=manager, nda_required=True)
        with pytest.raises(Invalid) as refusal:
            operations.submit(demand=demand, actor=manager)
    assert list(refusal.value.fields) == ["detail"]


def test_in_parts(manager, demand, client_of, frozen):  # noqa: F811
    client, url = client_of(manager), f"/demands/{demand.pk}/edit/"
    third = client.get(f"{url}?part=3").content.decode()
    assert 'name="timetable"' in third and 'name="title"' not in third
    saved = client.post(f"{url}?part=3", {"offers": ["data", "channel"], "timetable": "6월 착수", "version": 1})
    assert saved["Location"] == f"{url}?part=4"
    client.post(f"{url}?part=5", {"level": "public", "nda_required": "on", "version": 2})
    page = client.get(f"/demands/{demand.pk}/").content.decode()
    assert "데이터, 판로" in page and "6월 착수" in page
    assert "제출하려면 적어야 합니다:" in page and "세부 내용" in page  # the detail that was announced is missing
    kept = client.post(f"{url}?part=5", {"level": "public", "detail": SECRET, "version": 3}, headers={"X-Draft": "1"})
    assert kept.status_code == 200, kept.content
    assert SECRET in client.get(f"{url}?part=5").content.decode()


def test_a_region_is_not_both(manager, demand, client_of, frozen):  # noqa: F811
    url = f"/demands/{demand.pk}/edit/?part=4"
    page = client_of(manager).post(url, {"regions": ["11"], "excluded_regions": ["11", "26"], "version": 1})
    assert page.status_code == 422 and "제외 지역으로 고를 수 없습니다." in page.content.decode()


def test_each_submission_is_frozen(world, manager, startup, demand, client_of, frozen):  # noqa: F811
    with acting(manager):
        operations.edit(demand=demand, actor=manager, problem="현행 공정 12단계를 사람이 합니다.")
        operations.submit(demand=demand, actor=manager)
    with acting(world.officer):
        operations.return_(
            demand=demand, actor=world.officer, reason="보완", remarks={"problem": "수치를 빼 주십시오."}
        )
    later = manager.at(world.now + timedelta(hours=1))
    with acting(later):
        operations.edit(demand=demand, actor=later, problem="현행 공정을 사람이 합니다.")
        operations.submit(demand=demand, actor=later)
    with acting(world.officer):
        operations.publish(demand=demand, actor=world.officer)
    url = f"/demands/{demand.pk}/revisions/"
    told = client_of(manager).get(url).content.decode()
    assert "<del>" in told and "12단계를" in told and "제출본 2" in told and "제출본 1" in told
    seen = client_of(startup).get(url).content.decode()
    assert "제출본 2" in seen and "제출본 1" not in seen and "12단계" not in seen
    assert client_of(startup).get("/demands/").status_code == 200
    with acting(startup), connection.cursor() as cursor:
        cursor.execute("SELECT number FROM demands_revision")
        assert cursor.fetchall() == [(2,)]
    assert queries.current_revision(demand.pk, world.now + timedelta(minutes=5)).number == 1
    assert queries.current_revision(demand.pk, later.now).number == demand.revision == 2
    with acting(manager), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Revision.objects.visible_to(manager).update(content={})


def test_differences_in_words():
    found = wording.differences(
        {"problem": "사람이 합니다.", "min_trl": 4, "regions": []}, {"problem": "로봇이 합니다.", "min_trl": 4}
    )
    (only,) = found
    assert only.label == "해결하려는 문제"
    assert [(p.kind, p.text) for p in only.pieces] == [
        ("removed", "사람이"), ("added", "로봇이"), ("same", " 합니다."),
    ]  # fmt: skip


def test_the_paper_of_a_submission(world, manager, published, startup, client_of, frozen):  # noqa: F811
    with system("check"):
        paper = Document.objects.get(kind="조사")
        revision = Revision.objects.get()
    assert (paper.owner_id, paper.subject_id) == (manager.organization_id, revision.pk)
    assert paper.number == "DTV-2025-조사-0001"
    assert {"question": "과제명", "answer": FIELDS["title"]} in paper.data["rows"]
    assert SECRET not in str(paper.data) and paper.data["detail"]
    with acting(manager):
        assert Document.objects.visible_to(manager).count() == 1
    with acting(startup):
        assert not Document.objects.visible_to(startup).exists()


def test_the_closing_instant_passes_while_typing(world, manager, demand, client_of, frozen):  # noqa: F811
    frozen(world.now + timedelta(days=1))  # the very instant
    client, url = client_of(manager), f"/demands/{demand.pk}/"
    kept = client.post(f"{url}edit/", FIELDS | {"title": "마감 뒤에 적은 제목", "version": 1}, headers={"X-Draft": "1"})
    assert kept.status_code == 200, kept.content
    refused = client.post(f"{url}submit/")
    text = refused.content.decode()
    assert refused.status_code == 409 and "수요조사 기간이" in text and "기간 연장을 문의" in text
    assert "마감 뒤에 적은 제목" in text
    with acting(world.officer):
        program = demand.program
        plans.extend(
            program=program, actor=world.officer, kind="demand_survey", organization=demand.corporation,
            closes_at=world.now + timedelta(days=2), reason="통신 장애",
        )  # fmt: skip
    assert client.post(f"{url}submit/").status_code == 302


def mails():
    with system("check"):
        found = Message.objects.filter(job="notifications.deliver", arguments__name="demand.survey_waits")
        return [m.arguments["audience"]["organizations"] for m in found.order_by("id")]


def test_the_desk_reminds_once_a_working_day(world, manager, demand, program, client_of, frozen):  # noqa: F811
    silent = world.organization(Kind.CORPORATION, "말없는회사")
    client = client_of(world.officer)
    page = client.get("/demands/remind/").content.decode()
    assert "말없는회사" in page and "응답 없음" in page and "작성 중" in page and FIELDS["title"] not in page
    both = {"corporations": [str(silent.pk), str(manager.organization_id)]}
    assert client.post("/demands/remind/", both).status_code == 302
    assert len(mails()) == 2
    client.post("/demands/remind/", both)
    assert len(mails()) == 2  # the same working day
    with acting(manager):
        operations.submit(demand=demand, actor=manager)
    officer = world.officer.at(world.now + timedelta(hours=20))
    with acting(officer):
        done = operations.remind(actor=officer, program=program, corporations=both["corporations"])
    assert (done.sent, done.answered) == (["말없는회사"], 1) and len(mails()) == 3
    late = world.officer.at(world.now + timedelta(days=3))
    with acting(late), pytest.raises(StageClosed):
        operations.remind(actor=late, program=program, corporations=both["corporations"])
    with acting(manager), pytest.raises(NotAllowed):
        operations.remind(actor=manager, program=program, corporations=both["corporations"])


def test_a_day_off_counts_to_the_working_day_before(world):
    saturday = world.now + timedelta(days=3)  # 2025-03-15
    assert queries.reminder_day(saturday) == (world.now + timedelta(days=2)).date()


def test_the_catalogue_finds_by_its_address(world, published, startup, client_of, frozen):
    with acting(world.officer):
        plans.set_stages(
            program=published.program,
            actor=world.officer,
            windows={"application": (world.now - timedelta(days=1), world.now + timedelta(days=9))},
        )
    other = world.organization(Kind.CORPORATION, "다른회사")
    with system("conditions"):
        Demand.objects.filter(pk=published.pk).update(excluded_regions=["26"], regions=["11", "41"])
    hits = ["search=로봇", "field=F05", "collaboration=poc", "region=41", "trl=5", "days=14",
            f"corporation={published.corporation_id}"]  # fmt: skip
    misses = ["search=용접", "field=F01", "collaboration=ma", "region=26", "region=50", "trl=4", "days=7",
              f"corporation={other.pk}"]  # fmt: skip
    for client in (client_of(startup), Client()):
        for query in hits:
            assert FIELDS["title"] in client.get(f"/demands/?{query}").content.decode(), query
        for query in misses:
            assert f"{published.pk}" not in client.get(f"/demands/?{query}").content.decode(), query
    seen = client_of(startup)
    several = seen.get(f"/demands/?field=F01&field=F05&corporation={other.pk}&corporation={published.corporation_id}")
    assert FIELDS["title"] in several.content.decode()  # one of several is enough
    assert several.content.decode().count("checked") == 4  # and all of them stand in the filters again
    assert "field=F01&amp;field=F05" in several.content.decode()  # as in the address of the download
    assert str(published.pk) not in seen.get("/demands/?field=F01&field=F02").content.decode()
    assert seen.get("/demands/?field=nonsense").status_code == 200
    page = seen.get("/demands/").content.decode()
    assert "9일 남음" in page
    detail = seen.get(f"/demands/{published.pk}/").content.decode()
    for text in (page, detail):  # counted down by the server's clock, and the instant stands there without a script
        assert 'data-countdown="' in text and 'data-days="%(count)d일 남음|%(count)d일 남음"' in text
        assert "2025. 3. 21.(금) 14:00" in text
        assert not re.search(r'aria-live="[^"]*"[^>]*data-countdown|data-countdown="[^"]*"[^>]*aria-live', text)


def test_the_detail_is_frozen_and_compared_for_its_readers_alone(
    world, manager, startup, center, demand, client_of, frozen,  # noqa: F811
):  # fmt: skip
    earlier = "토크 0.20 N·m"
    with acting(manager):
        operations.edit(demand=demand, actor=manager, detail=earlier, nda_required=True, level="public")
        operations.submit(demand=demand, actor=manager)
    with acting(world.officer):
        operations.return_(demand=demand, actor=world.officer, reason="보완")
    with acting(manager):
        operations.edit(demand=demand, actor=manager, detail=SECRET)
        operations.submit(demand=demand, actor=manager)
    with acting(world.officer):
        operations.publish(demand=demand, actor=world.officer)
    url, rival = f"/demands/{demand.pk}/revisions/", world(world.organization(Kind.CORPORATION, "경쟁사"), Role.MANAGER)
    holder = world(world.organization(Kind.STARTUP, "계약한 회사"), Role.REPRESENTATIVE)
    with system("an NDA in force"):
        for house in (holder, rival, center):
            grant(
                purpose=Detail.UNDER_NDA, subject_id=demand.pk, cause="test", cause_id=demand.pk, actor=world.officer,
                organization_id=house.organization_id,
            )  # fmt: skip
    for actor in (manager, world.officer):
        page = client_of(actor).get(url).content.decode()
        assert "세부 내용(비밀유지계약)" in page and "<del>" in page and "0.20" in page and "0.35" in page
    page = client_of(holder).get(url).content.decode()
    assert SECRET in page and "0.20" not in page  # what was handed in before the return stays closed
    for actor in (startup, center, rival):
        said = everything(client_of(actor), Api(actor), demand)
        assert SECRET not in said and "0.20" not in said and "0.35" not in said
    assert "0.35" not in everything(Client(), None, demand)
    for actor, seen in (
        (holder, {SECRET}),
        (startup, set()),
        (center, set()),
        (rival, set()),
        (manager, {earlier, SECRET}),
    ):
        with acting(actor), connection.cursor() as cursor:
            cursor.execute("SELECT text FROM demands_detailrevision")
            assert {row[0] for row in cursor.fetchall()} == seen
    with system("the record"), connection.cursor() as cursor:  # the holder's and the officer's reading
        cursor.execute("SELECT count(*) FROM audit_accessrecord WHERE subject = 'demands.detail'")
        assert cursor.fetchone() == (2,)
    with acting(manager), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        DetailRevision.objects.visible_to(manager).update(text="")


@pytest.mark.parametrize(("level", "readers"), [("centers", {"center"}), ("registered", {"center", "startup"})])
def test_levels_hold_on_every_path(world, manager, demand, startup, center, client_of, frozen, level, readers):  # noqa: F811
    with acting(manager):
        operations.edit(demand=demand, actor=manager, level=level)
        operations.submit(demand=demand, actor=manager)
    with acting(world.officer):
        operations.publish(demand=demand, actor=world.officer)
    for name, actor in (("startup", startup), ("center", center)):
        said = everything(client_of(actor), Api(actor), demand)
        assert (FIELDS["title"] in said) is (name in readers)
    assert FIELDS["title"] not in everything(Client(), None, demand)
