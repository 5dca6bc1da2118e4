"""Lists and desks as those see them who have them, at a thousand and at a hundred thousand rows of each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

import psycopg2
from django.db import models
from django.db.models import Q
from django.test import Client

from bench import pages, rows, stage
from bench.rows import World
from matching.applications.models import Application
from matching.applications.workflow import State as Applied
from matching.recommendations.models import Recommendation
from matching.recommendations.workflow import State as Recommended
from matching.startups.models import Profile
from portal.accounts.models import User
from portal.kernel.clock import now
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Membership, Organization
from portal.security.actor import system
from portal.security.search import Searchable
from portal.web.paging import FURTHEST, PER_PAGE
from programs.demands.models import Demand

FEW, MANY = 1_000, 100_000
DEMANDS = 20  # that the startups apply for; the first ten are the manager's, who reads a half of all applications
CENTERS = 19
RARE = 20  # rows in which the word looked for stands, however many rows there are
WORD = "용접"
SAME = 1.3


@dataclass(frozen=True)
class Growth:
    """A page at both sizes."""

    name: str
    few: pages.Page
    many: pages.Page

    @property
    def growth(self) -> float:
        """How much longer it takes at a hundred times the rows, each beside the floor of its own minute."""
        return self.many.ratio / self.few.ratio

    @property
    def flat(self) -> bool:
        """The same statements, and no longer than `SAME` allows."""
        return self.growth <= SAME and self.few.queries == self.many.queries

    def shown(self) -> list[str]:
        sides = (self.few, self.many)
        return [
            self.name, *(f"{p.median:.1f}" for p in sides), *(f"{p.ratio:.1f}" for p in sides), f"{self.growth:.2f}",
            *(str(p.queries) for p in sides), "✓" if self.flat else "✗",
        ]  # fmt: skip

    def kept(self) -> dict[str, Any]:
        return asdict(self) | {"growth": self.growth, "flat": self.flat}


HEAD = ["list or desk", "1,000: ms", "100,000: ms", "× floor", "× floor", "growth", "queries", "queries", "flat"]


def places(found: int) -> dict[str, list[tuple[str, str]]]:
    """Whose page it is → its name and its address. The last page is the last that is leafed to."""
    last = f"?page={min(found, FURTHEST) // PER_PAGE}"
    search = f"?search={quote(WORD)}"
    return {
        "startup": [
            ("catalogue", "/demands/"),
            ("catalogue, filtered", "/demands/?field=F05&region=11&trl=5"),
            ("catalogue, searched", f"/demands/{search}"),
            ("catalogue, last page", f"/demands/{last}"),
        ],
        "officer": [
            ("demands", "/demands/"),
            ("demand desk", "/demands/remind/"),
            ("recommendations", "/recommendations/"),
            ("recommendations, filtered", "/recommendations/?state=submitted"),
            ("recommendations, searched", f"/recommendations/{search}"),
            ("recommendations, last page", f"/recommendations/{last}"),
            ("applications", "/applications/"),
            ("applications, filtered", "/applications/?state=met"),
            ("applications, searched", f"/applications/{search}"),
            ("applications, last page", f"/applications/{last}"),
            ("desk of applications", "/applications/desk/"),
            ("desk of applications, page 20", "/applications/desk/?page=20"),
            ("startups", "/startups/"),
            ("startups, filtered", "/startups/?region=11"),
            ("startups, searched", f"/startups/{search}"),
            ("startups, last page", f"/startups/{last}"),
        ],
        "manager": [
            ("applications", "/applications/"),
            ("desk of applications", "/applications/desk/"),
            ("desk of applications, page 10", "/applications/desk/?page=10"),
            ("applications, searched", f"/applications/{search}"),
            ("startups", "/startups/"),
            ("startups, searched", f"/startups/{search}"),
            ("startups, last page", f"/startups/{last}"),
        ],
        "coordinator": [
            ("recommendation desk", "/recommendations/"),
            ("recommendation desk, filtered", "/recommendations/?road=review"),
            ("recommendation desk, searched", f"/recommendations/{search}"),
            ("startups", "/startups/"),
        ],
    }


@dataclass(frozen=True)
class Cast:
    """One row of each kind, from which the others are drawn, and who looks."""

    startup: UUID
    profile: UUID
    recommendation: UUID
    application: UUID
    cookies: Mapping[str, str]


def cast(world: World) -> Cast:
    """The people and the first row of each kind, written through the models."""
    at = now()
    with system("benchmark rows"):
        owner = rows.member(Kind.STARTUP, "테솔로", [Role.ADMINISTRATOR, Role.REPRESENTATIVE], "ceo@bench.example")
        guide = rows.member(
            Kind.CENTER, "경기창조경제혁신센터", [Role.ADMINISTRATOR, Role.COORDINATOR], "center@bench.example"
        )
        Organization.objects.bulk_create(
            Organization(kind=Kind.CENTER, slug=f"center-{n}", name=f"센터 {n}", created_at=at)
            for n in range(1, CENTERS)
        )
        demand = Demand.objects.filter(corporation=world.manager.organization_id, state="published").earliest("id")
        parties = {"program_id": demand.program_id, "demand": demand, "corporation_id": demand.corporation_id}
        profile = Profile.objects.create(
            startup_id=owner.organization_id, representative="홍길동", region="11", summary="로봇 손을 만듭니다."
        )
        recommendation = Recommendation.objects.create(
            **parties, center_id=guide.organization_id, startup_id=owner.organization_id, demand_number=demand.number,
            demand_title=demand.title, business_no="124-81-00998", company="테솔로", representative="홍길동",
            email="ceo@bench.example", phone="02-123-4567", reason="현장에서 쓸 수 있는 기술입니다. " * 4,
            state=Recommended.SUBMITTED, created_at=at, requested_at=at, consented_at=at,
            consented_by_id=owner.user_id, submitted_at=at,
        )  # fmt: skip
        application = Application.objects.create(
            **parties, startup_id=owner.organization_id, number="A2025-0", proposal="현장에서 검증하겠습니다. " * 20,
            requested_amount=100_000_000, state=Applied.SUBMITTED, created_at=at, submitted_at=at,
            submitted_by_id=owner.user_id,
        )  # fmt: skip
    cookies = {"startup": cookie(owner), "coordinator": cookie(guide)}
    for name, actor in (("manager", world.manager), ("officer", world.officer)):
        with system("benchmark rows"):
            cookies[name] = cookie(Membership.objects.get(pk=actor.membership_id))
    return Cast(owner.organization_id, profile.pk, recommendation.pk, application.pk, cookies)


def cookie(member: Membership) -> str:
    client = Client()
    client.force_login(User.objects.get(pk=member.user_id))
    return f"sessionid={client.cookies['sessionid'].value}"


def fill(world: World, first: Cast, have: int, total: int) -> None:
    """As many startups, recommendations and applications as asked, drawn from the first of each. The search's triggers
    run; no history, and no checks of foreign keys: a hundred thousand would take long. Needs a superuser.
    """
    with system("benchmark rows"):
        published, mine = Demand.objects.filter(state="published"), Q(corporation=world.manager.organization_id)
        half = DEMANDS // 2
        demands = [*published.filter(mine).order_by("id")[:half], *published.exclude(mine).order_by("id")[:half]]
        centers = list(Organization.objects.filter(kind=Kind.CENTER).order_by("id").values_list("pk", flat=True))
    parties = {
        "startup_id": "md5('s' || n)::uuid",
        "demand_id": _in_turn([d.pk for d in demands]),
        "corporation_id": _in_turn([d.corporation_id for d in demands]),
    }
    rare = f"CASE WHEN n < {RARE} THEN '{WORD} ' ELSE '' END"
    number, at = "to_char(n, 'FM000-00-00000')", "t.created_at + make_interval(secs => n)"
    drawn: list[tuple[type[models.Model], UUID, dict[str, str]]] = [
        (Organization, first.startup, {
            "id": parties["startup_id"], "slug": "'startup-' || n", "name": f"{rare} || '스타트업 ' || n",
            "business_no": number,
        }),
        (Profile, first.profile, {
            "startup_id": parties["startup_id"], "summary": f"{rare} || '로봇 손 ' || n",
            "region": "CASE n % 10 WHEN 0 THEN '11' ELSE '41' END",
        }),
        (Recommendation, first.recommendation, parties | {
            "company": f"{rare} || '스타트업 ' || n", "center_id": _in_turn(centers), "business_no": number,
            "state": "CASE n % 3 WHEN 0 THEN 'submitted' ELSE 'accepted' END", "submitted_at": at,
            "decided_at": at, "decided_by_id": "t.consented_by_id",
        }),
        (Application, first.application, parties | {
            "number": "'A2025-' || n", "center_id": _in_turn(centers), "proposal": f"{rare} || t.proposal",
            "submitted_at": at, "decided_at": at, "decided_by_id": "t.submitted_by_id",
            "state": "CASE n % 3 WHEN 0 THEN 'submitted' WHEN 1 THEN 'eligible' ELSE 'met' END",
        }),
    ]  # fmt: skip
    admin = psycopg2.connect(stage.admin_url())
    with admin, admin.cursor() as cursor:
        for model in (Demand, Organization, Profile, Recommendation, Application):
            for index in (c for c in model._meta.constraints if isinstance(c, Searchable)):
                cursor.execute(f'ALTER TABLE "{model._meta.db_table}" ENABLE ALWAYS TRIGGER {index.name}_keep_new')
        cursor.execute("SET session_replication_role = replica")
        for model, source, changed in drawn:
            cursor.execute(_drawn(model, source, max(have, 1), total, changed))
        cursor.execute(
            "INSERT INTO security_grant (id, purpose, subject_id, organization_id, cause, cause_id, valid_from)"
            " SELECT uuidv7(), 'startup', startup_id, corporation_id, 'benchmark', id, created_at"
            " FROM applications_application ON CONFLICT DO NOTHING"
        )
    admin.close()
    stage.analyze()


def _in_turn(ids: Sequence[UUID]) -> str:
    return f"('{{{','.join(map(str, ids))}}}'::uuid[])[n % {len(ids)} + 1]"


def _drawn(model: type[models.Model], source: UUID, have: int, total: int, changed: Mapping[str, str]) -> str:
    """Copies of one row that differ in what is `changed`: column → SQL with the row's number `n`."""
    values = {f.column: f't."{f.column}"' for f in model._meta.concrete_fields} | {"id": "uuidv7()"} | changed
    columns = ", ".join(f'"{column}"' for column in values)
    return (
        f'INSERT INTO "{model._meta.db_table}" ({columns}) SELECT {", ".join(values.values())}'
        f" FROM \"{model._meta.db_table}\" AS t, generate_series({have}, {total - 1}) AS n WHERE t.id = '{source}'"
    )


def measure(port: int, first: Cast, found: int) -> dict[str, pages.Page]:
    """Every list and desk, by the name of whose it is."""
    return {
        f"{who}: {name}": page
        for who, lists in places(found).items()
        for name, path in lists
        if (page := pages.measure(port, f"{who}: {name}", path, first.cookies[who]))
    }


def grown(few: Mapping[str, pages.Page], many: Mapping[str, pages.Page]) -> list[Growth]:
    return [Growth(name, page, many[name]) for name, page in few.items()]
