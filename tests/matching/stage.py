"""A demand with applications that have met, ready to be evaluated, written as the system in the states needed; and the
steps of an evaluation.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from matching.applications.models import Application
from matching.applications.workflow import State
from matching.evaluations import operations as evaluations
from matching.evaluations import scoring
from matching.evaluations.models import Sheet
from portal.accounts.models import User
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Membership, Organization
from portal.outbox.models import Message
from portal.outbox.tasks import run
from portal.security.actor import Actor, acting, system
from portal.security.models import grant
from programs.demands.models import Demand
from programs.plans.models import Program
from programs.plans.models import Stage as Window

DAY = timedelta(days=1)


@dataclass
class Stage:
    """Who and what the tests of evaluation and selection play with."""

    world: Any
    program: Program
    corporation: Organization
    demand: Demand
    officer: Actor
    approver: Actor
    manager: Actor
    evaluators: list[Actor]
    rival: Actor
    startups: list[Actor] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)

    def apply(self, name: str, amount: int = 100_000_000, state: str = State.MET, **fields: Any) -> Application:
        """One more startup with an application."""
        house = self.world.organization(Kind.STARTUP, name)
        self.startups.append(self.world(house, Role.REPRESENTATIVE))
        now = self.world.now
        with system("test stage"):
            made = Application(
                program=self.program,
                demand=self.demand,
                corporation=self.corporation,
                startup=house,
                number=f"A2025-{len(self.applications) + 1:03d}",
                proposal=f"{name}의 협업 제안",
                requested_amount=amount,
                state=state,
                created_at=now,
                submitted_at=now,
                submitted_by_id=self.startups[-1].user_id,
                **fields,
            )
            made.save(force_insert=True)
        grant(
            purpose="startup",
            subject_id=house.pk,
            organization_id=self.corporation.pk,
            cause="application",
            cause_id=made.pk,
            actor=self.officer,
        )
        self.applications.append(made)
        return made


def build(world: Any) -> Stage:
    """A running program, a published demand, a manager and three evaluators."""
    ministry = world.organization(Kind.MINISTRY, "중소벤처기업부")
    officer, approver = world(ministry, Role.OFFICER), world(ministry, Role.APPROVER)
    corporation = world.organization(Kind.CORPORATION, "현대자동차")
    manager = world(corporation, Role.MANAGER)
    evaluators = [world(corporation, Role.EVALUATOR) for _ in range(3)]
    rival = world(world.organization(Kind.CORPORATION, "경쟁사"), Role.MANAGER, Role.EVALUATOR)
    now = world.now
    with system("test stage"):
        program = Program(
            year=2025, name="2025년 딥테크 밸류업", budget=10_000_000_000, target_startups=50,
            cap_per_startup=200_000_000, state="open", prepared_at=now, prepared_by_id=officer.user_id,
            opened_at=now, opened_by_id=approver.user_id,
        )  # fmt: skip
        program.save(force_insert=True)
        demand = Demand(
            program=program, corporation=corporation, number="D2025-001", title="로봇 핸드 정밀 조립", problem="문제",
            scope="실증", tech_fields=["F05"], collaboration_types=["poc"], wanted_startups=2, state="published",
            created_at=now, submitted_at=now, submitted_by_id=manager.user_id, published_at=now,
            published_by_id=officer.user_id,
        )  # fmt: skip
        demand.save(force_insert=True)
        for kind in (Window.Kind.EVALUATION, Window.Kind.SELECTION):
            Window(
                program=program, kind=kind, opens_at=now - DAY, closes_at=now + DAY, published=True
            ).save(force_insert=True)  # fmt: skip
    return Stage(world, program, corporation, demand, officer, approver, manager, evaluators, rival)


def with_three(world: Any) -> Stage:
    """The same, with three startups that have met."""
    made = build(world)
    for name in ("가온로보틱스", "나래센서", "다올에이아이"):
        made.apply(name)
    return made


@pytest.fixture
def stage(world: Any) -> Stage:
    return with_three(world)


def membership(actor: Actor) -> Membership:
    with system("test stage"):
        return Membership.objects.select_related("user").get(pk=actor.membership_id)


def rename(actor: Actor, **fields: str) -> None:
    User.objects.filter(pk=actor.user_id).update(**fields)


def do(actor: Actor, operation: Any, **given: Any) -> Any:
    """Run an operation as the actor."""
    with acting(actor):
        return operation(actor=actor, **given)


CODES = ("fit", "technology", "business", "capability")


def given(*scores):
    return {code: {"score": s, "reason": "근거"} for code, s in zip(CODES, scores, strict=True)}


@pytest.fixture
def round(stage):
    return do(stage.manager, evaluations.open_round, demand=stage.demand)


def assign(stage, application, evaluator, by=None):
    return do(by or stage.manager, evaluations.assign, application=application, evaluator_id=evaluator.membership_id)


def score(evaluator, assignment, *scores, submit=True):
    do(evaluator, evaluations.declare_none, assignment=assignment)
    with acting(evaluator):
        sheet = Sheet.objects.visible_to(evaluator).get(assignment=assignment)
        scoring.save(sheet=sheet, actor=evaluator, scores=given(*scores), version=1)
        return scoring.submit(sheet=sheet, actor=evaluator) if submit else sheet


def deliver():
    """Work off what was announced, as the relay would."""
    with system("test relay"):
        waiting = list(Message.objects.filter(job="notifications.deliver", state="waiting"))
    for message in waiting:
        run(message)
        with system("test relay"):
            Message.objects.filter(pk=message.pk).update(state="done", done_at=message.created_at)


def counted(actor, table):
    with acting(actor), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def evaluated(stage):
    """A closed round: 90, 80 and 50 points."""
    round = do(stage.manager, evaluations.open_round, demand=stage.demand)
    evaluator = stage.evaluators[0]
    for application, points in zip(stage.applications, (90, 80, 50), strict=True):
        score(evaluator, assign(stage, application, evaluator), *[points] * 4)
    return do(stage.manager, evaluations.close, round=round)
