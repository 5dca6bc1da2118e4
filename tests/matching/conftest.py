"""What the matching rooms' tests stand on: a program with open stages and a published demand."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from portal.kernel.roles import Kind, Role
from portal.security.actor import acting
from programs.demands import operations as demands
from programs.plans import operations as plans
from tests.matching.road import demand, fair, manager, road, startup
from tests.matching.stage import round, stage

__all__ = ["demand", "fair", "manager", "road", "round", "scene", "stage", "startup"]


@pytest.fixture
def scene(world):
    return build_scene(world)


def build_scene(world):
    """Ministry, corporation, two centers, and a published demand whose recommendation stage is open for a day."""
    made = SimpleNamespace(world=world)
    ministry = world.organization(Kind.MINISTRY, "중소벤처기업부")
    made.officer, made.approver = world(ministry, Role.OFFICER), world(ministry, Role.APPROVER)
    made.manager = world(world.organization(Kind.CORPORATION, "현대자동차"), Role.MANAGER)
    made.coordinator = world(world.organization(Kind.CENTER, "경기창조경제혁신센터"), Role.COORDINATOR)
    made.rival_center = world(world.organization(Kind.CENTER, "서울창조경제혁신센터"), Role.COORDINATOR)
    window = (world.now - timedelta(days=1), world.now + timedelta(days=1))
    with acting(made.officer):
        program = plans.create(
            actor=made.officer, year=2025, name="2025년 딥테크 밸류업", budget=10_000_000_000, target_startups=50,
            cap_per_startup=200_000_000,
        )  # fmt: skip
        plans.set_stages(
            program=program, actor=made.officer, windows={"demand_survey": window, "recommendation": window}
        )
    with acting(made.approver):
        made.program = plans.open_(program=program, actor=made.approver)
    made.publish = lambda title, level="registered": _published(made, title, level)
    made.demand = made.publish("로봇 핸드 정밀 조립")
    return made


def _published(scene, title, level):
    with acting(scene.manager):
        demand = demands.create(
            actor=scene.manager, program=scene.program, title=title, problem="사람이 합니다.", scope="실증",
            tech_fields=["F05"], collaboration_types=["poc"], min_trl=5, wanted_startups=2, level=level,
        )  # fmt: skip
        demands.submit(demand=demand, actor=scene.manager)
    with acting(scene.officer):
        return demands.publish(demand=demand, actor=scene.officer)
