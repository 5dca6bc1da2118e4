"""What startups of the sample say of themselves, and what is suggested for the open demands. All of it is invented."""

from dataclasses import dataclass
from datetime import date

from matching.matches import operations as matches
from matching.matches import runs
from matching.matches.models import Match, Run
from matching.startups import consents
from matching.startups import operations as startups
from matching.startups.models import Profile
from matching.startups.queries import own_profile
from portal.kernel.clock import now
from portal.security.actor import acting, system
from portal.site.sample.people import FAIR, INVENTED, PILOT, Cast
from portal.site.sample.pilot import OFFICER
from portal.site.sample.stage import Player

HIDDEN = ("nurisensor", "naruquantum")  # who don't agree to be found


@dataclass(frozen=True, slots=True)
class Portrait:
    """A profile in short: fields, TRL, founded in, and its two sentences or three."""

    summary: str
    technology: str
    fields: list[str]
    trl: int
    founded: int
    stage: str = "series_a"
    certificates: str = ""
    products: str = ""


PORTRAITS = {
    "tesollo": Portrait(
        "모양이 다른 부품을 공구 교체 없이 잡는 다관절 로봇 핸드와 그리퍼를 만듭니다.",
        "손가락 관절마다 구동기를 넣은 로봇 핸드가 케이블과 커넥터처럼 휘는 부품을 집어 정해진 자리에 체결합니다. "
        "손끝의 힘을 재어 덜 꽂힌 체결을 바로 알아내고, 협동로봇의 손목에 바로 장착합니다. "
        "로봇 팔과 자동화 설비 자체는 공급하지 않습니다.",
        ["F05"], 7, 2019, certificates="벤처기업, ISO 9001",
        products="세 손가락 그리퍼, 다섯 손가락 로봇 핸드",
    ),
    "hanbitlidar": Portrait(
        "안개와 어둠 속에서도 멀리 보는 소형 라이다를 만듭니다.",
        "1km 밖의 작은 물체를 라이다와 열화상으로 함께 인식합니다. 배의 흔들림을 스스로 보정하며 야간 해상에서 시험하였습니다.",
        ["F08", "F03"], 6, 2019,
    ),
    "saebyeokai": Portrait(
        "적은 표본으로 새로운 결함을 배우는 영상 분류 기술을 개발합니다.",
        "새 유형의 결함 영상 10장으로 분류 모형을 다시 배우게 합니다. 웨이퍼 검사 영상에서 0.1초 안에 판정합니다.",
        ["F06", "F01"], 6, 2021,
    ),
    "dolsanbattery": Portrait(
        "사용이 끝난 배터리에서 니켈과 코발트를 회수합니다.",
        "저온 전처리와 선택적 침출로 회수 소재의 순도를 99.6%까지 높였습니다. 수거와 물류는 하지 않습니다.",
        ["F04"], 6, 2018, certificates="유해화학물질 취급 허가",
    ),
    "nurisensor": Portrait(
        "고온 설비에 붙이는 무선 진동 센서를 만듭니다.",
        "150℃에서 2년 동안 동작하는 압전 센서입니다. 설비의 이상 징후를 고장 며칠 전에 알립니다.",
        ["F06"], 7, 2017,
    ),
    "haneulrobotics": Portrait(
        "손끝 감각을 갖춘 로봇 핸드로 유연한 부품을 다룹니다.",
        "케이블과 호스처럼 휘는 부품을 잡아 정해진 자리에 체결합니다. 손끝의 힘을 재어 덜 꽂힌 체결을 바로 알아냅니다.",
        ["F05"], 6, 2020,
    ),
    "solbitvision": Portrait(
        "용접하는 동안 결함을 알아내는 영상 검사 기술을 개발합니다.",
        "아크 빛을 걸러 내는 카메라로 용접 비드를 찍고 기공과 용입 불량을 실시간으로 판정합니다.",
        ["F05", "F06"], 5, 2021, "pre_a",
    ),
    "garamenergy": Portrait(
        "전산실의 냉각 전력을 줄이는 예측 제어 기술을 개발합니다.",
        "서버의 부하와 온도를 예측하여 냉각기의 출력을 조절합니다. 시험 전산실에서 냉각 전력을 18% 줄였습니다.",
        ["F04", "F06"], 7, 2018, "series_b",
    ),
    "miraesense": Portrait(
        "배양기 안에서 단백질 농도를 바로 재는 광학 센서를 만듭니다.",
        "멸균을 견디는 탐침으로 배양액의 농도를 1분마다 측정합니다. 임상 시료의 분석은 하지 않습니다.",
        ["F02"], 5, 2020, certificates="ISO 13485",
    ),
    "dongbaekbio": Portrait(
        "초순수를 다시 쓰는 분리막 소재를 개발합니다.",
        "세정 공정의 물에서 유기탄소를 걸러 내는 분리막입니다. 시험 배관에서 재이용률 35%를 확인하였습니다.",
        ["F04", "F01"], 5, 2019,
    ),
    "naruquantum": Portrait(
        "양자 난수로 통신을 암호화합니다.",
        "칩 크기의 양자 난수 생성기와 키 분배 장치를 만듭니다.",
        ["F10"], 4, 2022, "seed",
    ),
    "onnuri": Portrait(
        "암호화된 통신을 복호화하지 않고 공격을 찾아냅니다.",
        "통신 흐름의 특징만으로 이상 트래픽을 가려냅니다. 초당 100Gbit의 시험망에서 탐지율 96%를 확인하였습니다.",
        ["F07"], 7, 2018,
    ),
    "byeolmaru": Portrait(
        "영상 인식 모형을 가볍게 만들어 저전력 칩에서 돌립니다.",
        "양자화와 가지치기로 모형을 20분의 1로 줄입니다. 초당 15장을 250mW로 처리합니다.",
        ["F06", "F01"], 5, 2021, "pre_a",
    ),
    "taeyangcell": Portrait(
        "가벼운 유리 없는 태양전지를 만듭니다.",
        "건물 외벽에 붙이는 얇은 태양전지입니다. 20년 동안의 출력을 보증합니다.",
        ["F04"], 7, 2016, "series_b",
    ),
    "barammarine": Portrait(
        "배의 주변을 살피는 열화상과 레이더 융합 장치를 개발합니다.",
        "안개 속에서도 어구와 소형 선박을 알아봅니다. 시험 선박에서 야간 인식률 91%를 확인하였습니다.",
        ["F08"], 6, 2019,
    ),
    "cheongsolweld": Portrait(
        "좁은 곳을 스스로 다니는 용접 로봇을 공급합니다.",
        "선체 블록 안에서 움직이는 소형 용접 로봇입니다. 용접 결함의 검사는 하지 않습니다.",
        ["F05"], 7, 2017,
    ),
    "hanbada": Portrait(
        "고압 수소 용기의 손상을 소리로 진단합니다.",
        "음향 방출로 용기의 층간 분리를 찾고 남은 수명을 계산합니다. 용기를 떼어 내지 않습니다.",
        ["F03", "F04"], 5, 2020,
    ),
    "jinbotics": Portrait(
        "물류 창고의 이송 로봇을 만듭니다.",
        "여러 로봇의 길을 한꺼번에 정하는 관제 기술을 갖추었습니다.",
        ["F05"], 8, 2016, "series_b",
    ),
    "geoulai": Portrait(
        "장비 기록으로 예비 부품의 수요를 예측합니다.",
        "교체 이력과 가동 기록을 함께 읽어 4주 뒤에 필요한 부품의 수를 예측합니다. 평균 오차는 12%입니다.",
        ["F06"], 6, 2020,
    ),
    "sandeulsteel": Portrait(
        "부생가스의 성분을 10초마다 재는 분석기를 만듭니다.",
        "레이저 흡수로 수소와 일산화탄소를 잽니다. 분진이 많은 배관에서 6개월 동안 손보지 않고 동작하였습니다.",
        ["F04"], 6, 2018,
    ),
    "yeoulnet": Portrait(
        "공장의 무선망을 설계하고 운영합니다.",
        "금속이 많은 작업장에서도 끊기지 않는 무선망을 계산하여 배치합니다.",
        ["F07"], 7, 2017,
    ),
}  # fmt: skip


