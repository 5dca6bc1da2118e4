"""The change history as sentences: who changed which field from what to what, and for whom."""

from datetime import timedelta

import pytest
from django.utils import translation

from matching.meetups.models import Meetup
from matching.startups import operations
from matching.startups.models import Profile
from portal.kernel.roles import Kind, Role
from portal.security.actor import acting, system
from portal.security.models import grant
from portal.web.changes import changes, shortened
from portal.web.rooms import rooms
from programs.plans.models import Program


@pytest.fixture
def auditor(world):
    return world(world.organization(Kind.MINISTRY, "중소벤처기업부"), Role.AUDITOR)


@pytest.fixture
def ceo(world):
    return world(world.organization(Kind.STARTUP, "테솔로"), Role.REPRESENTATIVE)


@pytest.fixture
def profile(world, ceo):
    with acting(ceo):
        made = operations.create(actor=ceo, representative="김대표", trl=4, tech_fields=["F05"], phone="010-9876-5432")
    later = ceo.at(world.now + timedelta(hours=1))
    with acting(later):
        operations.edit(
            profile=made, actor=later, representative="이대표", tech_fields=["F05", "F06"], phone="010-1111-2222",
            founded_on=world.now.date(), summary="로봇 손",
        )  # fmt: skip
    with system("check"):
        return Profile.objects.get()


def sentences(room, obj, actor):
    with acting(actor):
        return [s for change in changes(rooms()[room], obj, actor) for s in change.sentences]


def test_sentences_with_differences(profile, auditor, ceo, client_of, frozen):
    for reader in (auditor, ceo):
        found = sentences("startups", profile, reader)
        assert "‘대표자’ 항목을 ‘김대표’에서 ‘이대표’(으)로 바꾸었습니다." in found
        assert "‘설립일’ 항목에 ‘2025. 3. 12.’ 값을 적었습니다." in found
        assert "‘한 줄 소개’ 항목에 ‘로봇 손’ 값을 적었습니다." in found
        assert any(s.startswith("‘기술분야’") and "F05" not in s for s in found), "codes by their names"
        assert "‘연락처’ 항목을 바꾸었습니다. 값은 가려져 있습니다." in found
        assert found[-1] == "처음 등록했습니다."
        page = client_of(reader).get(f"/startups/{profile.pk}/").content.decode()
        assert "변경 이력" in page and "‘이대표’(으)로" in page and "1111-2222" not in page.split('id="changes"')[1]
    with translation.override("en"):
        assert any("12 March 2025" in s for s in sentences("startups", profile, auditor))


def test_nobody_else_reads_them(world, profile, client_of, frozen):
    house = world.organization(Kind.CORPORATION, "현대자동차")
    manager = world(house, Role.MANAGER)
    ministry = world.organization(Kind.MINISTRY, "기관")
    officer = world(ministry, Role.OFFICER)
    with acting(officer):
        grant(
            purpose="startup",
            subject_id=profile.startup_id,
            organization_id=house.pk,
            cause="t",
            cause_id=profile.pk,
            actor=officer,
        )
    for stranger in (manager, officer):
        assert sentences("startups", profile, stranger) == []
        page = client_of(stranger).get(f"/startups/{profile.pk}/").content.decode()
        assert "이대표" in page and "김대표" not in page and 'id="changes"' not in page


def test_an_organisation_reads_no_field_that_its_page_has_not(world, auditor):
    """What the ministry keeps in a row about a startup is not told by the row's history."""
    from portal.web.changes import _fields

    for room in rooms().values():
        if not (room.owner and hasattr(room.model, "pgh_event_model")):
            continue
        side = world.organization(Kind.STARTUP, f"기업 {room.name}")
        own = {f.name for f in _fields(room, world(side, Role.REPRESENTATIVE))}
        forms = {n for part in (room.create, room.edit) if part for n in part.form.base_fields}
        assert own <= {"state", *room.api_fields} | forms, room.name
    notices = rooms()["notices"]
    assert "departure_reason" in {f.name for f in _fields(notices, auditor)}
    assert "departure_reason" not in own | {f.name for f in _fields(notices, world(side, Role.MEMBER))}


def test_money_and_states(world, auditor):
    with system("test"):
        program = Program(
            year=2025,
            name="사업",
            budget=1_000_000_000,
            target_startups=5,
            prepared_at=world.now,
            prepared_by_id=auditor.user_id,
        )
        program.save(force_insert=True)
        program.budget = 2_500_000_000
        program.save(update_fields=["budget"])
    assert any("‘1,000,000,000원’에서 ‘2,500,000,000원’" in s for s in sentences("programs", program, auditor))


def test_rooms_and_breaks_of_a_meetup(world, auditor):
    with system("test"):
        program = Program(
            year=2025, name="2025년 사업", budget=10**9, target_startups=5, prepared_at=world.now,
            prepared_by_id=auditor.user_id,
        )  # fmt: skip
        program.save(force_insert=True)
        meetup = Meetup(program=program, name="밋업", venue="서울", day=world.now.date(), created_at=world.now)
        meetup.save(force_insert=True)
        meetup.breaks, meetup.rooms = [["12:00", "13:00"]], [{"name": "회의실 A", "capacity": 2}]
        meetup.save()
    found = sentences("meetups", meetup, auditor)
    assert "‘쉬는 시간’ 항목에 ‘12:00~13:00’ 값을 적었습니다." in found
    assert "‘회의실’ 항목에 ‘회의실 A 2’ 값을 적었습니다." in found


def test_long_texts_show_what_differs():
    old = "가" * 300 + "처음" + "나" * 300
    before, after = shortened(old, old.replace("처음", "나중"))
    assert before == f"…{'가' * 20}처음{'나' * 20}…" and after == f"…{'가' * 20}나중{'나' * 20}…"
    assert shortened("a", "b") == ("a", "b")
    assert shortened("가" * 300, "") == ("가" * 200 + "…", "")
    assert shortened("가" * 100, "가" * 101)[0].startswith("…")
