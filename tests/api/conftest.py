"""A program with its demand survey open, a corporation's manager, and API clients with tokens."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from portal.api import operations as tokens
from portal.kernel.roles import Kind, Role
from portal.security.actor import Actor, acting
from programs.demands import operations
from programs.plans import operations as plans

FIELDS = {
    "title": "로봇 핸드 정밀 조립",
    "problem": "조립 공정에서 케이블 체결을 사람이 합니다.",
    "scope": "실증",
    "tech_fields": ["F05"],
    "collaboration_types": ["poc"],
    "min_trl": 5,
    "wanted_startups": 2,
    "level": "registered",
}


class Api:
    """A program that uses the API with a token."""

    def __init__(self, actor: Actor, *scopes: str) -> None:
        with acting(actor):
            self.token, self.secret = tokens.issue(
                actor=actor, name="시험", scopes=scopes or ("read", "write", "money"), days=30
            )
        self.client = Client(headers={"Authorization": f"Bearer {self.secret}"})

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(path if path.startswith(("/", "http")) else f"/api/v1/{path}", query)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(f"/api/v1/{path}", json.dumps(body or {}), "application/json", headers=named(headers))

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.client.patch(f"/api/v1/{path}", json.dumps(body), "application/json", headers=named(headers))


def named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture
def api(frozen: Any) -> Callable[..., Api]:
    return Api


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
def make_demand(manager, program):
    def make(**changed: Any) -> Any:
        with acting(manager):
            return operations.create(actor=manager, program=program, **(FIELDS | changed))

    return make


@pytest.fixture
def demand(make_demand):
    return make_demand()
