"""The demand survey: who writes, who sees, and what the walls hold."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from portal.kernel.errors import NoActor, NotAllowed, StageClosed, WrongState
from portal.kernel.roles import Kind, Role
from portal.outbox.models import Message
from portal.security.actor import acting, nobody, system
from programs.demands import operations
from programs.demands.models import Demand
from programs.demands.workflow import State
from programs.plans import operations as plans

FIELDS = {
    "title": "로봇 핸드 정밀 조립",
    "problem": "조립 공정에서 케이블 체결을 사람이 합니다.",
    "scope": "실증",
    "tech_fields": ["F05"],
    "collaboration_types": ["poc"],
    "min_trl": 5,
    "wanted_startups": 2,
}


@pytest.fixture
def program(world):
    ministry = world.organization(Kind.MINISTRY, "중소벤처기업부")
    world.officer, world.approver = world(ministry, Role.OFFICER), world(ministry, Role.APPROVER)
    with acting(world.officer):
        made = plans.create(
            actor=world.officer,
            year=2025,
            name="2025년 딥테크 밸류업",
            budget=10_000_000_000,
            target_startups=50,
            cap_per_startup=200_000_000,
        )
        plans.set_stages(
            program=made,
            actor=world.officer,
            windows={"demand_survey": (world.now - timedelta(days=1), world.now + timedelta(days=1))},
        )
    with acting(world.approver):
        return plans.open_(program=made, actor=world.approver)


@pytest.fixture
def manager(world, program):
    return world(world.organization(Kind.CORPORATION, "현대자동차"), Role.MANAGER)


@pytest.fixture
def demand(manager, program):
    with acting(manager):
        return operations.create(actor=manager, program=program, **FIELDS)


def test_the_road_of_a_demand(world, manager, demand, client_of, frozen):
    with acting(manager):
        operations.submit(demand=demand, actor=manager)
    assert demand.state == State.SUBMITTED
    startup = world(world.organization(Kind.STARTUP), Role.REPRESENTATIVE)
    with acting(startup):
        assert not Demand.objects.visible_to(startup).exists()
    with acting(world.officer):
        operations.publish(demand=demand, actor=world.officer)
    with acting(startup):
        assert Demand.objects.visible_to(startup).get().title == FIELDS["title"]
    with system("check"):
        assert Message.objects.filter(job="notifications.deliver", arguments__name__startswith="demand.").count() == 2
    for who in (world.officer, manager, startup):
        for url in ("/demands/", f"/demands/{demand.pk}/", "/", "/demands/?export=xlsx"):
            response = client_of(who).get(url)
            assert response.status_code == 200, (url, response.content[:2000])


def test_submit_through_the_page(manager, demand, client_of, frozen):
    client = client_of(manager)
    page = client.get(f"/demands/{demand.pk}/edit/")
    assert page.status_code == 200
    response = client.post(f"/demands/{demand.pk}/submit/")
    assert response.status_code == 302, response.content.decode()[:3000]
    again = client.post(f"/demands/{demand.pk}/submit/")
    assert again.status_code == 409
    assert "현재 상태" in again.content.decode()


def test_a_rival_sees_nothing(world, demand, client_of, frozen):
    rival = world(world.organization(Kind.CORPORATION, "경쟁사"), Role.MANAGER)
    client = client_of(rival)
    assert client.get(f"/demands/{demand.pk}/").status_code == 404
    assert client.post(f"/demands/{demand.pk}/submit/").status_code == 404
    with acting(rival), connection.cursor() as cursor:  # the policy's wall down: row security alone
        cursor.execute("SELECT count(*) FROM demands_demand")
        assert cursor.fetchone() == (0,)
    with acting(rival), pytest.raises(NotAllowed):
        operations.submit(demand=demand, actor=rival)


def test_no_actor_raises(demand):
    with nobody():
        with pytest.raises(NoActor):
            list(Demand.objects.all())
        with pytest.raises(Exception, match="no actor"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM demands_demand")


def test_window_is_kept_to_the_second(world, manager, demand):
    late = manager.at(world.now + timedelta(days=1))
    with acting(late), pytest.raises(StageClosed):
        operations.submit(demand=demand, actor=late)
    in_time = manager.at(late.now - timedelta(seconds=1))
    with acting(in_time):
        operations.submit(demand=demand, actor=in_time)


def test_database_refuses_a_skipped_step(manager, demand):
    with acting(manager), pytest.raises(Exception, match="Invalid transition"), transaction.atomic():
        Demand.objects.visible_to(manager).filter(pk=demand.pk).update(state=State.PUBLISHED)
    with acting(manager), pytest.raises(IntegrityError), transaction.atomic():
        Demand.objects.visible_to(manager).filter(pk=demand.pk).update(state=State.SUBMITTED)


def test_saved_over_somebody_else(manager, demand):
    with acting(manager):
        operations.edit(demand=demand, actor=manager, version=1, title="새 제목")
        with pytest.raises(WrongState):
            operations.edit(demand=demand, actor=manager, version=1, title="옛 화면의 제목")
