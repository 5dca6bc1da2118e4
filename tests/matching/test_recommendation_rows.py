"""The row checker by itself: texts in, problems in words out. No database."""

import pytest

from matching.recommendations.cells import code_index
from matching.recommendations.rows import (
    COLUMNS,
    KOREAN,
    Entry,
    Existing,
    Known,
    Problem,
    columns_of,
    is_blank,
    judge,
    read,
)
from portal.kernel.errors import Invalid

CODES = code_index([("F05", ("로봇", "Robotics")), ("F06", ("빅데이터·AI", "Big data and AI"))])
REASON = "로봇 핸드의 정밀 제어 기술을 갖추고 있어 조립 공정의 케이블 체결 수요에 잘 맞으며 실증 경험도 풍부합니다."
GOOD = {
    "demand_no": "D2025-001",
    "business_no": "000-88-00013",
    "company": "테솔로",
    "representative": "김대표",
    "email": "ceo@tesollo.example",
    "phone": "010-1234-5678",
    "tech_fields": "로봇; F06",
    "trl": "6",
    "reason": REASON,
}
KNOWN = Known(demands={"D2025-001": "", "D2025-002": "마감된 수요입니다."})


def row(number=2, **changed):
    return read(number, GOOD | changed, codes=CODES)


def only(checked, column):
    """The one problem of a row, which is about the column."""
    assert [p.column for p in checked.problems] == [column], checked.problems
    assert checked.outcome == "error" and checked.entry is None
    return checked.problems[0].words


def judged(known=KNOWN, **changed):
    return judge([row(**changed)], known)[0]


def test_a_good_row_becomes_an_entry():
    found = judged(priority="3", consensus_note="전문가 3인이 찬성함")
    assert found.problems == () and found.warnings == () and found.outcome == "new"
    assert found.entry == Entry(
        demand_no="D2025-001", business_no="000-88-00013", company="테솔로", representative="김대표",
        email="ceo@tesollo.example", phone="010-1234-5678", reason=REASON, tech_fields=("F05", "F06"), trl=6,
        priority=3, consensus_note="전문가 3인이 찬성함",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("column", "text", "words"),
    [
        ("business_no", "123-45-67890", "검증번호"),
        ("business_no", "88-00013", "10자리"),
        ("demand_no", "D2025-777", "이 번호가 없습니다"),
        ("demand_no", "D2025-002", "마감된"),
        ("demand_no", "", "비어 있습니다"),
        ("company", "", "비어 있습니다"),
        ("company", '=HYPERLINK("http://evil.example")', "이름만"),
        ("company", "＝1+1", "이름만"),
        ("company", "<script>alert(1)</script>", "이름만"),
        ("company", "가" * 121, "120자"),
        ("representative", "@김대표", "이름만"),
        ("email", "ceo(at)tesollo", "이메일"),
        ("email", "a@b.example, c@d.example", "이메일"),
        ("email", "x" * 250 + "@a.example", "이메일"),
        ("phone", "12345", "전화번호"),
        ("tech_fields", "로봇; 연금술", "연금술"),
        ("tech_fields", ";", "기술분야"),
        ("trl", "0", "1부터 9"),
        ("trl", "10", "1부터 9"),
        ("trl", "4.5", "1부터 9"),
        ("trl", "높음", "1부터 9"),
        ("reason", "짧습니다.", "지금 5자"),
        ("reason", "가" * 49, "지금 49자"),
        ("reason", "가" * 2001, "2,001자"),
        ("priority", "0", "1부터 99"),
        ("priority", "100", "1부터 99"),
        ("consensus_note", "가" * 2001, "2,000자"),
    ],
)
def test_what_is_wrong_is_said_in_words(column, text, words):
    assert words in only(judged(**{column: text}), column)


