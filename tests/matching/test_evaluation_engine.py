"""The figures of an evaluation, from first principles."""

import random
import statistics
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.evaluations import engine
from matching.evaluations.engine import Criterion, Entry, SheetScores

CRITERIA = [
    Criterion("fit", "적합성", 30),
    Criterion("technology", "기술성", 30),
    Criterion("business", "사업성", 20),
    Criterion("capability", "역량", 20),
]
CODES = [c.code for c in CRITERIA]
scores = st.integers(0, 100)
sheets = st.fixed_dictionaries({c: st.none() | scores for c in CODES}).filter(
    lambda s: any(v is not None for v in s.values())
)


def entry(name: str, *rows: dict) -> Entry:
    return Entry(name, tuple(SheetScores(f"{name}{i}", row) for i, row in enumerate(rows)))


def flat(value: int) -> dict:
    return dict.fromkeys(CODES, value)


def test_total_by_hand():
    given_scores = {"fit": 80, "technology": 90, "business": 70, "capability": 60}
    assert engine.total(CRITERIA, given_scores) == Decimal("77.00")
    without = given_scores | {"capability": None}  # (2400 + 2700 + 1400) / 80
    assert engine.total(CRITERIA, without) == Decimal("81.25")
    assert engine.total(CRITERIA, dict.fromkeys(CODES)) is None


def test_half_up_and_spread_by_hand():
    assert engine.two_decimals(Fraction(5, 1000)) == Decimal("0.01")
    assert engine.mean([Decimal("80.00"), Decimal("80.01")]) == Decimal("80.01")
    assert engine.spread([Decimal(80), Decimal(90)]) == Decimal("7.07")
    assert engine.spread([Decimal(80)]) is None
    with pytest.raises(ValueError):
        engine.two_decimals(Fraction(-1, 3))


@given(st.lists(scores.map(Decimal), min_size=2, max_size=9))
def test_mean_and_spread_agree_with_another_arithmetic(values):
    cents = Decimal("0.01")
    exact = Fraction(sum(values)) / len(values)
    assert engine.mean(values) == (Decimal(exact.numerator) / exact.denominator).quantize(cents, ROUND_HALF_UP)
    assert abs(engine.spread(values) - Decimal(statistics.stdev(map(float, values)))) <= Decimal("0.00501")


@given(sheets)
def test_total_lies_between_lowest_and_highest(row):
    given_scores = [v for v in row.values() if v is not None]
    assert min(given_scores) <= engine.total(CRITERIA, row) <= max(given_scores)


@given(st.lists(st.lists(sheets, max_size=4), min_size=1, max_size=6), st.integers(0, 100))
def test_ranks_and_order_independence(table, mark):
    entries = [entry(f"a{i}", *rows) for i, rows in enumerate(table)]
    found = engine.figures(CRITERIA, mark, entries)
    ranked = sorted((f for f in found if f.rank), key=lambda f: f.rank)
    assert [f.mean for f in ranked] == sorted((f.mean for f in ranked), reverse=True)
    assert all((f.rank is None) == (f.mean is None) == (f.sheets == 0) for f in found)
    assert all(f.passed == (f.mean is not None and f.mean >= mark) for f in found)
    assert not ranked or ranked[0].rank == 1
    shuffled = entries[:]
    random.Random(1).shuffle(shuffled)
    again = engine.figures(CRITERIA, mark, shuffled)
    assert sorted(again, key=lambda f: f.application) == sorted(found, key=lambda f: f.application)
    assert engine.digest(engine.frozen(CRITERIA, mark, entries, found)) == engine.digest(
        engine.frozen(CRITERIA, mark, shuffled, again)
    )


def test_ties_by_fit_then_technology():
    first = entry("first", {"fit": 90, "technology": 70, "business": 80, "capability": 80})
    second = entry("second", {"fit": 80, "technology": 80, "business": 80, "capability": 80})
    third = entry("third", {"fit": 80, "technology": 70, "business": 90, "capability": 85})
    twin = entry("twin", {"fit": 80, "technology": 80, "business": 80, "capability": 80})
    found = {f.application: f for f in engine.figures(CRITERIA, 60, [third, twin, second, first])}
    assert {f.mean for f in found.values()} == {Decimal("80.00")}
    assert {name: f.rank for name, f in found.items()} == {"first": 1, "second": 2, "twin": 2, "third": 4}


def test_any_change_changes_the_hash():
    entries = [entry("a", flat(80)), entry("b", flat(70))]
    found = engine.figures(CRITERIA, 60, entries)
    before = engine.digest(engine.frozen(CRITERIA, 60, entries, found))
    assert before != engine.digest(engine.frozen(CRITERIA, 61, entries, found))
    other = [entry("a", flat(81)), entry("b", flat(70))]
    assert before != engine.digest(engine.frozen(CRITERIA, 60, other, found))
    with pytest.raises(TypeError):
        engine.canonical({"x": 1j})
