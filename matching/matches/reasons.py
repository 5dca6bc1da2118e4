"""Reasons: one Korean sentence each, in which both records can be found again.

The sentences are templates, so that a caller with a catalogue can have them in another language (`Tongue`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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


def korean_day(day: date) -> str:
    """A day as Korean pages show it: "2025. 3. 12."."""
    return f"{day.year}. {day.month}. {day.day}."


@dataclass(frozen=True, slots=True)
class Tongue:
    """In which language reasons are given: how a template is said, how a day, and what codes are called."""

    say: Callable[[str], str] = str
    day: Callable[[date], str] = korean_day
    fields: Mapping[str, str] = field(default_factory=lambda: FIELDS)
    regions: Mapping[str, str] = field(default_factory=lambda: REGIONS)
    collaborations: Mapping[str, str] = field(default_factory=lambda: COLLABORATIONS)


KOREAN = Tongue()


def named(codes: Sequence[str], names: Mapping[str, str]) -> str:
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


def reasons(
    demand: Demand, startup: Startup, day: date, passages: Passages | None, tongue: Tongue = KOREAN
) -> tuple[Reason, ...]:
    """Everything that speaks for and against, in a fixed order: meaning, fields, hard conditions, wishes."""
    found: list[Reason] = []
    for part in (_texts(passages, tongue), _hard(demand, startup, day, tongue), _wishes(demand, startup, tongue)):
        found += [Reason(*one) for one in part]
    return tuple(found)


Told = Iterator[tuple[ReasonKind, bool, str]]


def _texts(passages: Passages | None, tongue: Tongue) -> Told:
    if passages is None:
        return
    _ = tongue.say
    pair = {"asked": quoted(passages.asked), "answered": quoted(passages.answered)}
    if passages.close:
        yield "text", True, _("수요의 「%(asked)s」에 가장 가까운 기업의 글은 「%(answered)s」입니다.") % pair
    else:
        words = _(
            "수요의 「%(asked)s」에 가장 가까운 기업의 글은 「%(answered)s」입니다만, 뚜렷하게 가깝지는 않습니다."
        )
        yield "text", False, words % pair
    if passages.ruled_out:
        thing, passage = (quoted(text) for text in passages.ruled_out)
        words = _("수요가 원하지 않는 「%(thing)s」에 기업의 「%(passage)s」 글이 가깝습니다.")
        yield "text", False, words % {"thing": thing, "passage": passage}
    if passages.limit:
        words = _("기업이 스스로 한계를 밝혔습니다: 「%(limit)s」")
        yield "text", False, words % {"limit": quoted(passages.limit)}


def _hard(demand: Demand, startup: Startup, day: date, tongue: Tongue) -> Told:
    _ = tongue.say
    ripe = startup.trl >= demand.min_trl
    met, unmet = (
        _("요구 TRL %(asked)d 이상을 충족합니다(현재 %(own)d)."),
        _("요구 TRL %(asked)d 이상에 못 미칩니다(현재 %(own)d)."),
    )
    yield "trl", ripe, (met if ripe else unmet) % {"asked": demand.min_trl, "own": startup.trl}
    if demand.max_age_years is not None:
        young = still_young(demand, startup, day)
        met = _("설립일 %(founded)s, 기준일 %(day)s: 업력 제한 %(years)d년 이내입니다.")
        unmet = _("설립일 %(founded)s, 기준일 %(day)s: 업력 제한 %(years)d년을 넘었습니다.")
        told = {"founded": tongue.day(startup.founded), "day": tongue.day(day), "years": demand.max_age_years}
        yield "age", young, (met if young else unmet) % told
    if demand.closed_regions:
        shut = startup.region in demand.closed_regions
        met = _("제외 지역(%(closed)s)에 해당하지 않습니다(본점 %(here)s).")
        unmet = _("제외 지역(%(closed)s)에 해당합니다(본점 %(here)s).")
        told = {"closed": named(demand.closed_regions, tongue.regions), "here": named([startup.region], tongue.regions)}
        yield "region", not shut, (unmet if shut else met) % told
    if demand.rivals:
        tied = bool(set(demand.rivals) & set(startup.ties))
        met = _("수요기업이 제외한 경쟁사와 배타적 계약 관계가 없습니다.")
        yield "condition", not tied, _("수요기업이 제외한 경쟁사와 배타적 계약 관계가 있습니다.") if tied else met


def _wishes(demand: Demand, startup: Startup, tongue: Tongue) -> Told:
    _ = tongue.say
    none = _("없음")
    shared = [code for code in demand.tech_fields if code in startup.tech_fields]
    if shared:
        yield "field", True, _("기술 분야가 겹칩니다(%(names)s).") % {"names": named(shared, tongue.fields)}
    else:
        asked, own = (named(codes, tongue.fields) or none for codes in (demand.tech_fields, startup.tech_fields))
        words = _("기술 분야가 겹치지 않습니다(수요 %(asked)s, 기업 %(own)s).")
        yield "field", False, words % {"asked": asked, "own": own}
    if demand.regions:
        inside = startup.region in demand.regions
        met = _("희망 지역(%(wanted)s)에 있습니다(본점 %(here)s).")
        unmet = _("희망 지역(%(wanted)s)에 있지 않습니다(본점 %(here)s).")
        told = {"wanted": named(demand.regions, tongue.regions), "here": named([startup.region], tongue.regions)}
        yield "region", inside, (met if inside else unmet) % told
    if demand.stages:
        inside = startup.stage in demand.stages
        met = _("희망 투자 단계(%(wanted)s)에 해당합니다(현재 %(own)s).")
        unmet = _("희망 투자 단계(%(wanted)s)에 해당하지 않습니다(현재 %(own)s).")
        yield "stage", inside, (met if inside else unmet) % {"wanted": "·".join(demand.stages), "own": startup.stage}
    if demand.certificates:
        have = [name for name in demand.certificates if name in startup.certificates]
        lack = [name for name in demand.certificates if name not in startup.certificates]
        if have:
            yield "condition", True, _("희망 인증(%(names)s)이 있습니다.") % {"names": "·".join(have)}
        if lack:
            yield "condition", False, _("희망 인증(%(names)s)이 없습니다.") % {"names": "·".join(lack)}
    if demand.collaboration_types:
        both = [code for code in demand.collaboration_types if code in startup.collaboration_wanted]
        if both:
            words = _("서로 원하는 협업 방식이 있습니다(%(names)s).")
            yield "collaboration", True, words % {"names": named(both, tongue.collaborations)}
        else:
            asked = named(demand.collaboration_types, tongue.collaborations)
            own = named(startup.collaboration_wanted, tongue.collaborations) or none
            words = _("협업 방식이 다릅니다(수요 %(asked)s, 기업 %(own)s).")
            yield "collaboration", False, words % {"asked": asked, "own": own}
