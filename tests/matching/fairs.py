"""A meetup on its day as large as an instance of bench/meetup: everything is written as the system, in bulk."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from bench.meetup.generate import generate
from matching.applications.models import Application
from matching.meetups.engine import solve
from matching.meetups.models import CorporationGrade, Host, Meeting, Meetup, StartupGrade
from matching.meetups.planning.grid import slots_of
from matching.meetups.timetabling.instance import parse
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Organization
from portal.security.actor import Actor, system
from programs.demands.models import Demand
from programs.plans.models import Program

DAY = date(2025, 3, 21)
SLOT, GAP = 15, 5


@dataclass
class Fair:
    """The meetup, who runs it, its published meetings, and the instant at which slot n begins."""

    meetup: Meetup
    officer: Actor
    meetings: list[Meeting]

    def at(self, slot: int, minutes: int = 1) -> datetime:
        return slots_of(self.meetup)[slot].starts_at + timedelta(minutes=minutes)


class _Writer:
    def __init__(self, world: Any, size: str, load: str, seed: int) -> None:
        self.world, self.now = world, world.now
        self.raw = generate(size, seed, load, "none")
        self.instance = parse(self.raw)
        ministry = world.organization(Kind.MINISTRY, "중소벤처기업부")
        self.officer, self.approver = world(ministry, Role.OFFICER), world(ministry, Role.APPROVER)

    def write(self) -> Fair:
        with system("test fair"):
            self._program()
            hosts = self._houses(Kind.CORPORATION, len(self.instance.corporations))
            guests = self._houses(Kind.STARTUP, len(self.instance.startups))
            applications = self._applications(hosts, guests)
            tables = self._seats(hosts)
            self._grades(applications)
            meetings = self._meetings(applications, tables, hosts, guests)
        return Fair(self.meetup, self.officer, meetings)

    def _program(self) -> None:
        by = {"prepared_by_id": self.officer.user_id, "opened_by_id": self.approver.user_id}
        self.program = Program(
            year=2025, name="2025년 딥테크 밸류업", budget=10**10, target_startups=50, cap_per_startup=2 * 10**8,
            state="open", prepared_at=self.now, opened_at=self.now, **by,
        )  # fmt: skip
        self.program.save(force_insert=True)
        minutes = self.instance.slots * (SLOT + GAP)
        closes = (datetime.combine(DAY, time(9)) + timedelta(minutes=minutes)).time()
        rooms = [{"name": f"홀 {n}", "capacity": most} for n, most in enumerate(self.instance.rooms)]
        self.meetup = Meetup(
            program=self.program, name="공동 밋업", venue="코엑스", day=DAY, opens=time(9), closes=closes,
            slot_minutes=SLOT, gap_minutes=GAP, rooms=rooms, state="live", created_at=self.now, published_at=self.now,
            max_meetings=max(s.max_meetings for s in self.instance.startups), published_by_id=self.officer.user_id,
        )  # fmt: skip
        self.meetup.save(force_insert=True)

    def _houses(self, kind: Kind, count: int) -> list[Organization]:
        made = [
            Organization(kind=kind, slug=f"{kind}-fair-{n}", name=f"{kind.label} {n}", created_at=self.now)
            for n in range(count)
        ]
        return Organization.objects.bulk_create(made)

    def _applications(self, hosts: list[Organization], guests: list[Organization]) -> list[Application]:
        stamps = {"created_at": self.now, "submitted_at": self.now, "submitted_by_id": self.officer.user_id}
        asked = [(r.corporation, r.startup) for r in self.instance.requests]
        twice = Counter[tuple[int, int]]()
        demands: dict[tuple[int, int], Demand] = {}
        made = []
        for number, pair in enumerate(asked):
            key = (pair[0], twice[pair])  # who asks a corporation twice asks about two demands
            twice[pair] += 1
            if key not in demands:
                demands[key] = Demand(
                    program=self.program, corporation=hosts[pair[0]], number=f"D2025-{len(demands):03d}", title="과제",
                    problem="문제", scope="실증", tech_fields=["F05"], collaboration_types=["poc"], state="published",
                    published_at=self.now, published_by_id=self.officer.user_id, **stamps,
                )  # fmt: skip
            made.append(
                Application(
                    program=self.program,
                    demand=demands[key],
                    corporation=hosts[pair[0]],
                    startup=guests[pair[1]],
                    number=f"A2025-{number:05d}",
                    proposal="제안",
                    requested_amount=10**8,
                    state="invited",
                    decided_at=self.now,
                    decided_by_id=self.officer.user_id,
                    **stamps,
                )
            )  # fmt: skip
        Demand.objects.bulk_create(demands.values())
        return Application.objects.bulk_create(made, batch_size=1000)

    def _seats(self, hosts: list[Organization]) -> list[list[int]]:
        """Tables of each corporation, by their numbers."""
        found, first = [], 1
        for corporation in self.instance.corporations:
            found.append(list(range(first, first + corporation.tables)))
            first += corporation.tables
        rows = zip(self.instance.corporations, hosts, found, strict=True)
        Host.objects.bulk_create(
            Host(meetup=self.meetup, corporation=host, room=f"홀 {c.room}", tables=tables) for c, host, tables in rows
        )
        return found

    def _grades(self, applications: list[Application]) -> None:
        for model in (CorporationGrade, StartupGrade):
            model.objects.bulk_create(
                [
                    model(
                        meetup=self.meetup, application=a, corporation=a.corporation, startup=a.startup, grade=r.grade,
                        graded_at=self.now, graded_by_id=self.officer.user_id,
                    )
                    for a, r in zip(applications, self.instance.requests, strict=True)
                ],
                batch_size=1000,
            )  # fmt: skip

    def _meetings(
        self, applications: list[Application], tables: list[list[int]], hosts: list[Organization],
        guests: list[Organization],
    ) -> list[Meeting]:  # fmt: skip
        slots = slots_of(self.meetup)
        made = []
        for held in solve(self.instance).meetings:
            request = self.instance.requests[held.request]
            slot = slots[held.slot]
            made.append(
                Meeting(
                    program=self.program, meetup=self.meetup, application=applications[held.request],
                    corporation=hosts[request.corporation], startup=guests[request.startup],
                    corporation_name=hosts[request.corporation].name, startup_name=guests[request.startup].name,
                    table=tables[request.corporation][held.table or 0], starts_at=slot.starts_at, ends_at=slot.ends_at,
                    published=True,
                )
            )  # fmt: skip
        return Meeting.objects.bulk_create(made, batch_size=1000)


def fair_of(world: Any, size: str, load: str = "near", seed: int = 1) -> Fair:
    """A live meetup with a published plan: the instance `size`, `load` of bench/meetup."""
    return _Writer(world, size, load, seed).write()
