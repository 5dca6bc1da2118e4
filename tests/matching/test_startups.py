"""Startups' profiles: their own people write them, rivals never learn of them."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from matching.startups import operations
from matching.startups.models import Profile
from portal.audit.models import AccessRecord
from portal.kernel.errors import Invalid, NotAllowed, WrongState
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Organization
from portal.security.actor import acting, system
from portal.security.models import block, grant
from portal.web.registry import todos_for

FIELDS = {"representative": "김가온", "trl": 6, "tech_fields": ["F05"], "region": "11", "summary": "협동로봇 그리퍼"}
NUMBER = "000-88-00013"


@pytest.fixture
def startup(world):
    return world.organization(Kind.STARTUP, "가온로보틱스", business_no=NUMBER)


@pytest.fixture
def member(world, startup):
    return world(startup, Role.MEMBER)


@pytest.fixture
def profile(member):
    with acting(member):
        return operations.create(actor=member, **FIELDS)


@pytest.fixture
def coordinator(world):
    return world(world.organization(Kind.CENTER, "경기창조경제혁신센터"), Role.COORDINATOR)


def sent(**more):
    return {**FIELDS, "phone": "02 123 4567", "technology": "힘 제어", **more}


def test_the_road_through_pages(member, startup, client_of, frozen):
    client = client_of(member)
    with acting(member):
        assert [todo.title for todo in todos_for(member)] == ["기업 정보 등록"]
    assert client.get("/startups/mine/").headers["Location"] == "/startups/new/"
    assert "기업 정보 등록" in client.get("/startups/").content.decode()
    id = str(new_id())
    for _twice in (1, 2):
        assert client.post("/startups/new/", sent(id=id)).headers["Location"] == f"/startups/{id}/edit/"
    page = client.get(f"/startups/{id}/").content.decode()
    for part in ("가온로보틱스", NUMBER, "02-123-4567", "서울특별시", "사업자 확인"):
        assert part in page, part
    assert client.get("/startups/mine/").headers["Location"] == f"/startups/{id}/"
    assert "기업 정보 등록" not in client.get("/startups/").content.decode()
    assert client.get(f"/startups/{id}/edit/").status_code == 200
    assert client.post(f"/startups/{id}/edit/?part=2", sent(version=1, trl=7)).status_code == 302
    late = client.post(f"/startups/{id}/edit/", sent(version=1, summary="옛 화면의 글"))
    assert late.status_code == 409 and "옛 화면의 글" in late.content.decode()
    assert client.post(f"/startups/{id}/edit/", sent(version=2, phone="12")).status_code == 422
    other = client.post("/startups/new/", sent(id=str(new_id())))
    assert other.status_code == 409 and "이미 있습니다" in other.content.decode()
    with system("check"):
        assert Profile.objects.get().trl == 7 and not AccessRecord.objects.filter(act="view").exists()


def test_who_reads_it(world, startup, profile, coordinator, client_of, frozen):
    url = f"/startups/{profile.pk}/"
    ministry = world.organization(Kind.MINISTRY, "중소벤처기업부")
    officer, operator = world(ministry, Role.OFFICER), world(ministry, Role.OPERATOR)
    rival = world(world.organization(Kind.STARTUP, "경쟁사"), Role.REPRESENTATIVE)
    corporation = world(world.organization(Kind.CORPORATION, "한빛중공업"), Role.MANAGER)
    for actor in (rival, corporation, coordinator, operator):
        assert client_of(actor).get(url).status_code == 404
        assert "가온로보틱스" not in client_of(actor).get("/startups/?search=가온").content.decode()
        assert client_of(actor).post(f"{url}edit/", sent()).status_code == 404
        with acting(actor), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM startups_profile")
            assert cursor.fetchone() == (0,)
    assert client_of(officer).get(url).status_code == 200
    assert client_of(officer).get("/startups/?export=xlsx").status_code == 200
    assert client_of(officer).post(f"{url}edit/", sent()).status_code == 403
    with system("check"):
        record = AccessRecord.objects.get(act="view")
    assert (record.user_id, record.owner_id) == (officer.user_id, startup.pk)
    grant(
        purpose="startup", subject_id=startup.pk, organization_id=coordinator.organization_id, cause="recommendation",
        cause_id=new_id(), actor=coordinator,
    )  # fmt: skip
    assert client_of(coordinator).get(url).status_code == 200
    assert "가온로보틱스" in client_of(coordinator).get("/startups/").content.decode()
    block(subject_id=startup.pk, user_id=coordinator.user_id, cause="conflict", cause_id=new_id())
    assert client_of(coordinator).get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_who_may_not_write(world, startup, profile, coordinator):
    with acting(coordinator), pytest.raises(NotAllowed):
        operations.create(actor=coordinator, **FIELDS)
    rival = world(world.organization(Kind.STARTUP, "경쟁사"), Role.REPRESENTATIVE)
    with acting(rival), pytest.raises(NotAllowed):
        operations.edit(profile=profile, actor=rival, summary="남의 글")
    with acting(rival), pytest.raises(Exception, match="row-level security"), transaction.atomic():
        Profile(startup_id=startup.pk, representative="x").save(force_insert=True)
    administrator = world(world.organization(Kind.STARTUP, "관리자만 있는 곳"))
    with acting(administrator), pytest.raises(NotAllowed):
        operations.create(actor=administrator, **FIELDS)


def test_the_database_alone(profile, startup):
    with system("past the operations"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Profile.objects.filter(pk=profile.pk).update(trl=10)
        with pytest.raises(IntegrityError), transaction.atomic():
            Profile(startup_id=startup.pk, representative="둘째").save(force_insert=True)


def test_saved_over_somebody_else(profile, member):
    with acting(member):
        operations.edit(profile=profile, actor=member, version=1, summary="새 글")
        with pytest.raises(WrongState):
            operations.edit(profile=profile, actor=member, version=1, summary="옛 글")


def register(actor, **change):
    given = {"business_no": "124-81-00998", "name": "새 회사", "representative": "이새로", "email": "ceo@new.example"}
    with acting(actor):
        return operations.register_startup(actor=actor, **given | change)


def test_a_center_registers_a_startup(coordinator, startup):
    made, created = register(coordinator, business_no="１２４ 81 00998")
    assert created and (made.kind, made.business_no, made.slug) == (Kind.STARTUP, "124-81-00998", "startup-1248100998")
    assert made.verified_at is None
    again, created = register(coordinator, name="다른 이름", representative="다른 사람")
    assert not created and again.pk == made.pk
    with system("check"):
        assert Organization.objects.get(pk=made.pk).name == "새 회사"
        assert Profile.objects.get(startup=made).representative == "이새로"
    known, created = register(coordinator, business_no=NUMBER)
    assert not created and known.pk == startup.pk
    with acting(coordinator):  # registering shows nothing of it
        assert not Profile.objects.visible_to(coordinator).exists()


def test_what_cannot_be_registered(world, coordinator):
    world.organization(Kind.CORPORATION, "한빛중공업", business_no="124-81-00998")
    for change, field in (
        ({}, "business_no"), ({"business_no": "123-45-67890"}, "business_no"), ({"email": "없음"}, "email"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            register(coordinator, **change)
        assert list(refused.value.fields) == [field]


def test_the_list_asks_as_often_for_three_as_for_one(world, profile, client_of, frozen):
    officer = world(world.organization(Kind.MINISTRY, "중소벤처기업부"), Role.OFFICER)
    client, counts = client_of(officer), []
    for names in ([], ["나래", "다솜"]):
        for name in names:
            actor = world(world.organization(Kind.STARTUP, name), Role.MEMBER)
            with acting(actor):
                operations.create(actor=actor, **FIELDS)
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/startups/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_startup_is_found_by_its_name_and_by_what_it_says(world, profile, client_of, frozen):
    """By index, and by nobody to whom it isn't open: a manager with another startup's Grant, a rival."""
    house, rival = world.organization(Kind.CORPORATION, "현대자동차"), world.organization(Kind.STARTUP, "나라로보틱스")
    manager, competitor = world(house, Role.MANAGER), world(rival, Role.MEMBER)
    with acting(competitor):
        operations.create(actor=competitor, **FIELDS | {"summary": "협동로봇 비전"})
    grant(
        purpose="startup",
        subject_id=rival.pk,
        organization_id=house.pk,
        cause="test",
        cause_id=new_id(),
        actor=manager,
    )
    officer = world(world.organization(Kind.MINISTRY), Role.OFFICER)
    seen = {officer: ("가온로보틱스", "나라로보틱스"), manager: ("나라로보틱스",), competitor: ("나라로보틱스",)}
    for actor, names in seen.items():
        for text in ("로보틱스", "협동로봇", "로봇"):
            page = client_of(actor).get(f"/startups/?search={text}").content.decode()
            assert [n for n in ("가온로보틱스", "나라로보틱스") if n in page] == list(names), (actor.name, text)
    for text, name in (
        ("가온", "가온로보틱스"),
        ("그리퍼", "가온로보틱스"),
        (NUMBER, "가온로보틱스"),
        ("비전", "나라로보틱스"),
    ):
        page = client_of(officer).get(f"/startups/?search={text}").content.decode()
        assert name in page and page.count('data-label="기업명"') == 1, text
    with CaptureQueriesContext(connection) as asked:
        client_of(officer).get("/startups/?search=그리퍼")
    found = [q["sql"] for q in asked if "startups_profile" in q["sql"] and "그리퍼" in q["sql"]]
    assert found and all("search_profile_words" in sql and "search_organization_words" in sql for sql in found)
