"""What the nineteen centers recommend in the running program: 120 invented startups, at every step that harms nobody."""

from datetime import datetime, timedelta
from itertools import count

from matching.recommendations import operations as recommendations
from matching.recommendations.models import Recommendation
from portal.kernel.clock import now
from portal.organizations.models import Code
from portal.security.actor import system
from portal.site.sample.people import GUIDED, TRADES, Cast, Startup, business_no
from portal.site.sample.pilot import OFFICER
from portal.site.sample.stage import Player
from programs.demands.models import Demand
from programs.demands.workflow import State as DemandState

# Trade → field, TRL, and what its center says of it.
WORDS = {
    "로보틱스": (
        "F05",
        6,
        "좁은 공간에서 부품을 집어 옮기는 로봇을 만들며, 협력 공장에서 석 달 동안 쉬지 않고 움직였습니다.",
    ),
    "세미콘": (
        "F01",
        5,
        "저전력 추론 칩의 설계를 마치고 시제품을 평가하고 있으며, 수요 기업의 시험 환경에서 성능을 보일 수 있습니다.",
    ),
    "바이오": (
        "F02",
        5,
        "배양 조건을 실시간으로 읽는 감지기를 개발하였으며, 대학 연구실 두 곳과 함께 정확도를 확인하였습니다.",
    ),
    "에너지": (
        "F04",
        6,
        "공정에서 버려지는 열을 모아 다시 쓰는 장치를 만들며, 지역 공장에서 전력 사용량을 12% 줄였습니다.",
    ),
    "데이터": (
        "F06",
        7,
        "설비의 기록에서 고장의 조짐을 찾아내는 기술을 갖추었으며, 석유화학 공장 한 곳에서 검증을 마쳤습니다.",
    ),
    "마린": (
        "F08",
        6,
        "파도에 흔들리는 배 위에서도 물체를 가려내는 영상 기술을 개발하였으며, 시험 선박에서 실증하였습니다.",
    ),
}


def play(cast: Cast) -> None:
    """Every center's recommendations. Does nothing where they are there."""
    with system("are they told already"):
        if Recommendation.objects.filter(company=GUIDED[0].name).exists():
            return
        open_ = list(Demand.objects.filter(state=DemandState.PUBLISHED, program__year=now().year).order_by("number"))
        centers = list(Code.objects.filter(list="center").order_by("code").values_list("code", flat=True))
    today = now().replace(hour=0, minute=0, second=0, microsecond=0)  # 09:00 in Seoul
    priorities = {center: count(10) for center in centers}
    for place, firm in enumerate(GUIDED):
        center = centers[place % len(centers)]
        _recommend(cast, today, firm, _suited(open_, firm, place), center, next(priorities[center]), place)


def _suited(open_: list[Demand], firm: Startup, place: int) -> Demand:
    """A demand of the startup's field; where there is none, whichever is next."""
    field = WORDS[_trade(firm)][0]
    suited = [demand for demand in open_ if field in demand.tech_fields] or open_
    return suited[place // len(TRADES) % len(suited)]


def _trade(firm: Startup) -> str:
    return next(trade for trade in TRADES if firm.name.endswith(trade))


def _recommend(
    cast: Cast, today: datetime, firm: Startup, demand: Demand, center: str, priority: int, place: int
) -> None:
    """Of ten: one still written, two waiting for consent, two for the officer, five accepted."""

    def by(email: str, days: float) -> Player:
        return Player(cast, email, today + timedelta(days=days, minutes=place))

    field, trl, reason = WORDS[_trade(firm)]
    head, step = f"ceo@{firm.slug}.example", place % 10
    coordinator = by(f"coordinator@{center}.example", -20)
    made = coordinator(
        recommendations.create, demand=coordinator.sees(Demand, pk=demand.pk), business_no=business_no(firm.no),
        company=firm.name, representative=cast.memberships[head].user.name, email=head, phone="02-0000-0000",
        tech_fields=[field], trl=trl, reason=reason, priority=priority,
    )  # fmt: skip
    if step == 0:
        return
    by(f"coordinator@{center}.example", -18)(recommendations.request_consent, recommendation=made)
    if step <= 2:
        return
    ceo = by(head, -12)
    ceo(recommendations.consent, recommendation=ceo.sees(Recommendation, pk=made.pk))
    if step > 4:
        officer = by(OFFICER, -6)
        officer(recommendations.accept, recommendation=officer.sees(Recommendation, pk=made.pk))
