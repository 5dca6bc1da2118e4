"""Rules with their dates and sources, more time for one organisation, and a year copied from another."""

from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from portal.kernel.errors import Invalid, NotAllowed, StageClosed
from portal.kernel.formats import SEOUL
from portal.kernel.roles import Kind, Role
from portal.kernel.workdays import is_workday
from portal.outbox.models import Message
from portal.security.actor import acting, system
from programs.plans import operations
from programs.plans.models import Extension, Program, Stage
from programs.plans.settings import settings_of
from programs.plans.windows import closed, require_open
from tests.programs.test_plans import approver, ministry, officer, program, step  # noqa: F401

SOURCE = {"origin": "official", "source": "2025년 통합공고 제4조"}


def test_a_rule_holds_from_its_day_on(world, program, officer):  # noqa: F811
    with acting(officer):
        first = settings_of(program, world.now)
        assert first.shares.percents == (70, 10, 20) and not first.shares.official
        operations.set_tranches(
            program=program, actor=officer, tranches=[50, 30, 20], valid_from=date(2025, 4, 1), **SOURCE
        )
        before = settings_of(program, world.now)
        after = settings_of(program, world.now + timedelta(days=30))
    assert before.tranches.percents == (70, 30) and not before.tranches.official
    assert list(after.tranches.percents) == [50, 30, 20] and after.tranches.official
    assert after.tranches.source == SOURCE["source"]
    with acting(officer):
        for wrong in ([60, 30], [50, 60], [101, -1]):
            with pytest.raises(Invalid):
                operations.set_tranches(
                    program=program, actor=officer, tranches=wrong, valid_from=date(2025, 4, 1), **SOURCE
                )


def test_what_is_no_notice_is_never_called_official(world, program, officer, approver, client_of, frozen):  # noqa: F811
    page = client_of(officer).get(f"/programs/{program.pk}/").content.decode()
    assert "유사 사업의 기준을 따름(공식 아님)" in page and "이 사업의 공고·규정" not in page
    sent = {
        "government": 65, "cash": 15, "kind": 20, "valid_from": "2025-03-01", "origin": "ours", "source": "내부 결정",
    }  # fmt: skip
    assert client_of(officer).post(f"/programs/{program.pk}/shares/", sent).status_code == 302
    page = client_of(officer).get(f"/programs/{program.pk}/").content.decode()
    assert "운영 기준(공식 아님)" in page and "정부 지원 65% 이하" in page and "이 사업의 공고·규정" not in page
    step(program, "open_", approver)
    assert "운영 기준" not in Client().get(f"/programs/{program.pk}/").content.decode()


def test_a_rule_stays_on_the_record(program, officer, approver):  # noqa: F811
    with acting(officer):
        operations.set_shares(
            program=program, actor=officer, government=60, cash=20, kind=20, valid_from=date(2025, 1, 1), **SOURCE
        )
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            program.settings.all().visible_to(officer).update(source="고친 근거")
    with acting(approver), pytest.raises(NotAllowed):
        operations.set_shares(
            program=program, actor=approver, government=60, cash=20, kind=20, valid_from=date(2025, 1, 1), **SOURCE
        )


@pytest.fixture
def late(world, program, officer, approver):  # noqa: F811
    """A corporation after the survey has closed."""
    step(program, "open_", approver)
    house = world.organization(Kind.CORPORATION, "현대자동차", business_no="000-88-00099")
    return world(house, Role.MANAGER).at(world.now + timedelta(days=1, hours=1))


def more_time(program, officer, organization, until):  # noqa: F811
    with acting(officer):
        return operations.extend(
            program=program, actor=officer, kind="demand_survey", organization=organization, closes_at=until,
            reason="접수 화면의 장애가 확인되었습니다.",
        )  # fmt: skip


def house_of(actor):
    with system("test"):
        from portal.organizations.models import Organization

        return Organization.objects.get(pk=actor.organization_id)


def test_more_time_is_for_one(world, program, officer, late, client_of, frozen):  # noqa: F811
    kind = Stage.Kind.DEMAND_SURVEY
    with acting(late), pytest.raises(StageClosed):
        require_open(program_id=program.pk, kind=kind, actor=late)
    until = world.now + timedelta(days=2)
    more_time(program, officer, house_of(late), until)
    rival = world(world.organization(Kind.CORPORATION, "경쟁사"), Role.MANAGER)
    with acting(late):
        require_open(program_id=program.pk, kind=kind, actor=late)
        assert "끝났습니다" in closed(program.pk, kind, until, late.organization_id)  # to the second
        assert closed(program.pk, kind, until - timedelta(seconds=1), late.organization_id) == ""
    with acting(rival), pytest.raises(StageClosed):
        require_open(program_id=program.pk, kind=kind, actor=rival.at(late.now))
    frozen(late.now)
    own = client_of(late).get(f"/programs/{program.pk}/").content.decode()
    assert "우리 기관 연장" in own and "23시간 남음" in own
    for client in (client_of(rival), Client()):
        page = client.get(f"/programs/{program.pk}/").content.decode()
        assert "연장" not in page and "장애가" not in page
    with acting(rival), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM plans_extension")
        assert cursor.fetchone() == (0,)
    with system("check"):
        assert Message.objects.filter(arguments__name="program.extended").count() == 1
        assert Extension.objects.get().granted_by_id == officer.user_id


def test_more_time_must_be_more(world, program, officer, late, client_of, frozen):  # noqa: F811
    house = house_of(late)
    with pytest.raises(Invalid):
        more_time(program, officer, house, world.now + timedelta(hours=1))
    url = f"/programs/{program.pk}/extend/"
    sent = {
        "kind": "demand_survey", "organization": "000-88-00099", "closes_at": "2025-03-20T18:00", "reason": "장애",
    }  # fmt: skip
    assert client_of(officer).post(url, sent).status_code == 302
    unknown = client_of(officer).post(url, sent | {"organization": "없는 회사"})
    assert unknown.status_code == 422 and "그런 기관이 없습니다." in unknown.content.decode()


def test_a_year_like_the_last(world, program, officer, client_of, frozen):  # noqa: F811
    with acting(officer):
        operations.set_tranches(
            program=program, actor=officer, tranches=[50, 50], valid_from=date(2025, 1, 1), **SOURCE
        )
    url = f"/programs/{program.pk}/copy/"
    assert "2026년 딥테크 밸류업" in client_of(officer).get(url).content.decode()
    assert client_of(officer).post(url, {"year": 2026, "name": "2026년 딥테크 밸류업"}).status_code == 302
    with acting(officer):
        made = Program.objects.visible_to(officer).get(year=2026)
        stages = {s.kind: s for s in Stage.objects.visible_to(officer).filter(program=made)}
        rules = settings_of(made, world.now + timedelta(days=365))
    assert (made.state, made.budget, made.prepared_by_id) == ("draft", program.budget, officer.user_id)
    assert set(stages) == {"demand_survey", "application"}
    for stage in stages.values():
        for at in (stage.opens_at, stage.closes_at):
            there = at.astimezone(SEOUL)
            assert there.year == 2026 and is_workday(there.date()) and there.hour == 14
        assert not stage.published and stage.opens_at < stage.closes_at
    # What was published for one year isn't for the next.
    assert list(rules.tranches.percents) == [50, 50] and not rules.tranches.official
