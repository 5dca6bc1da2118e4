"""The rows to measure on: one program, fifty corporations, and as many demands as asked, by bulk SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg2
from django.db import connection, transaction
from django.test import Client

from bench import stage
from portal.accounts.models import User
from portal.kernel.clock import now
from portal.kernel.roles import Kind, Role
from portal.organizations.actors import actor_for
from portal.organizations.models import Membership, Organization
from portal.security.actor import Actor, system
from programs.demands.models import Demand

CORPORATIONS = 50


@dataclass(frozen=True)
class World:
    """Who looks, with a signed-in browser's cookie, and one demand to open."""

    manager: Actor
    officer: Actor
    cookie: str
    demand: UUID


def make() -> World:
    """Organisations, people and the first thousand demands."""
    at = now()
    with system("benchmark rows"), transaction.atomic():
        manager = member(Kind.CORPORATION, "현대자동차", [Role.ADMINISTRATOR, Role.MANAGER], "manager@bench.example")
        officer = member(Kind.MINISTRY, "중소벤처기업부", [Role.ADMINISTRATOR, Role.OFFICER], "officer@bench.example")
        others = [
            Organization(kind=Kind.CORPORATION, slug=f"bench-{n}", name=f"대기업 {n}", created_at=at)
            for n in range(CORPORATIONS - 1)
        ]
        Organization.objects.bulk_create(others)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO plans_program (id, year, name, budget, target_startups, cap_per_startup, state,"
                " prepared_at, prepared_by_id, opened_at, opened_by_id) SELECT uuidv7(), 2025, '2025년 딥테크 밸류업',"
                " 10000000000, 50, 200000000, 'open', %s, %s, %s, %s",
                [at, officer.user_id, at, manager.user_id],
            )
    demands_up_to(1_000)
    client = Client()
    client.force_login(User.objects.get(pk=manager.user_id))
    with system("benchmark rows"):
        demand = Demand.objects.filter(corporation=manager.organization_id).latest("id").pk
    actors = [actor_for(m.user, m, at) for m in (manager, officer)]
    return World(*actors, cookie=f"sessionid={client.cookies['sessionid'].value}", demand=demand)


def demands_up_to(total: int) -> None:
    """Add demands until there are `total`, in system context and with their history."""
    with system("benchmark rows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(*_demands(Demand.objects.count(), total))
    stage.analyze()


def many_demands_up_to(total: int) -> None:
    """The same without history and checks of foreign keys: a hundred thousand would take minutes. Needs a superuser."""
    with system("benchmark rows"):
        statement, values = _demands(Demand.objects.count(), total)
    admin = psycopg2.connect(stage.admin_url())
    with admin, admin.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, values)
    admin.close()
    stage.analyze()


def _demands(have: int, total: int) -> tuple[str, dict[str, Any]]:
    """Eight of ten published, three of four public, all corporations in turn, ten each."""
    values = {
        "corporations": CORPORATIONS,
        "at": now() - timedelta(days=1),
        "user": User.objects.get(email="officer@bench.example").pk,
        "have": have,
        "total": total,
        "problem": "조립 공정에서 사람이 하는 일이 많습니다. " * 20,
        "scope": "실증과 양산 검증을 함께 합니다. " * 20,
    }
    return (
        """
        INSERT INTO demands_demand (id, program_id, corporation_id, number, title, problem, scope, tech_fields,
            min_trl, collaboration_types, wanted_startups, level, state, version, created_at,
            submitted_at, submitted_by_id, published_at, published_by_id, remarks, required_spec, offers, offer_text,
            sponsor, timetable, follow_up, regions, excluded_regions, stages, certificates, excluded_ties,
            nda_required, revision)
        SELECT uuidv7(), program.id, corporations.ids[n / 10 %% %(corporations)s + 1], 'D2025-' || n,
            '로봇 손끝 감각과 정밀 조립 ' || n, %(problem)s, %(scope)s, ARRAY['F05'],
            n %% 9 + 1, ARRAY['poc'], n %% 3 + 1,
            CASE n %% 4 WHEN 0 THEN 'registered' ELSE 'public' END,
            CASE n %% 10 WHEN 0 THEN 'draft' WHEN 1 THEN 'closed' ELSE 'published' END, 1, %(at)s,
            %(at)s, %(user)s, %(at)s - make_interval(mins => n), %(user)s, '{}', '', ARRAY['data'], '',
            '', '', '', ARRAY['11'], ARRAY[]::text[], ARRAY['A'], '', '', false, 0
        FROM generate_series(%(have)s + 1, %(total)s) AS n,
            (SELECT id FROM plans_program LIMIT 1) AS program,
            (SELECT array_agg(id ORDER BY id) AS ids FROM organizations_organization WHERE kind = 'corporation')
            AS corporations
        """,
        values,
    )


def member(kind: Kind, name: str, roles: list[Role], email: str) -> Membership:
    at = now() - timedelta(days=30)
    organization = Organization(kind=kind, slug=email.partition("@")[0], name=name, created_at=at)
    organization.save(force_insert=True)
    user = User.objects.create_user(email, name="홍길동")
    member = Membership(user=user, organization=organization, roles=sorted(roles), started_at=at)
    member.save(force_insert=True)
    return member
