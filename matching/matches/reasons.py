"""Reasons: one Korean sentence each, in which both records can be found again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from matching.matches.records import Demand, Reason, ReasonKind, Startup

FIELDS = {
    "F01": "시스템반도체", "F02": "바이오·헬스", "F03": "미래모빌리티", "F04": "친환경·에너지", "F05": "로봇",
    "F06": "빅데이터·AI", "F07": "사이버보안·네트워크", "F08": "우주항공·해양", "F09": "차세대원전", "F10": "양자기술",
}  # fmt: skip
REGIONS = {
    "11": "서울", "26": "부산", "27": "대구", "28": "인천", "29": "광주", "30": "대전", "31": "울산", "36": "세종",
    "41": "경기", "42": "강원", "43": "충북", "44": "충남", "45": "전북", "46": "전남", "47": "경북", "48": "경남",
    "50": "제주", "51": "강원", "52": "전북",
}  # fmt: skip
COLLABORATIONS = {
    "poc": "PoC", "codev": "공동개발", "supply": "납품", "cvc": "CVC 투자", "global": "해외 진출", "ma": "인수합병",
}  # fmt: skip
LONGEST_QUOTE = 90


@dataclass(frozen=True, slots=True)
class Passages:
    """Which passage answers which; the pair that speaks against it, where there is one."""

    asked: str
    answered: str
    close: bool
    """Whether the pair stands out from what any two passages have in common."""
    ruled_out: tuple[str, str] | None = None
    """(what the scope does not want, the startup's passage that is just that)"""
    limit: str = ""
    """The startup's sentence that says it does not do what is asked."""


def named(codes: Sequence[str], names: dict[str, str]) -> str:
    """Codes by their names, in their order; an unknown code as it is."""
    return "·".join(names.get(code, code) for code in codes)


def quoted(text: str) -> str:
    """A passage word for word, cut at the end where it is long."""
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1].rstrip() + "…"


def still_young(demand: Demand, startup: Startup, day: date) -> bool:
    """founded + max_age_years is not before the day; months and days compared as a pair, for 29 February."""
    if demand.max_age_years is None:
        return True
    founded = startup.founded
    return (founded.year + demand.max_age_years, founded.month, founded.day) >= (day.year, day.month, day.day)


def reasons(demand: Demand, startup: Startup, day: date, passages: Passages | None) -> tuple[Reason, ...]:
    """Everything that speaks for and against, in a fixed order: meaning, fields, hard conditions, wishes."""
    found: list[Reason] = []
    for part in (_texts(passages), _hard(demand, startup, day), _wishes(demand, startup)):
        found += [Reason(*one) for one in part]
    return tuple(found)


def _texts(passages: Passages | None) -> Iterator[tuple[ReasonKind, bool, str]]:
    if passages is None:
        return
    pair = f"수요의 「{quoted(passages.asked)}」에 가장 가까운 기업의 글은 「{quoted(passages.answered)}」입니다."
    yield "text", passages.close, pair if passages.close else pair[:-1] + "만, 뚜렷하게 가깝지는 않습니다."
    if passages.ruled_out:
        thing, passage = passages.ruled_out
        yield "text", False, f"수요가 원하지 않는 「{quoted(thing)}」에 기업의 「{quoted(passage)}」 글이 가깝습니다."
    if passages.limit:
        yield "text", False, f"기업이 스스로 한계를 밝혔습니다: 「{quoted(passages.limit)}」"


def _hard(demand: Demand, startup: Startup, day: date) -> Iterator[tuple[ReasonKind, bool, str]]:
    if startup.trl >= demand.min_trl:
        yield "trl", True, f"요구 TRL {demand.min_trl} 이상을 충족합니다(현재 {startup.trl})."
    else:
        yield "trl", False, f"요구 TRL {demand.min_trl} 이상에 못 미칩니다(현재 {startup.trl})."
    if demand.max_age_years is not None:
        young = still_young(demand, startup, day)
        tail = "이내입니다" if young else "넘었습니다"
        particle = " " if young else "을 "
        yield (
            "age", young,
            f"설립일 {startup.founded.isoformat()}, 기준일 {day.isoformat()}: "
            f"업력 제한 {demand.max_age_years}년{particle}{tail}.",
        )  # fmt: skip
    if demand.closed_regions:
        closed, here = named(demand.closed_regions, REGIONS), named([startup.region], REGIONS)
        shut = startup.region in demand.closed_regions
        yield "region", not shut, f"제외 지역({closed})에 {'해당합니다' if shut else '해당하지 않습니다'}(본점 {here})."
    if demand.rivals:
        tied = bool(set(demand.rivals) & set(startup.ties))
        text = "수요기업이 제외한 경쟁사와 배타적 계약 관계가 "
        yield "condition", not tied, text + ("있습니다." if tied else "없습니다.")


def _wishes(demand: Demand, startup: Startup) -> Iterator[tuple[ReasonKind, bool, str]]:
    shared = [code for code in demand.tech_fields if code in startup.tech_fields]
    if shared:
        yield "field", True, f"기술 분야가 겹칩니다({named(shared, FIELDS)})."
    else:
        asked, own = named(demand.tech_fields, FIELDS), named(startup.tech_fields, FIELDS)
        yield "field", False, f"기술 분야가 겹치지 않습니다(수요 {asked or '없음'}, 기업 {own or '없음'})."
    if demand.regions:
        wanted, here = named(demand.regions, REGIONS), named([startup.region], REGIONS)
        inside = startup.region in demand.regions
        yield "region", inside, f"희망 지역({wanted})에 {'있습니다' if inside else '있지 않습니다'}(본점 {here})."
    if demand.stages:
        inside = startup.stage in demand.stages
        text = f"희망 투자 단계({'·'.join(demand.stages)})에 {'해당합니다' if inside else '해당하지 않습니다'}"
        yield "stage", inside, f"{text}(현재 {startup.stage})."
    if demand.certificates:
        have = [name for name in demand.certificates if name in startup.certificates]
        lack = [name for name in demand.certificates if name not in startup.certificates]
        if have:
            yield "condition", True, f"희망 인증({'·'.join(have)})이 있습니다."
        if lack:
            yield "condition", False, f"희망 인증({'·'.join(lack)})이 없습니다."
    if demand.collaboration_types:
        both = [code for code in demand.collaboration_types if code in startup.collaboration_wanted]
        if both:
            yield "collaboration", True, f"서로 원하는 협업 방식이 있습니다({named(both, COLLABORATIONS)})."
        else:
            asked = named(demand.collaboration_types, COLLABORATIONS)
            own = named(startup.collaboration_wanted, COLLABORATIONS)
            yield "collaboration", False, f"협업 방식이 다릅니다(수요 {asked}, 기업 {own or '없음'})."
