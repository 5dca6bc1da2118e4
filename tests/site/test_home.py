"""A member's home: what waits, the programs under way; and the order of an object's history."""

from datetime import timedelta

import pytest

from portal.kernel.roles import Kind, Role
from portal.security.actor import acting
from portal.web.timeline import timeline
from programs.plans import operations as plans


@pytest.fixture
def program(world):
    ministry = world.organization(Kind.MINISTRY, "중소벤처기업부")
    officer, world.approver = world(ministry, Role.OFFICER), world(ministry, Role.APPROVER)
    windows = {"demand_survey": (world.now - timedelta(days=1), world.now + timedelta(days=3))}
    with acting(officer):
        made = plans.create(
            actor=officer, year=2025, name="2025년 딥테크 밸류업", budget=10**10, target_startups=50,
            cap_per_startup=2 * 10**8,
        )  # fmt: skip
        plans.set_stages(program=made, actor=officer, windows=windows)
    world.officer = officer
    return made


def test_home_names_the_program_under_way_and_how_long_it_is_open(world, program, client_of, frozen):
    manager = world(world.organization(Kind.CORPORATION, "한빛중공업"), Role.MANAGER)
    draft = client_of(manager).get("/").content.decode()
    assert program.name not in draft, "nobody outside the ministry sees a draft"
    with acting(world.approver):
        plans.open_(program=program, actor=world.approver)
    page = client_of(manager).get("/").content.decode()
    aside = page.split('<aside class="p-column-aside"')[1].split("</aside>")[0]
    assert program.name in aside
    assert "3일 남음" in aside


def test_the_newest_entry_of_a_timeline_stands_first(world, program):
    with acting(world.approver):
        opened = plans.open_(program=program, actor=world.approver)
        entries = timeline(opened, world.approver)
    assert [entry.label for entry in entries] == ["사업 공고", "준비 중"]
