"""A joint meetup that is planned: 26 startups, the seven corporations, grades of both sides, a published timetable."""

from datetime import datetime, time, timedelta

from matching.applications import operations as applications
from matching.applications.models import Application
from matching.meetups import operations as meetups
from matching.meetups.models import Meetup
from matching.meetups.planning import calculations, preferences
from matching.meetups.planning.models import Calculation
from matching.meetups.planning.queries import own_requests
from portal.kernel.clock import now
from portal.kernel.formats import SEOUL
from portal.kernel.workdays import workdays_after
from portal.security.actor import acting, system
from portal.site.sample.people import CORPORATIONS, FAIR, INVENTED, PILOT, Cast
from portal.site.sample.pilot import OFFICER
from portal.site.sample.stage import Player
from portal.site.sample.wants import FIRST
from programs.demands import operations as demands
from programs.demands.models import Demand
from programs.plans.models import Program

FIRMS = (*PILOT, *INVENTED, *FAIR)
EACH = 2  # demands for which a startup applies


def play(cast: Cast) -> None:
    """The meetup of the present year. Does nothing where it is there."""
    today = now().replace(hour=0, minute=0, second=0, microsecond=0)  # 09:00 in Seoul
    name = f"{today.year}년 공동 밋업"
    with system("is the meetup told already"):
        if Meetup.objects.filter(name=name).exists():
            return
    fair = _Fair(cast, today, name)
    fair.open()
    fair.invite()
    fair.collect()
    fair.plan()


class _Fair:
    def __init__(self, cast: Cast, today: datetime, name: str) -> None:
        self.cast, self.today, self.name = cast, today, name
        self.program = f"{today.year}년 딥테크 밸류업"
        self.demands: list[Demand] = []

    def by(self, email: str, days: float) -> Player:
        """Somebody, that many days from today."""
        return Player(self.cast, email, self.today + timedelta(days=days))

    def open(self) -> None:
        """One more demand of each of the seven in the running program."""
        for slug in CORPORATIONS:
            manager = self.by(f"manager@{slug}.example", -45)
            want = next(want for want in FIRST if want.slug == slug)
            made = manager(
                demands.create, program=manager.sees(Program, name=self.program), title=f"{want.title} 공동 실증",
                problem=want.problem, scope="밋업에서 만난 기업과 현장 실증을 추진합니다.", tech_fields=want.fields, min_trl=4,
                collaboration_types=["poc"], wanted_startups=4, level="registered",
            )  # fmt: skip
            manager(demands.submit, demand=made)
            officer = self.by(OFFICER, -35)
            demand = officer.sees(Demand, pk=made.pk)
            officer(demands.publish, demand=demand)
            self.demands.append(demand)

    def invite(self) -> None:
        """Every startup is invited by two corporations."""
        for place, firm in enumerate(FIRMS):
            for step in range(EACH):
                host = (place + step * 3) % len(self.demands)
                ceo = self.by(f"ceo@{firm.slug}.example", -20)
                made = ceo(
                    applications.create, demand=ceo.sees(Demand, pk=self.demands[host].pk),
                    requested_amount=100_000_000,
                    proposal=f"{firm.name}의 기술을 현장에 적용하여 성능을 검증하겠습니다.",
                )  # fmt: skip
                ceo(applications.submit, application=made)
                officer = self.by(OFFICER, -15)
                officer(applications.admit, application=officer.sees(Application, pk=made.pk))
                manager = self.by(f"manager@{CORPORATIONS[host]}.example", -12)
                manager(applications.invite, application=manager.sees(Application, pk=made.pk))

    def collect(self) -> None:
        day = workdays_after(self.today.astimezone(SEOUL).date(), 5)
        officer = self.by(OFFICER, -9)
        self.meetup = officer(
            meetups.create, program=officer.sees(Program, name=self.program), name=self.name,
            venue="서울창조경제혁신센터", day=day, opens=time(10), closes=time(17, 30), slot_minutes=25, gap_minutes=5,
            breaks=[["12:00", "13:00"]], rooms=[{"name": "대회의실", "capacity": 4}, {"name": "세미나실", "capacity": 3}],
            max_meetings=4, grades_close_at=self.today - timedelta(days=1),
        )  # fmt: skip
        officer(preferences.collect, meetup=self.meetup)
        with system("who receives in the second room"):
            hosts = list(self.meetup.hosts.select_related("corporation").order_by("tables"))
        for host in hosts[4:]:
            officer(
                preferences.set_host, meetup=self.meetup, corporation=host.corporation, room="세미나실",
                tables=host.tables,
            )  # fmt: skip
        people = [f"manager@{slug}.example" for slug in CORPORATIONS] + [f"ceo@{firm.slug}.example" for firm in FIRMS]
        for number, email in enumerate(people):
            self._grade(self.by(email, -5), number)

    def _grade(self, player: Player, number: int) -> None:
        actor = self.cast.actor(player.email, player.when)
        with acting(actor):
            asked = own_requests(self.meetup, actor)
        grades = {a.pk: 1 + (number * 3 + place * 2) % 5 for place, a in enumerate(asked)}
        player(preferences.give, meetup=self.meetup, grades=grades, absent=[number % 12] if number % 5 == 0 else [])

    def plan(self) -> None:
        officer = self.by(OFFICER, -0.5)
        made = officer(calculations.start, meetup=officer.sees(Meetup, pk=self.meetup.pk), first="total")
        officer(calculations.compute, calculation_id=made.pk)
        officer(calculations.apply, calculation=officer.sees(Calculation, pk=made.pk))
        officer(meetups.publish, meetup=officer.sees(Meetup, pk=self.meetup.pk))
