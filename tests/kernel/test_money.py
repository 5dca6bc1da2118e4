"""Money: written as Korean documents write it, shared out without losing a won."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.money import CAP_PER_STARTUP, Won, share_at_least, share_at_most, total_at_least

amounts = st.integers(min_value=0, max_value=10**15)
percents = st.integers(min_value=1, max_value=100) | st.decimals("0.01", "100", places=2)

WORTH = {"일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "칠": 7, "팔": 8, "구": 9}
PLACE = {"십": 10, "백": 100, "천": 1_000}
MYRIAD = {"만": 10**4, "억": 10**8, "조": 10**12, "경": 10**16}


def read_aloud(words: str) -> int:
    """The reverse of Won.words, written from the way one reads Hangul numbers."""
    total = group = digit = 0
    for letter in words.removesuffix("원"):
        if letter in WORTH:
            digit = WORTH[letter]
        elif letter in PLACE:
            group, digit = group + digit * PLACE[letter], 0
        elif letter in MYRIAD:
            total, group, digit = total + (group + digit) * MYRIAD[letter], 0, 0
    return total + group + digit


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "영원"),
        (1, "일원"),
        (10, "일십원"),
        (10_000, "일만원"),
        (113_560, "일십일만삼천오백육십원"),
        (200_000_000, "이억원"),
        (100_000_001, "일억일원"),
        (285_714_286, "이억팔천오백칠십일만사천이백팔십육원"),
        (1_000_000_000_000, "일조원"),
    ],
)
def test_words_spell_out_every_digit(amount: int, words: str) -> None:
    assert Won(amount).words() == words


@given(st.integers(min_value=1, max_value=10**20 - 1))
def test_words_can_be_read_back(amount: int) -> None:
    assert read_aloud(Won(amount).words()) == amount


def test_forms_of_the_cap() -> None:
    assert CAP_PER_STARTUP.format() == "200,000,000원"
    assert CAP_PER_STARTUP.format("en") == "KRW 200,000,000"
    assert CAP_PER_STARTUP.document() == "금200,000,000원(금이억원)"
    assert CAP_PER_STARTUP.contract() == "금 이억원정"
    assert Won(113_560).document() == "금113,560원(금일십일만삼천오백육십원)"


def test_a_debt_is_shown_but_never_spelled() -> None:
    assert Won(-1_000).format() == "-1,000원"
    assert Won(-1_000).format("en") == "-KRW 1,000"
    with pytest.raises(ValueError, match="words"):
        Won(-1).words()
    with pytest.raises(ValueError, match="words"):
        Won(10**20).words()


@pytest.mark.parametrize("amount", [1.0, Decimal(1), "1", True, None])
def test_only_whole_numbers_become_money(amount: object) -> None:
    with pytest.raises(TypeError):
        Won(amount)  # type: ignore[arg-type]


def test_the_published_example() -> None:
    """200,000,000 at 70 % of the total, cash at least 10 %, kind at most 20 % (domain.md, Funding)."""
    total = total_at_least(200_000_000, 70)
    assert total == 285_714_286
    assert share_at_least(total, 10) == 28_571_429
    assert share_at_most(total, 20) == 57_142_857


@given(amounts, percents)
def test_shares_are_the_exact_bounds_of_the_inequality(total: int, percent: int | Decimal) -> None:
    most, least = share_at_most(total, percent), share_at_least(total, percent)
    exact = Fraction(percent) * total
    assert most * 100 <= exact < (most + 1) * 100
    assert (least - 1) * 100 < exact <= least * 100


@given(amounts, percents)
def test_the_total_is_the_smallest_that_is_enough(part: int, percent: int | Decimal) -> None:
    total = total_at_least(part, percent)
    assert share_at_most(total, percent) >= part
    assert total == 0 or share_at_most(total - 1, percent) < part


@pytest.mark.parametrize("share", [share_at_most, share_at_least, total_at_least])
def test_shares_refuse_floats_and_nonsense(share: object) -> None:
    assert callable(share)
    for amount, percent in [(100, 0.1), (1.5, 10), (100, True)]:
        with pytest.raises(TypeError):
            share(amount, percent)
    for amount, percent in [(100, 101), (100, -1), (-1, 10)]:
        with pytest.raises(ValueError, match=r"share"):
            share(amount, percent)


def test_nothing_is_a_share_of_any_total() -> None:
    assert total_at_least(0, 0) == 0
    with pytest.raises(ValueError, match="0 %"):
        total_at_least(1, 0)
