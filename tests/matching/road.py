"""The road up to an application, for tests of the rooms on it: a program, demands, applications in any early state."""

from datetime import timedelta
from typing import Any

from matching.applications import operations as applications
from matching.applications.models import Application
from portal.kernel.roles import Kind, Role
from portal.notifications import tasks as _delivery  # noqa: F401  (declares the job that messages wait for)
from portal.security.actor import Actor, acting, system
from programs.demands import operations as demands
from programs.demands.models import Demand
from programs.plans import operations as plans
from programs.plans.models import Program
from tests.fixtures import World

CAP = 200_000_000
PROPOSAL = "촉각 센서가 달린 로봇 핸드로 케이블 체결을 자동화합니다."
EXCLUDED = "주식회사 경쟁사의 임직원"


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
        from portal.organizations.models import Organization

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
