"""A running program: the seven corporations of the joint meetup have answered the demand survey.

Whatever is adverse happens to invented firms.
"""

from datetime import datetime, timedelta

from agreements.legal import operations as legal
from matching.applications import operations as applications
from matching.applications.models import Application
from matching.recommendations import operations as recommendations
from matching.recommendations.models import Recommendation
from portal.kernel.clock import now
from portal.security.actor import system
from portal.site.sample.people import INVENTED, Cast, business_no
from portal.site.sample.pilot import APPROVER, COORDINATOR, OFFICER, REASON
from portal.site.sample.stage import Player
from portal.site.sample.wants import FIRST, SECOND
from programs.demands import operations as demands
from programs.demands.models import Demand
from programs.plans import operations as plans
from programs.plans.models import Program, Stage


def play(cast: Cast) -> None:
    """The program of the present year, in the midst of its recommendations and applications."""
    today = now().replace(hour=0, minute=0, second=0, microsecond=0)  # 09:00 in Seoul
    name = f"{today.year}년 딥테크 밸류업"
    with system("is the running program told already"):
        if Program.objects.filter(name=name).exists():
            return
    story = _Running(cast, today, name)
    story.open()
    story.survey()
    story.recommend()
    story.ask_for_advice()


class _Running:
    def __init__(self, cast: Cast, today: datetime, name: str) -> None:
        self.cast, self.today, self.name = cast, today, name
        self.published: list[Demand] = []

    def by(self, email: str, days: float) -> Player:
        """Somebody, that many days from today."""
        return Player(self.cast, email, self.today + timedelta(days=days))

    def open(self) -> None:
        officer = self.by(OFFICER, -60)
        program = officer(
            plans.create, year=self.today.year, name=self.name, budget=10_000_000_000, target_startups=50,
            cap_per_startup=200_000_000,
        )  # fmt: skip
        kinds = Stage.Kind
        days = {
            kinds.DEMAND_SURVEY: (-50, 20), kinds.RECOMMENDATION: (-30, 40), kinds.APPLICATION: (-30, 45),
            kinds.MEETUP: (46, 60), kinds.EVALUATION: (61, 80), kinds.SELECTION: (81, 95), kinds.FUNDING: (96, 300),
        }  # fmt: skip
        windows = {k: tuple(self.today + timedelta(days=d) for d in pair) for k, pair in days.items()}
        officer(plans.set_stages, program=program, windows=windows)
        self.by(APPROVER, -55)(plans.open_, program=program)
        self.by(OFFICER, -50)(plans.run, program=program)

    def survey(self) -> None:
        """Published, submitted and draft demands of the seven."""
        for place, want in enumerate((*FIRST, *SECOND)):
            manager = self.by(f"manager@{want.slug}.example", -45)
            made = manager(demands.create, program=manager.sees(Program, name=self.name), **want.answers())
            if place == len(FIRST) + len(SECOND) - 1:
                continue  # still being written
            manager(demands.submit, demand=made)
            if place not in (5, 6, 12):  # the others wait for the officer
                officer = self.by(OFFICER, -35)
                demand = officer.sees(Demand, pk=made.pk)
                officer(demands.publish, demand=demand)
                self.published.append(demand)

    def recommend(self) -> None:
        """Invented firms at every step of the way."""
        for place, firm in enumerate(INVENTED):
            demand = self.published[place % len(self.published)]
            coordinator = self.by(COORDINATOR, -20)
            made = coordinator(
                recommendations.create, demand=coordinator.sees(Demand, pk=demand.pk), business_no=business_no(firm.no),
                company=firm.name, representative=self.cast.memberships[f"ceo@{firm.slug}.example"].user.name,
                email=f"ceo@{firm.slug}.example", phone="02-0000-0000", tech_fields=list(demand.tech_fields), trl=6,
                reason=REASON, priority=place + 1,
            )  # fmt: skip
            coordinator(recommendations.request_consent, recommendation=made)
            if place == 0:
                continue  # waits for its consent
            ceo = self.by(f"ceo@{firm.slug}.example", -15)
            ceo(recommendations.consent, recommendation=ceo.sees(Recommendation, pk=made.pk))
            officer = self.by(OFFICER, -10)
            if place == 1:
                officer(
                    recommendations.return_, recommendation=officer.sees(Recommendation, pk=made.pk),
                    reason="추천사유에 실증 가능한 현장과 시기를 적어 주십시오.",
                )  # fmt: skip
                continue
            officer(recommendations.accept, recommendation=officer.sees(Recommendation, pk=made.pk))
            application = ceo(
                applications.create, demand=ceo.sees(Demand, pk=demand.pk), requested_amount=150_000_000,
                proposal="보유 기술을 현장에 적용하여 성능을 검증하겠습니다.",
            )  # fmt: skip
            if place == 3:
                self.by(f"ceo@{firm.slug}.example", -8)(
                    applications.submit, application=ceo.sees(Application, pk=application.pk)
                )

    def ask_for_advice(self) -> None:
        ceo = self.by(f"ceo@{INVENTED[0].slug}.example", -5)
        ceo(
            legal.ask, subject="nda", counterparty="가상 거래처",
            question="비밀유지계약서 초안에서 자료의 범위와 반환 시기를 어떻게 적어야 하는지 자문을 요청합니다.",
        )  # fmt: skip
