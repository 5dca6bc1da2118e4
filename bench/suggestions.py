"""Suggestions for a thousand demands among a hundred thousand startups: the engine alone, and the room's whole job.

`python -m bench.suggestions engine 100000 1000` (or `job`, in the database that the environment names) measures in a
process of its own and prints JSON: what is loaded elsewhere would otherwise count.
"""

from __future__ import annotations

import base64
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID

STARTUPS, DEMANDS = 100_000, 1_000
TOP, DAY, WARM_UP = 50, date(2025, 3, 12), 5
MOST_MS, MOST_SECONDS, MOST_MB = 100, 120, 2048


@dataclass(frozen=True)
class Large:
    """Seconds and megabytes. `cpu` is the process' own; a machine that does other things lengthens the others."""

    what: str
    ready: float
    """Until the first demand: rows and vectors read, index made."""
    median_ms: float | None
    demands: float
    cpu: float
    memory: float
    rows: int = 0

    @property
    def within(self) -> bool:
        return (self.median_ms or 0) <= MOST_MS and self.demands <= MOST_SECONDS and self.memory <= MOST_MB

    def shown(self) -> list[str]:
        one = "–" if self.median_ms is None else f"{self.median_ms:.0f}"
        figures = [
            f"{self.demands:.0f}",
            f"{self.cpu:.0f}",
            f"{self.memory:.0f}",
            f"{self.ready:.0f}",
            f"{self.rows:,}",
        ]
        return [self.what, one, *figures, "✓" if self.within else "✗"]


HEAD = [
    f"{DEMANDS:,} demands × {STARTUPS:,}", f"top {TOP} ms (≤ {MOST_MS})", f"all s (≤ {MOST_SECONDS})", "CPU s",
    f"peak MB (≤ {MOST_MB})", "ready s", "rows", "within",
]  # fmt: skip


def measure(count: int = STARTUPS, asked: int = DEMANDS) -> list[Large]:
    """Both, one after the other; the rows for the job are made in between."""
    found = [_alone("engine", count, asked)]
    fill(count, asked)
    return [*found, _alone("job", count, asked)]


def _alone(what: str, count: int, asked: int) -> Large:
    environment = os.environ | ({"DJANGO_SETTINGS_MODULE": "bench.settings"} if what == "job" else {})
    command = [sys.executable, "-m", "bench.suggestions", what, str(count), str(asked)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment)
    return Large(**json.loads(done.stdout.splitlines()[-1]))


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def engine(count: int, asked: int) -> Large:
    """The best fifty with their reasons; vectors lie ready."""
    from bench import crowd
    from matching.matches.engine import Index
    from matching.matches.meaning import one_thread

    startups, questions = crowd.startups(count), list(crowd.questions_of(crowd.demands(asked)))
    vectors = crowd.vectors_of(startups)
    times = []
    with one_thread():
        begin = time.perf_counter()
        index = Index(startups, vectors, None, questions)
        ready = time.perf_counter() - begin
        for question in questions[:WARM_UP]:
            index.rank(question, TOP, DAY)
        cpu = time.process_time()
        for question in questions:
            begin = time.perf_counter()
            index.rank(question, TOP, DAY)
            times.append(time.perf_counter() - begin)
    cpu = time.process_time() - cpu
    return Large("engine", ready, statistics.median(times) * 1000, sum(times), cpu, peak(), asked * TOP)