def play(cast: Cast) -> None:
    """Profiles, consents and one calculation, by words alone: the worker reads the sentences as soon as it runs."""
    with system("is it told already"):
        if Run.objects.filter(state="done").exists():
            return
    for firm in (*PILOT, *INVENTED, *FAIR):
        ceo = Player(cast, f"ceo@{firm.slug}.example", now())
        if portrait := PORTRAITS.get(firm.slug):
            _introduce(ceo, portrait, firm.region)
            if firm.slug not in HIDDEN:
                ceo(consents.be_found)
    with system("the calculation that the profiles have asked for"):
        asked = Run.objects.filter(state="waiting").latest("due_at")
    Player(cast, OFFICER, now())(runs.compute, run_id=asked.pk)
    _say_something(cast)


def _introduce(ceo: Player, portrait: Portrait, region: str) -> None:
    actor = ceo.cast.actor(ceo.email, ceo.when)
    given = {
        "summary": portrait.summary, "technology": portrait.technology, "tech_fields": portrait.fields,
        "trl": portrait.trl, "founded_on": date(portrait.founded, 3, 2), "region": region,
        "investment_stage": portrait.stage, "certificates": portrait.certificates, "products": portrait.products,
        "collaboration_types": ["poc"],
        "representative": ceo.cast.memberships[ceo.email].user.name,
    }  # fmt: skip
    with acting(actor):
        known = own_profile(actor=actor)
    if known is None:
        ceo(startups.create, **given)
    else:
        ceo(startups.edit, profile=ceo.sees(Profile, pk=known.pk), **given)


def _say_something(cast: Cast) -> None:
    """A corporation keeps one suggestion and turns another down; a startup says no to one."""
    manager = Player(cast, "manager@hyundai.example", now())
    with system("what was suggested"):
        house = cast.organizations["hyundai"].pk
        first, *_rest, last = Match.objects.filter(party=house, current=True, state="suggested").order_by("-score")
        own = cast.organizations["jinbotics"].pk
        other = Match.objects.filter(party=own, current=True, state="suggested").order_by("score").first()
    manager(matches.keep, match=first)
    manager(matches.dismiss, match=last, reason="이미 같은 기술로 실증을 마쳤습니다.")
    if other is not None:
        ceo = Player(cast, "ceo@jinbotics.example", now())
        ceo(matches.dismiss, match=other, reason="올해는 물류 분야에 집중하려고 합니다.")
