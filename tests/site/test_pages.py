"""Public pages: open to everybody, and telling nobody more than what is public."""

from datetime import timedelta

import pytest
from django.test import Client

from matching.applications.models import Application
from matching.evaluations.models import Round
from matching.selections.models import Line, Selection
from portal.kernel.roles import Kind, Role
from portal.security.actor import acting, system
from programs.demands.models import Demand, Level
from programs.plans import operations as plans


@pytest.fixture
def people(world):
    ministry = world.organization(Kind.MINISTRY, "중소벤처기업부")
    return world(ministry, Role.OFFICER), world(ministry, Role.APPROVER)


@pytest.fixture
def program(world, people):
    officer, approver = people
    with acting(officer):
        made = plans.create(
            actor=officer,
            year=2025,
            name="2025년 딥테크 밸류업",
            budget=10**10,
            target_startups=50,
            cap_per_startup=2 * 10**8,
        )
        plans.set_stages(
            program=made, actor=officer,
            windows={"application": (world.now - timedelta(days=1), world.now + timedelta(days=3))},
        )  # fmt: skip
    with acting(approver):
        return plans.open_(program=made, actor=approver)


@pytest.fixture
def demand(world, program):
    corporation = world.organization(Kind.CORPORATION, "한빛중공업")
    manager = world(corporation, Role.MANAGER)
    with system("test world"):

        def made(number, title, level):
            row = Demand(
                program=program, corporation=corporation, number=number, title=title, state="published", level=level,
                created_at=world.now, submitted_at=world.now, submitted_by_id=manager.user_id,
                published_at=world.now, published_by_id=program.opened_by_id,
            )  # fmt: skip
            row.save(force_insert=True)
            return row

        made("D2025-002", "센터만 보는 과제", Level.CENTERS)
        return made("D2025-001", "용접 공정의 자동화", Level.PUBLIC)


def test_the_public_home(demand, client_of, people, frozen):
    page = Client().get("/").content.decode()
    assert "2025년 딥테크 밸류업" in page and "용접 공정의 자동화" in page and "3일 남음" in page
    assert "센터만 보는 과제" not in page
    assert "내가 할 일" in client_of(people[0]).get("/").content.decode()


def test_an_empty_home_says_what_will_come(db, frozen):
    page = Client().get("/").content.decode()
    assert "새 사업이 공고되면" in page


@pytest.mark.parametrize("url", ["/accessibility/", "/privacy/", "/results/", "/styleguide/", "/verify/"])
def test_open_to_everybody(db, frozen, url):
    assert Client().get(url).status_code == 200


@pytest.mark.parametrize("language", ["ko", "en"])
def test_signed_in_without_a_membership(world, client_of, frozen, language):
    from portal.accounts.models import User
    from portal.security.actor import Actor

    user = User.objects.create(email="nobody@example.com", name="무소속", language=language)
    page = client_of(Actor.of_user(user.pk, world.now)).get("/")
    assert page.status_code == 200 and "p-hero" in page.content.decode()


@pytest.fixture
def announced(world, program, demand):
    """One demand's selection with a selected and a rejected startup, announced or not."""

    def make(state, at):
        corporation, officer = demand.corporation_id, program.prepared_by_id
        stamps = dict.fromkeys(("proposed_at", "confirmed_at", "announced_at"), world.now)
        with system("test world"):
            round = Round(
                program=program, demand=demand, corporation_id=corporation, criteria=[], opened_at=world.now,
                opened_by_id=officer,
            )  # fmt: skip
            round.save(force_insert=True)
            selection = Selection(
                program=program, demand=demand, round=round, corporation_id=corporation, state=state,
                created_at=world.now, proposed_by_id=officer, confirmed_by_id=program.opened_by_id, **stamps,
            )  # fmt: skip
            selection.save(force_insert=True)
            for name, decision, amount in (("가온로보틱스", "select", 10**8), ("나래소재", "reject", 0)):
                startup = world.organization(Kind.STARTUP, name)
                application = Application(
                    program=program, demand=demand, corporation_id=corporation, startup=startup, number=name,
                    created_at=world.now,
                )  # fmt: skip
                application.save(force_insert=True)
                Line(
                    selection=selection, program=program, corporation_id=corporation, application=application,
                    startup=startup, standing=selection.state, decision=decision, amount=amount, announced_at=at,
                ).save(force_insert=True)  # fmt: skip

    return make


def test_results_tell_the_selected_only(world, announced, frozen):
    announced("announced", world.now)
    page = Client().get("/results/").content.decode()
    assert "가온로보틱스" in page and "한빛중공업" in page and "2025년" in page
    assert "나래소재" not in page and "100,000,000" not in page
    assert Client().get("/results/?year=1999").status_code == 200
    assert Client().get("/results/?year=%27").status_code == 200


def test_before_the_announcement_nothing_is_told(world, announced, frozen):
    announced("confirmed", None)
    page = Client().get("/results/").content.decode()
    assert "가온로보틱스" not in page and "아직 발표된" in page