def job(asked: int) -> Large:
    """What the worker does from the message to the last row: rows and vectors read, all demands ranked, each side's
    rows written. The sentence model is loaded and has nothing to read.
    """
    import django

    django.setup()
    from django.db import transaction

    from matching.matches import runs
    from matching.matches.models import Match, Run
    from matching.matches.suggesting import Suggesting
    from portal.kernel.clock import now
    from portal.organizations.actors import actor_for
    from portal.organizations.models import Membership
    from portal.security.actor import acting, system

    with system("benchmark rows"):
        member = Membership.objects.get(user__email="officer@bench.example")
        officer = actor_for(member.user, member, now())
    first: list[tuple[float, float]] = []
    keep = Suggesting.keep

    def noted(*given: Any) -> int:
        if not first:
            first.append((time.perf_counter(), time.process_time()))
        return keep(*given)

    Suggesting.keep = noted  # type: ignore[method-assign]
    model = runs.model() or _Silent()
    begin = time.perf_counter()
    with acting(officer), transaction.atomic():
        run = runs.start(actor=officer)
        assert runs.compute(run_id=run.pk, actor=officer, embed=model), "vectors were missing"
    (wall, cpu), end = first[0], (time.perf_counter(), time.process_time())
    with system("benchmark rows"):
        assert Run.objects.get(pk=run.pk).demands == asked
        written = Match.objects.count()
    return Large("job", wall - begin, None, end[0] - wall, end[1] - cpu, peak(), written)


class _Silent:
    """Where there is no sentence model: nothing is asked of it."""

    def query(self, texts: Any) -> Any:
        raise AssertionError(texts)

    passage = query


# --- rows ---


def fill(count: int, asked: int) -> None:
    """Startups that agree to be found, open demands, and the vectors of both, by bulk SQL as a superuser."""
    import psycopg2

    from bench import crowd, stage
    from matching.matches.models import DemandVectors, StartupVectors
    from matching.startups.models import Consent, Profile
    from portal.organizations.models import Organization
    from programs.demands.models import Demand

    first = _first()
    admin = psycopg2.connect(stage.admin_url())
    with admin, admin.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE demands_demand SET state = 'closed' WHERE state = 'published'")
        vectors = crowd.vectors_of(startups := crowd.startups(count))
        ids = [UUID(int=(1 << 100) + number) for number in range(count)]
        made = [
            (Organization, lambda n: {
                "id": ids[n], "slug": f"crowd-{n}", "name": f"기업 {n}", "business_no": f"9{n:09}",
            }),
            (Profile, lambda n: _profile(ids[n], startups[n])),
            (Consent, lambda n: {"id": UUID(int=(1 << 101) + n), "startup_id": ids[n]}),
            (StartupVectors, lambda n: {
                "id": UUID(int=(1 << 103) + n), "startup_id": ids[n], "digest": vectors.digests[n],
                "rows": vectors.rows[vectors.starts[n] : vectors.starts[n + 1]],
            }),
        ]  # fmt: skip
        for model, row in made:
            _copies(cursor, model, first[model], (row(n) for n in range(count)))
        demands = crowd.demands(asked)
        houses = first["houses"]
        _copies(cursor, Demand, first[Demand], (_demand(n, one, houses) for n, one in enumerate(demands)))
        rows = (_demand_vectors(n, question) for n, question in enumerate(crowd.questions_of(demands)))
        _copies(cursor, DemandVectors, first[DemandVectors], rows)
    admin.close()
    stage.analyze()


def _profile(pk: UUID, startup: Any) -> dict[str, Any]:
    return {
        "id": UUID(int=pk.int + (1 << 102)), "startup_id": pk, "summary": startup.summary,
        "technology": startup.technology, "products": "".join(startup.products),
        "intellectual_property": "".join(startup.ip), "tech_fields": startup.tech_fields, "region": startup.region,
        "founded_on": startup.founded, "trl": startup.trl, "investment_stage": "series_a",
        "certificates": ", ".join(startup.certificates), "collaboration_types": startup.collaboration_wanted,
    }  # fmt: skip


def _demand(number: int, demand: Any, houses: list[UUID]) -> dict[str, Any]:
    return {
        "id": UUID(int=(1 << 104) + number), "number": f"D2025-C{number}", "state": "published", "title": demand.title,
        "corporation_id": houses[number % len(houses)], "problem": demand.problem, "scope": demand.scope,
        "required_spec": demand.required_spec, "tech_fields": demand.tech_fields, "min_trl": demand.min_trl,
        "collaboration_types": demand.collaboration_types, "max_age_years": demand.max_age_years,
        "stages": demand.stages, "certificates": ", ".join(demand.certificates),
    }  # fmt: skip


