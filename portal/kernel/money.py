"""Money: whole Korean won, written out the way Korean documents write it.

Amounts are integers everywhere; a float never becomes money, and a share such as 70 % is compared with
whole-number arithmetic, so that nobody can argue about the last won.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Literal, Self

from django.utils.translation import get_language

Percent = int | Decimal | Fraction
"""A share in per cent, exact: 70, Decimal("33.3"), Fraction(200, 3). Never a float."""

_DIGITS = ("", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구")
_PLACES = ("", "십", "백", "천")
_MYRIADS = ("", "만", "억", "조", "경")
_TOO_LARGE_FOR_WORDS = 10 ** (4 * len(_MYRIADS))


class Won(int):
    """An amount in whole won. It counts like the integer it is; sums of it are plain integers again.

    Raises TypeError for a float, a Decimal, a bool or a text: whoever rounds must do so on purpose, before.
    """

    __slots__ = ()

    def __new__(cls, amount: int = 0, /) -> Self:
        if not isinstance(amount, int) or isinstance(amount, bool):
            raise TypeError(f"Won takes a whole number of won, not {type(amount).__name__}")
        return super().__new__(cls, amount)

    def __repr__(self) -> str:
        return f"Won({int(self):_})"

    def format(self, language: Literal["ko", "en"] | None = None) -> str:
        """For screens and lists: "200,000,000원" or "KRW 200,000,000"; below zero "-1,000원", "-KRW 1,000".

        In the language given, else in the reader's.
        """
        sign, amount = ("-" if self < 0 else ""), f"{abs(int(self)):,}"
        return f"{sign}KRW {amount}" if (language or get_language()) == "en" else f"{sign}{amount}원"

    def words(self) -> str:
        """The amount in Hangul, every 일 written: 113,560 is "일십일만삼천오백육십원", 0 is "영원".

        Without its 일, "십만원" could be lengthened by hand to "이십만원"; documents therefore spell it out.
        Raises ValueError below zero and from 10^20 on: no document states such an amount.
        """
        if not 0 <= self < _TOO_LARGE_FOR_WORDS:
            raise ValueError(f"{int(self)} won can't be written in words")
        groups: list[str] = []
        rest = int(self)
        for myriad in _MYRIADS:
            rest, group = divmod(rest, 10_000)
            if group:
                groups.append(_group_in_words(group) + myriad)
        return ("".join(reversed(groups)) or "영") + "원"

    def document(self) -> str:
        """For official documents: "금200,000,000원(금이억원)" (source: domain.md section 4)."""
        return f"금{int(self):,}원(금{self.words()})"

    def contract(self) -> str:
        """For contracts: "금 이억원정" (source: domain.md section 4)."""
        return f"금 {self.words()}정"


def _group_in_words(group: int) -> str:
    """1 to 9,999 in Hangul: 3560 is "삼천오백육십"."""
    return "".join(
        _DIGITS[int(digit)] + _PLACES[place]
        for place, digit in zip(reversed(range(4)), f"{group:04d}", strict=True)
        if digit != "0"
    )


CAP_PER_STARTUP = Won(200_000_000)
"""Most that one startup gets in collaboration funds in one programme, over all its agreements.

[fact] for the amount, [ours] for "per programme". A programme may set less, the database refuses more.
"""


def share_at_most(total: int, percent: Percent) -> Won:
    """The largest whole amount that is at most `percent` of `total`: 20 % of 285,714,286 is 57,142,857.

    For rules that cap a share (government, own kind). `amount <= share_at_most(total, p)` is exactly
    `amount / total <= p %`. Raises ValueError for a negative total or a share outside 0–100.
    """
    exact = _not_negative(total) * _share(percent)
    return Won(exact.numerator // exact.denominator)


def share_at_least(total: int, percent: Percent) -> Won:
    """The smallest whole amount that is at least `percent` of `total`: 10 % of 285,714,286 is 28,571,429.

    For rules that ask for a share (own cash). `amount >= share_at_least(total, p)` is exactly
    `amount / total >= p %`. Raises ValueError for a negative total or a share outside 0–100.
    """
    exact = _not_negative(total) * _share(percent)
    return Won(-(-exact.numerator // exact.denominator))


def total_at_least(part: int, percent: Percent) -> Won:
    """The smallest total of which `part` is at most `percent`: 200,000,000 at 70 % needs 285,714,286.

    Raises ValueError for a negative part or a share outside 0–100, and for 0 % of something: no total is enough.
    """
    share = _share(percent)
    if not _not_negative(part):
        return Won(0)
    if not share:
        raise ValueError("no total is large enough for a share of 0 %")
    exact = part / share
    return Won(-(-exact.numerator // exact.denominator))


def _share(percent: Percent) -> Fraction:
    """`percent` as an exact fraction of one. A float is refused, for 0.1 is not a tenth."""
    if isinstance(percent, bool) or not isinstance(percent, int | Decimal | Fraction):
        raise TypeError(f"a share is a whole number, a Decimal or a Fraction, not {type(percent).__name__}")
    share = Fraction(percent) / 100
    if not 0 <= share <= 1:
        raise ValueError(f"a share lies between 0 and 100 per cent, not {percent}")
    return share


def _not_negative(amount: int) -> int:
    """Only whole, non-negative amounts have shares."""
    if Won(amount) < 0:
        raise ValueError(f"a share of a negative amount: {amount}")
    return amount
