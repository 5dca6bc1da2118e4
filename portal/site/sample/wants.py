"""What the seven corporations of the sample ask for: two demands each. All of it is invented."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Want:
    """One demand; `answers` are the survey's questions beside title and problem."""

    slug: str
    title: str
    problem: str
    scope: str
    spec: str
    fields: list[str]
    offers: list[str]
    offer_text: str
    trl: int = 5
    types: list[str] = field(default_factory=lambda: ["poc", "codev"])
    wanted: int = 2
    level: str = "registered"
    more: dict[str, Any] = field(default_factory=dict)

    def answers(self) -> dict[str, Any]:
        """What `programs.demands.operations.create` takes."""
        return {
            "title": self.title, "problem": self.problem, "scope": self.scope, "required_spec": self.spec,
            "tech_fields": self.fields, "min_trl": self.trl, "collaboration_types": self.types,
            "wanted_startups": self.wanted, "offers": self.offers, "offer_text": self.offer_text, "level": self.level,
            "timetable": TIMETABLE, "follow_up": FOLLOW_UP, "sponsor": "개방형혁신 담당 임원(상무)", **self.more,
        }  # fmt: skip


TIMETABLE = "협약 후 1개월 안에 현장 조사를 마치고, 3개월 동안 실증하며, 6개월째에 성과를 함께 확인합니다."
FOLLOW_UP = "목표 성능을 확인하면 다른 사업장으로 적용을 넓히고 구매 계약을 협의합니다."
UNDER_NDA = {"nda_required": True}

FIRST = (
    Want(
        "hyundai", "로봇 핸드를 이용한 케이블 정밀 체결",
        "차체 안쪽의 유연한 케이블을 정해진 자리에 꽂는 작업을 사람이 하고 있습니다. 자세가 나빠 근골격계 부담이 크고, "
        "덜 꽂힌 체결이 뒤 공정에서야 발견됩니다.",
        "손끝 감각을 갖춘 로봇 핸드와 체결 확인 기술을 실제 공정 한 곳에서 실증합니다. 차체 이송 설비의 교체는 제외합니다.",
        "체결 시간 8초 이내, 체결 성공률 99.5% 이상, 핸드 무게 2kg 이하, 협동 작업의 안전 기준 충족",
        ["F05"], ["testbed", "people", "budget"], "의장 공정의 실증 구역 한 곳과 공정 기술자 두 명을 6개월 동안 제공합니다.",
        level="public",
        more={
            **UNDER_NDA, "max_age_years": 10, "stages": ["A", "B"],
            "detail": "적용할 차종의 체결 부위 도면과 현재 공정의 실패 유형별 자료를 제공합니다.",
        },
    ),
    Want(
        "samsung", "저전력 엣지 인공지능 추론",
        "기기 안에서 영상을 분석할 때 전력 소모가 커서 배터리로 움직이는 제품에는 쓰기 어렵습니다.",
        "영상 인식 모형을 가볍게 만들고 저전력 칩에서 돌리는 기술을 함께 개발합니다. 학습용 서버의 구축은 제외합니다.",
        "초당 15장 처리에 300mW 이하, 정확도 저하 1%포인트 이내",
        ["F01", "F06"], ["data", "people"], "비식별 처리한 영상 자료와 시험용 보드를 제공합니다.",
        trl=4, more={"stages": ["seed", "pre-A", "A"], "max_age_years": 7},
    ),
    Want(
        "skhynix", "웨이퍼 결함 영상의 자동 분류",
        "공정이 바뀔 때마다 새로운 유형의 결함이 생기고, 이를 사람이 눈으로 가려내느라 판정이 늦어집니다.",
        "적은 수의 표본으로 새로운 결함을 배우는 분류 기술을 검사 공정에서 검증합니다. 검사 장비의 제작은 제외합니다.",
        "새 유형의 표본 20장 이하로 재현율 95% 이상, 판정 시간 0.2초 이내",
        ["F01", "F06"], ["data", "testbed"], "비밀유지계약을 맺은 뒤 결함 영상 자료와 검증 환경을 제공합니다.",
        level="public",
        more={**UNDER_NDA, "regions": ["11", "41"], "detail": "결함 유형의 정의와 영상 해상도, 현재 판정 기준을 제공합니다."},
    ),
    Want(
        "lgsciencepark", "폐배터리 소재 회수 공정",
        "사용이 끝난 배터리에서 회수한 소재의 순도가 고르지 않아 다시 쓰기 어렵습니다.",
        "전처리와 분리 공정의 순도를 높이는 기술을 시험 설비에서 함께 검증합니다. 수거와 물류는 제외합니다.",
        "니켈·코발트 회수율 95% 이상, 회수 소재의 순도 99.5% 이상",
        ["F04"], ["testbed", "budget", "channel"], "시험 설비의 가동 시간과 분석 장비를 제공하고 분석 비용을 부담합니다.",
        more={"certificates": "유해화학물질 취급 허가", "max_age_years": 10},
    ),
    Want(
        "posco", "제철소 설비의 이상 징후 예측",
        "고온 설비의 고장을 미리 알기 어려워 예정에 없던 정비로 생산이 멈추는 일이 있습니다.",
        "고온에서 견디는 측정 기술과 이상 징후 예측 모형을 설비 두 곳에서 실증합니다. 설비의 교체는 제외합니다.",
        "주변 온도 150℃에서 1년 이상 동작, 고장 72시간 전 예측, 오경보 월 2회 이하",
        ["F06"], ["data", "testbed", "people"], "설비 운전 자료 3년분과 실증 설비 두 곳을 제공합니다.",
        trl=6, level="public", more={"regions": ["47", "46"]},
    ),
    Want(
        "hdhhi", "선체 용접 품질의 실시간 검사",
        "용접이 끝난 뒤의 비파괴 검사에서야 결함을 찾아 다시 작업하는 시간이 깁니다.",
        "용접하는 동안 결함을 알아내는 감지 기술을 조립 공정에서 실증합니다. 용접 로봇의 공급은 제외합니다.",
        "기공과 용입 불량 검출률 90% 이상, 판정 지연 1초 이내, 야외 작업장 분진에서 동작",
        ["F05", "F08"], ["testbed", "people"], "조립 공장의 용접 구역과 시험편을 제공합니다.",
        more={"regions": ["31", "26", "48"], "certificates": "선급의 시험 인정"},
    ),
    Want(
        "kt", "통신망 이상 트래픽 탐지",
        "암호화된 통신이 늘어 내용을 보지 않고 공격을 가려내기 어렵습니다.",
        "복호화하지 않고 흐름의 특징만으로 이상을 찾는 기술을 시험망에서 검증합니다. 고객 통신의 내용 분석은 제외합니다.",
        "초당 100Gbit 처리, 탐지율 95% 이상, 오탐률 0.1% 이하",
        ["F07"], ["data", "testbed", "channel"], "비식별 처리한 통신 흐름 자료와 시험망을 제공합니다.",
        level="public", more={"stages": ["pre-A", "A", "B"]},
    ),
)  # fmt: skip

