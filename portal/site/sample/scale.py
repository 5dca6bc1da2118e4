"""Rows by the thousand, to try the portal at a size that a year has not reached yet. All of it is invented."""

from collections.abc import Iterator
from itertools import cycle, islice, product
from uuid import UUID

from django.db import transaction

from matching.applications.models import Application
from matching.applications.workflow import State
from matching.startups.models import Profile
from portal.accounts.models import User
from portal.kernel.clock import now
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind
from portal.organizations.models import Organization
from portal.security.actor import system
from portal.security.models import Grant
from portal.site.sample.people import business_no
from portal.site.sample.pilot import OFFICER
from portal.site.sample.suited import PORTRAITS
from programs.demands.models import Demand
from programs.demands.workflow import State as DemandState
from programs.plans.models import Program

AT_ONCE = 2_000  # rows of one statement
SLUG = "scale-"
FIRST = 1_000_000  # their business numbers stand in another unissued block than the told sample
AMOUNT = 150_000_000  # KRW
REGIONS = ("11", "26", "27", "28", "29", "30", "41", "46", "48")
STATES = (State.SUBMITTED, State.ELIGIBLE, State.MET)


class NoRoom(Exception):
    """The sample isn't there, or takes no more."""


def seed(startups: int, applications: int) -> None:
    """Add startups with profiles, and applications of them for the running program's published demands, behind all
    walls and with their history. Whole or not at all; again adds as many more.

    Raises NoRoom without the sample, and where every startup has already applied for every demand.
    """
    with system("rows to try the size"), transaction.atomic():
        if startups:
            _startups(startups)
        if applications:
            _applications(applications)


def _startups(count: int) -> None:
    have = Organization.objects.filter(slug__startswith=SLUG).count()
    at, numbers = now(), range(have + 1, have + count + 1)
    made = [
        Organization(
            id=new_id(), kind=Kind.STARTUP, slug=f"{SLUG}{n}", name=f"규모시험 {n:,}호", name_en=f"Scale {n:,}",
            business_no=business_no(FIRST + n), region=REGIONS[n % len(REGIONS)], created_at=at, verified_at=at,
        )
        for n in numbers
    ]  # fmt: skip
    Organization.objects.bulk_create(made, batch_size=AT_ONCE)
    profiles = [
        Profile(
            startup=startup, representative="홍길동", region=startup.region, tech_fields=portrait.fields,
            trl=portrait.trl, summary=portrait.summary, technology=portrait.technology,
        )
        for startup, portrait in zip(made, cycle(PORTRAITS.values()), strict=False)
    ]  # fmt: skip
    Profile.objects.bulk_create(profiles, batch_size=AT_ONCE)


def _applications(count: int) -> None:
    program = _locked_program()
    officer = User.objects.get(email=OFFICER)
    numbered = Application.objects.filter(program__year=program.year, number__isnull=False).count()
    parties = list(islice(_free(program), count))
    if len(parties) < count:
        raise NoRoom(f"There is room for {len(parties):,} applications only: add startups.")
    at = now()
    made = [
        Application(
            id=new_id(), program=program, demand=demand, corporation_id=demand.corporation_id, startup_id=startup,
            number=f"A{program.year}-{n:03d}", proposal="현장에서 함께 실증하고 결과를 나누겠습니다. " * 8,
            plan="넉 달 동안 세 단계로 진행합니다.", effect="작업 시간을 절반으로 줄입니다.", trl=n % 9 + 1,
            requested_amount=AMOUNT, state=state, created_at=at, submitted_at=at, submitted_by=officer,
            decided_at=None if state == State.SUBMITTED else at,
            decided_by=None if state == State.SUBMITTED else officer,
        )
        for (n, (startup, demand)), state in zip(enumerate(parties, numbered + 1), cycle(STATES), strict=False)
    ]  # fmt: skip
    Application.objects.bulk_create(made, batch_size=AT_ONCE)
    grants = [
        Grant(
            purpose="startup", subject_id=a.startup_id, organization_id=a.corporation_id, cause="application",
            cause_id=a.pk, valid_from=at,
        )
        for a in made
        if a.state != State.SUBMITTED
    ]  # fmt: skip
    Grant.objects.bulk_create(grants, batch_size=AT_ONCE)


def _locked_program() -> Program:
    """The running program. Its year is locked, as its numbers are given out one after the other."""
    demand = Demand.objects.filter(state=DemandState.PUBLISHED).order_by("-program__year").first()
    if demand is None:
        raise NoRoom("No demand is published: run `manage.py seed_demo` first.")
    program: Program = Program.objects.get(pk=demand.program_id)
    list(Program.objects.select_for_update().filter(year=program.year).order_by("pk"))
    return program


def _free(program: Program) -> Iterator[tuple[UUID, Demand]]:
    """Startup and demand without an application yet: every startup once, then each for the next demand."""
    demands = list(Demand.objects.filter(program=program, state=DemandState.PUBLISHED).order_by("number"))
    rows = Organization.objects.filter(slug__startswith=SLUG).order_by("created_at", "id")
    startups = list(rows.values_list("pk", flat=True))
    taken = set(Application.objects.filter(program=program).values_list("startup", "demand"))
    for step, (n, startup) in product(range(len(demands)), enumerate(startups)):
        demand = demands[(n + step) % len(demands)]
        if (startup, demand.pk) not in taken:
            yield startup, demand
