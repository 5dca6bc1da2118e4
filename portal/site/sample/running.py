"""A running program: the seven corporations of the joint meetup have answered the demand survey.

Whatever is adverse happens to invented firms.
"""

from datetime import datetime, timedelta
from typing import Any

from agreements.legal import operations as legal
from matching.applications import operations as applications
from matching.applications.models import Application
from matching.recommendations import operations as recommendations
from matching.recommendations.models import Recommendation
from portal.kernel.clock import now
from portal.security.actor import system
from portal.site.sample.people import CORPORATIONS, INVENTED, Cast, business_no
from portal.site.sample.pilot import APPROVER, COORDINATOR, OFFICER, REASON
from portal.site.sample.stage import Player
from programs.demands import operations as demands
from programs.demands.models import Demand
from programs.plans import operations as plans
from programs.plans.models import Program, Stage

DEMANDS: dict[str, tuple[str, str, list[str]]] = {
    "hyundai": (
        "로봇 핸드를 이용한 케이블 정밀 체결",
        "유연한 케이블을 정확한 자리에 꽂는 작업을 사람이 하고 있습니다.",
        ["F05"],
    ),
    "samsung": ("저전력 엣지 인공지능 추론", "기기 안에서 영상을 분석할 때 전력 소모가 큽니다.", ["F01", "F06"]),
    "skhynix": (
        "웨이퍼 결함 영상의 자동 분류",
        "새로운 유형의 결함을 사람이 눈으로 가려내고 있습니다.",
        ["F01", "F06"],
    ),
    "lgsciencepark": ("폐배터리 소재 회수 공정", "회수한 소재의 순도를 높이는 공정이 필요합니다.", ["F04"]),
    "posco": ("제철소 설비의 이상 징후 예측", "고온 설비의 고장을 미리 알기 어렵습니다.", ["F06"]),
    "hdhhi": ("선체 용접 품질의 실시간 검사", "용접이 끝난 뒤에야 결함을 찾고 있습니다.", ["F05", "F08"]),
    "kt": ("통신망 이상 트래픽 탐지", "암호화된 통신에서 공격을 가려내기 어렵습니다.", ["F07"]),
}


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
        for place, slug in enumerate(CORPORATIONS):
            manager = self.by(f"manager@{slug}.example", -45)
            title, problem, fields = DEMANDS[slug]
            program = manager.sees(Program, name=self.name)
            given: dict[str, Any] = {
                "problem": problem, "scope": "현장 실증과 공동 개발을 함께 추진합니다.", "tech_fields": fields, "min_trl": 5,
                "collaboration_types": ["poc", "codev"], "wanted_startups": 2,
                "level": "public" if place % 2 else "registered",
            }  # fmt: skip
            made = manager(demands.create, program=program, title=title, **given)
            manager(demands.submit, demand=made)
            if place < 5:
                officer = self.by(OFFICER, -35)
                demand = officer.sees(Demand, pk=made.pk)
                officer(demands.publish, demand=demand)
                self.published.append(demand)
            manager(demands.create, program=program, title=f"{title} – 후속 과제", **given | {"scope": ""})

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