def _demand_vectors(number: int, question: Any) -> dict[str, Any]:
    from matching.matches.vectors import digest

    texts = [question.text, *question.wanted, *question.unwanted]
    row = {"id": UUID(int=(1 << 105) + number), "demand_id": UUID(int=(1 << 104) + number)}
    return row | {"digest": digest(texts), "rows": question.vectors}


def _first() -> dict[Any, Any]:
    """One row of each kind, from which the others are drawn."""
    from bench import rows
    from matching.matches.models import DemandVectors, StartupVectors
    from matching.startups.models import Consent, Profile
    from portal.kernel.clock import now
    from portal.kernel.roles import Kind, Role
    from portal.organizations.models import Organization
    from portal.security.actor import system
    from programs.demands.models import Demand

    at = now()
    with system("benchmark rows"):
        owner = rows.member(Kind.STARTUP, "첫 기업", [Role.ADMINISTRATOR, Role.REPRESENTATIVE], "first@bench.example")
        house = owner.organization_id
        demand = Demand.objects.filter(state="published", level="public").earliest("id")
        consent = Consent.objects.create(startup_id=house, purpose="found", items=[], given_at=at, given_by=owner.user)
        profile = Profile.objects.create(startup_id=house, representative="홍길동")
        centers = Organization.objects.filter(kind=Kind.CENTER)
        from matching.matches.reasons import REGIONS

        regions = sorted(REGIONS)[:17]
        missing = range(19 - centers.count())
        Organization.objects.bulk_create(
            Organization(kind=Kind.CENTER, slug=f"crowd-center-{n}", name=f"지역 센터 {n}", created_at=at)
            for n in missing
        )
        for n, center in enumerate(centers.order_by("id")):
            Organization.objects.filter(pk=center.pk).update(region=regions[n % len(regions)])
        return {
            Organization: house, Profile: profile.pk, Consent: consent.pk, Demand: demand.pk,
            StartupVectors: StartupVectors.objects.create(startup_id=house, digest="", rows=b"", read_at=at).pk,
            DemandVectors: DemandVectors.objects.create(demand=demand, read_at=at).pk,
            "houses": [one.pk for one in Organization.objects.filter(kind=Kind.CORPORATION).order_by("id")],
        }  # fmt: skip


def _copies(cursor: Any, model: Any, source: UUID, rows: Iterable[Mapping[str, Any]]) -> None:
    """Copies of one row that differ in the columns that are given, some hundreds a statement."""
    from django.db import connection

    fields = {field.column: field for field in model._meta.concrete_fields}
    rows = iter(rows)
    while portion := list(islice(rows, 1000)):
        given = portion[0]
        typed = ", ".join(
            f'"{name}" {"text" if name == "rows" else fields[name].db_type(connection)}' for name in given
        )
        taken = [
            "decode(given.rows, 'base64')" if name == "rows" else f'given."{name}"' if name in given else f't."{name}"'
            for name in fields
        ]
        names = ", ".join(f'"{name}"' for name in fields)
        table = f'"{model._meta.db_table}"'
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {', '.join(taken)} FROM {table} AS t,"
            f" json_to_recordset(%s::json) AS given ({typed}) WHERE t.id = %s",
            [json.dumps(portion, ensure_ascii=False, default=_plain), str(source)],
        )


def _plain(value: Any) -> str:
    return base64.b64encode(value.tobytes()).decode() if hasattr(value, "tobytes") else str(value)


if __name__ == "__main__":
    what, *sizes = sys.argv[1:]
    many, few = map(int, sizes)
    print(json.dumps(asdict(engine(many, few) if what == "engine" else job(few))), flush=True)
