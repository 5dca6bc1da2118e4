"""The road up to an application and on to a meetup, for tests of the rooms on it: a program, demands, applications in
any early state, and (`Fair`) a meetup with two pairs.
"""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from matching.applications import operations as applications
from matching.applications.models import Application
from matching.meetups import meetings, operations
from portal.kernel.formats import SEOUL
from portal.kernel.roles import Kind, Role
from portal.notifications import tasks as _delivery  # noqa: F401  (declares the job that messages wait for)
from portal.organizations.models import Organization
from portal.outbox.models import Message
from portal.security.actor import Actor, acting, system
from programs.demands import operations as demands
from programs.demands.models import Demand
from programs.plans import operations as plans
from programs.plans.models import Program
from tests.fixtures import World

CAP = 200_000_000
PROPOSAL = "촉각 센서가 달린 로봇 핸드로 케이블 체결을 자동화합니다."
EXCLUDED = "주식회사 경쟁사의 임직원"
DAY = date(2025, 3, 12)  # of the meetup


class Road:
    """One program with an open demand survey and application window, its officers, and what is made on the way."""

    def __init__(self, world: World) -> None:
        self.world = world
        ministry = world.organization(Kind.MINISTRY, "중소벤처기업부")
        self.officer, self.approver = world(ministry, Role.OFFICER), world(ministry, Role.APPROVER)
        self.ministry = ministry
        self.program = self.new_program()

    def new_program(self, name: str = "2025년 딥테크 밸류업") -> Program:
        day = timedelta(days=1)
        window = (self.world.now - day, self.world.now + day)
        with acting(self.officer):
            made = plans.create(
                actor=self.officer,
                year=2025,
                name=name,
                budget=10_000_000_000,
                target_startups=50,
                cap_per_startup=CAP,
            )
            plans.set_stages(program=made, actor=self.officer, windows={"demand_survey": window, "application": window})
        with acting(self.approver):
            return plans.open_(program=made, actor=self.approver)

    def corporation(self, name: str) -> Actor:
        return self.world(self.world.organization(Kind.CORPORATION, name), Role.MANAGER)

    def startup(self, name: str) -> Actor:
        return self.world(self.world.organization(Kind.STARTUP, name), Role.REPRESENTATIVE)

    def colleague(self, actor: Actor, *roles: Role) -> Actor:
        """Another person of the actor's organisation."""

        with system("a colleague"):
            organization = Organization.objects.get(pk=actor.organization_id)
        return self.world(organization, *roles)

    def demand(
        self, manager: Actor, title: str = "로봇 핸드 정밀 조립", published: bool = True, **fields: Any
    ) -> Demand:
        with acting(manager):
            made = demands.create(
                actor=manager,
                program=self.program,
                title=title,
                problem="조립 공정에서 케이블 체결을 사람이 합니다.",
                scope="실증",
                tech_fields=["F05"],
                collaboration_types=["poc"],
                **fields,
            )
            if published:
                demands.submit(demand=made, actor=manager)
        if published:
            with acting(self.officer):
                demands.publish(demand=made, actor=self.officer)
        return made

    def draft(self, startup: Actor, demand: Demand, **fields: Any) -> Application:
        given = {"proposal": PROPOSAL, "requested_amount": CAP, "excluded_parties": EXCLUDED} | fields
        with acting(startup):
            return applications.create(actor=startup, demand=demand, **given)

    def submitted(self, startup: Actor, demand: Demand) -> Application:
        made = self.draft(startup, demand)
        with acting(startup):
            return applications.submit(application=made, actor=startup)

    def admitted(self, startup: Actor, demand: Demand) -> Application:
        made = self.submitted(startup, demand)
        with acting(self.officer):
            return applications.admit(application=made, actor=self.officer)

    def invited(self, startup: Actor, demand: Demand, manager: Actor) -> Application:
        made = self.admitted(startup, demand)
        with acting(manager):
            return applications.invite(application=made, actor=manager)


class Fair(Road):
    """A road with a meetup, and two pairs that are invited to it."""

    def __init__(self, world):
        super().__init__(world)
        self.hyundai, self.kt = self.corporation("현대자동차"), self.corporation("KT")
        self.tesollo, self.rival = self.startup("테솔로"), self.startup("경쟁사")
        self.demand_of_hyundai, self.demand_of_kt = self.demand(self.hyundai), self.demand(self.kt, "로봇 관제")
        self.first = self.invited(self.tesollo, self.demand_of_hyundai, self.hyundai)
        self.second = self.invited(self.rival, self.demand_of_kt, self.kt)
        with acting(self.officer):
            self.meetup = operations.create(
                actor=self.officer, program=self.program, name="상반기 공동 밋업", venue="코엑스", day=DAY
            )

    def add(self, application=None, table=1, start=None, end=None, **given):
        start = start or at(10)
        with acting(self.officer):
            return operations.add_meeting(
                meetup=self.meetup, actor=self.officer, application=application or self.first, table=table,
                starts_at=start, ends_at=end or start + timedelta(minutes=30), **given,
            )  # fmt: skip

    def do(self, operation, actor, **given):
        with acting(actor):
            return operation(actor=actor, **given)

    def publish(self):
        return self.do(operations.publish, self.officer, meetup=self.meetup)

    def held(self):
        """A meeting of the first pair that was held, in a public plan with a second pair."""
        meeting = self.add()
        self.other = self.add(self.second, table=2)
        self.publish()
        self.do(meetings.hold, self.hyundai, meeting=meeting)
        return meeting


def at(hour, minute=0):
    return datetime(2025, 3, 12, hour, minute, tzinfo=SEOUL)


@pytest.fixture
def fair(world):
    return Fair(world)


def raw(actor, table):
    with acting(actor), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def announced(prefix):
    with system("check"):
        rows = Message.objects.filter(job="notifications.deliver")
        return [m.arguments["name"] for m in rows if m.arguments["name"].startswith(prefix)]


@pytest.fixture
def road(world):
    return Road(world)


@pytest.fixture
def manager(road):
    return road.corporation("현대자동차")


@pytest.fixture
def startup(road):
    return road.startup("테솔로")


@pytest.fixture
def demand(road, manager):
    return road.demand(manager)


def seen(actor):
    """What the actor sees: through the policy, and through row security alone."""
    with acting(actor):
        listed = Application.objects.visible_to(actor).count()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM applications_application")
            (raw,) = cursor.fetchone()
    assert listed == raw
    return listed
