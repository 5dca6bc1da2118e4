"""A program with a confirmed selection, built row by row: what funding starts from."""

from datetime import timedelta
from typing import Any

from agreements.funding import operations as funding
from agreements.funding.models import Disbursement
from matching.applications.models import Application
from matching.evaluations.models import Round
from matching.selections.models import Line, Selection
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Organization
from portal.security.actor import Actor, acting, system
from programs.demands.models import Demand
from programs.plans.models import Program, Stage
from tests.fixtures import World

MILLION = 1_000_000


class Scene:
    """A ministry with its people, one corporation, one center, and selections for as many startups as are asked for."""

    def __init__(self, world: World, *, budget: int = 10_000 * MILLION, cap: int = 200 * MILLION) -> None:
        self.world = world
        self.ministry = world.organization(Kind.MINISTRY, "중소벤처기업부")
        self.admin = world(self.ministry, Role.OPERATOR)
        self.officer, self.approver, self.finance, self.auditor = (
            world(self.ministry, role) for role in (Role.OFFICER, Role.APPROVER, Role.FINANCE, Role.AUDITOR)
        )
        self.corporation = world.organization(Kind.CORPORATION, "현대자동차")
        self.manager = world(self.corporation, Role.MANAGER)
        self.center = world.organization(Kind.CENTER, "경기창조경제혁신센터")
        self.coordinator = world(self.center, Role.COORDINATOR)
        self.count = 0
        with system("test scene"):
            self.program = Program(
                year=2025, name="2025년 딥테크 밸류업", budget=budget, target_startups=50, cap_per_startup=cap,
                state="open", prepared_at=world.now, prepared_by_id=self.officer.user_id,
                opened_at=world.now, opened_by_id=self.approver.user_id,
            )  # fmt: skip
            self.program.save(force_insert=True)
            day = timedelta(days=1)
            Stage(
                program=self.program, kind=Stage.Kind.SELECTION, opens_at=world.now - day, closes_at=world.now + day,
                published=True,
            ).save(force_insert=True)  # fmt: skip

    def startup(self, name: str = "") -> tuple[Organization, Actor]:
        made = self.world.organization(Kind.STARTUP, name or "테솔로")
        return made, self.world(made, Role.REPRESENTATIVE)

    def reviewed(self, amount: int) -> Disbursement:
        """A disbursement that waits for its approver, of an award that is announced."""
        organization, startup = self.startup()
        line = self.line(organization, 100 * MILLION)
        with acting(self.approver):
            award = funding.create_award(line=line, actor=self.approver)
        self.announce(line)
        with acting(startup):
            asked: Disbursement = funding.request(actor=startup, award=award, amount=amount, purpose="시제품 제작")
        with acting(self.officer):
            funding.review(disbursement=asked, actor=self.officer)
        return asked

    def selection(self) -> Selection:
        """A selection that waits for its confirmation, of a demand of its own."""
        self.count += 1
        at, by = self.world.now - timedelta(days=1), self.manager.user_id
        with system("test scene"):
            demand = Demand(
                program=self.program, corporation=self.corporation, number=f"D2025-{self.count:03d}", title="과제",
                state="published", created_at=at, submitted_at=at, submitted_by_id=by, published_at=at,
                published_by_id=self.officer.user_id,
            )  # fmt: skip
            demand.save(force_insert=True)
            round_ = Round(
                program=self.program, demand=demand, corporation=self.corporation, criteria=[], state="closed",
                opened_at=at, opened_by_id=by, closed_at=at, closed_by_id=by, figures_hash="0" * 64,
            )  # fmt: skip
            round_.save(force_insert=True)
            found = Selection(
                program=self.program, demand=demand, round=round_, corporation=self.corporation, state="proposed",
                created_at=at, proposed_at=at, proposed_by_id=by,
            )  # fmt: skip
            found.save(force_insert=True)
        return found

    def lines(self, selection: Selection, wanted: list[tuple[Organization, int]], **fields: Any) -> list[Line]:
        """Lines that select: (startup, amount)."""
        at = self.world.now - timedelta(days=1)
        applications, lines = [], []
        for startup, amount in wanted:
            application = Application(
                id=new_id(), program=self.program, demand_id=selection.demand_id, corporation=self.corporation,
                startup=startup, center=self.center, number=f"A-{new_id().hex[-12:]}", state="met", created_at=at,
                submitted_at=at, submitted_by_id=self.officer.user_id,
            )  # fmt: skip
            applications.append(application)
            lines.append(
                Line(
                    selection=selection, program=self.program, corporation=self.corporation, application=application,
                    startup=startup, standing=selection.state, decision=fields.get("decision", "select"), amount=amount,
                )
            )  # fmt: skip
        with system("test scene"):
            Application.objects.bulk_create(applications)
            Line.objects.bulk_create(lines)
        return lines

    def line(self, startup: Organization, amount: int) -> Line:
        return self.lines(self.selection(), [(startup, amount)])[0]

    def announce(self, line: Line) -> None:
        with system("test scene"):
            Line.objects.filter(pk=line.pk).update(announced_at=self.world.now)