@pytest.mark.parametrize(
    ("column", "text", "kept"),
    [
        ("business_no", "０００－８８－０００１３", "000-88-00013"),
        ("business_no", "0008800013", "000-88-00013"),
        ("demand_no", " d2025–001 ", "D2025-001"),
        ("email", "CEO@Tesollo.example", "ceo@tesollo.example"),
        ("phone", "０１０ 1234 5678", "010-1234-5678"),
        ("tech_fields", "big data and ai， 로봇", ("F05", "F06")),
        ("trl", "TRL ７", 7),
        ("trl", "6.0", 6),
        ("priority", "９", 9),
        ("reason", "가" * 50, "가" * 50),
        ("reason", "가" * 2000, "가" * 2000),
        ("reason", "=1+1 " + REASON, "=1+1 " + REASON),
        ("reason", "<b>" + REASON, "<b>" + REASON),
        ("reason", REASON + "\r\n둘째 줄\x00", REASON + "\n둘째 줄"),
        ("company", "테\n솔로  주식회사", "테 솔로 주식회사"),
    ],
)
def test_what_people_type_is_understood(column, text, kept):
    found = judged(**{column: text})
    assert found.problems == ()
    assert getattr(found.entry, column) == kept


def test_all_problems_of_a_row_come_together():
    found = judged(demand_no="D2025-777", business_no="123-45-67890", reason="짧음", trl="")
    assert {p.column for p in found.problems} == {"demand_no", "business_no", "reason", "trl"}


def test_the_same_startup_twice_for_one_demand():
    first, second, other = judge(
        [row(2), row(5, business_no="０００８８０００１３", company="Tesollo"), row(6, demand_no="D2025-002")], KNOWN
    )
    assert first.outcome == "new"
    assert "2행" in only(second, "business_no")
    assert [p.column for p in other.problems] == ["demand_no"]


def test_unchanged_changed_and_locked():
    entry = row().entry
    key = (entry.demand_no, entry.business_no)
    open_ = Known(demands=KNOWN.demands, existing={key: Existing(entry)})
    assert judged(open_).outcome == "unchanged"
    assert judged(open_, priority="1").outcome == "changed"
    locked = Known(demands=KNOWN.demands, existing={key: Existing(entry, "이미 제출되었습니다.")})
    assert judged(locked).outcome == "unchanged"
    assert only(judged(locked, trl="7"), "business_no") == "이미 제출되었습니다."


def test_another_registered_name_is_a_warning_that_does_not_say_it():
    known = Known(demands=KNOWN.demands, names={"000-88-00013": "주식회사 비밀이름"})
    found = judged(known)
    assert found.outcome == "new" and len(found.warnings) == 1
    assert "비밀이름" not in found.warnings[0]
    assert judged(known, company="㈜비밀 이름").warnings == ()


def test_a_number_of_somebody_who_is_no_startup():
    known = Known(demands=KNOWN.demands, others=frozenset({"000-88-00013"}))
    assert "스타트업이 아닌" in only(judged(known), "business_no")


def test_headers_in_korean_and_english():
    korean = [KOREAN[c.name] for c in COLUMNS]
    assert columns_of(korean) == [c.name for c in COLUMNS]
    assert columns_of(["Demand_No", "business no", "COMPANY", "representative", "e-mail", "연락처*", "tech_fields",
                       "trl", "추천 사유", "과제명", "오류"])[:5] == [
        "demand_no", "business_no", "company", "representative", "email"]  # fmt: skip
    for header, words in (
        (korean[:-3], "필요한 열이 없습니다: 추천사유"),
        ([*korean, "비고"], "비고"),
        ([*korean, "company"], "두 번"),
    ):
        with pytest.raises(Invalid, match=words):
            columns_of(header)


def test_untouched_lines_of_the_template_are_no_rows():
    assert is_blank({"demand_no": "D2025-001", "company": "  "})
    assert not is_blank({"demand_no": "D2025-001", "company": "테솔로"})


def test_each_copy_of_a_row_is_named():
    rows = [row(n + 2, business_no="000-88-00013", company=f"기업{n}") for n in range(1000)]
    found = judge(rows, KNOWN)
    assert sum(1 for r in found if r.problems) == 999
    assert all(isinstance(p, Problem) for r in found for p in r.problems)