SECOND = (
    Want(
        "hyundai", "수소 저장 용기의 비파괴 잔여 수명 진단",
        "고압 용기는 정해진 기간이 지나면 상태와 상관없이 바꾸고 있어 비용이 큽니다.",
        "용기를 떼어 내지 않고 남은 수명을 진단하는 기술을 함께 개발합니다. 용기의 설계 변경은 제외합니다.",
        "0.5mm 이상의 층간 분리 검출, 진단 시간 30분 이내",
        ["F03", "F04"], ["data", "testbed"], "시험용 용기와 파열 시험 자료를 제공합니다.",
        trl=4, more={"max_age_years": 7},
    ),
    Want(
        "samsung", "반도체 공정의 초순수 사용량 절감",
        "세정 공정에서 쓰는 초순수의 양이 많아 물과 전력의 부담이 커지고 있습니다.",
        "사용한 초순수를 공정 안에서 다시 쓰는 정제 기술을 검증합니다. 폐수 처리장의 증설은 제외합니다.",
        "재이용률 30% 이상, 총유기탄소 1ppb 이하",
        ["F01", "F04"], ["testbed", "budget"], "시험 배관과 수질 분석을 제공합니다.", level="public",
    ),
    Want(
        "skhynix", "장비 예비 부품의 수요 예측",
        "부품의 교체 시기를 경험으로 정해 재고가 많거나 모자랍니다.",
        "장비 기록으로 교체 시기와 필요한 수량을 예측하는 기술을 검증합니다. 구매 시스템의 교체는 제외합니다.",
        "4주 뒤 수요 예측 오차 15% 이하",
        ["F06"], ["data", "people"], "비식별 처리한 장비 기록 2년분을 제공합니다.", types=["poc", "supply"],
    ),
    Want(
        "lgsciencepark", "항체 의약품 공정의 실시간 농도 측정",
        "배양액을 뽑아 시험실에서 분석하는 데 몇 시간이 걸려 공정을 제때 조절하지 못합니다.",
        "배양기 안에서 농도를 바로 재는 감지 기술을 시험 배양기에서 검증합니다. 임상 시료의 분석은 제외합니다.",
        "측정 오차 5% 이하, 멸균 20회에 견딤",
        ["F02"], ["testbed", "people"], "시험 배양기와 분석 자료를 제공합니다.",
        trl=4, more={"certificates": "ISO 13485", **UNDER_NDA, "detail": "배양 조건과 대상 단백질의 목록을 제공합니다."},
    ),
    Want(
        "posco", "저탄소 제철을 위한 부생가스 성분 분석",
        "부생가스의 성분이 수시로 변해 다시 쓰는 공정의 효율이 떨어집니다.",
        "성분을 10초마다 재는 분석 기술과 제어 방안을 실증합니다. 가스 정제 설비의 건설은 제외합니다.",
        "수소·일산화탄소 오차 1% 이하, 분진 환경에서 6개월 무정비",
        ["F04"], ["testbed", "data"], "가스 배관의 시험 구간과 운전 자료를 제공합니다.", trl=6,
    ),
    Want(
        "hdhhi", "자율운항 선박의 야간 소형 물체 인식",
        "밤이나 안개 속에서 어구와 소형 선박을 알아보기 어렵습니다.",
        "열화상과 레이더를 합친 인식 기술을 시험 선박에서 실증합니다. 항해 장비의 형식 승인은 제외합니다.",
        "야간 1km에서 길이 3m 물체 인식률 90% 이상",
        ["F08", "F03"], ["testbed", "data"], "시험 선박의 승선과 항해 영상 자료를 제공합니다.",
        level="public", more={"regions": ["31", "26"]},
    ),
    Want(
        "kt", "데이터센터 냉각 전력의 절감",
        "인공지능 서버가 늘면서 냉각에 쓰는 전력이 빠르게 늘고 있습니다.",
        "서버의 부하를 예측하여 냉각을 조절하는 기술을 전산실 한 곳에서 실증합니다. 건물의 개축은 제외합니다.",
        "냉각 전력 15% 이상 절감, 서버 흡입 온도 27℃ 이하 유지",
        ["F04", "F06"], ["data", "testbed", "channel"], "전산실 한 곳과 온도·전력 기록을 제공합니다.", types=["poc", "supply"],
    ),
)  # fmt: skip
