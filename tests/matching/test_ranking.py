"""Decisions against the ranking."""

from hypothesis import given
from hypothesis import strategies as st

from matching.selections.ranking import REJECT, SELECT, WAIT, Choice, departures, proposed


def choices(*decisions, failed=()):
    return [Choice(str(i), i, i not in failed, d) for i, d in enumerate(decisions, 1)]


def test_what_the_ranking_proposes():
    rows = [
        Choice("a", 2, True),
        Choice("b", 1, True),
        Choice("c", 3, True),
        Choice("d", 4, False),
        Choice("e", None, False),
    ]
    assert proposed(rows, 2) == {"a": SELECT, "b": SELECT, "c": WAIT, "d": REJECT, "e": REJECT}
    assert proposed(rows, 9)["d"] == REJECT


def test_departures():
    assert departures(choices(SELECT, SELECT, WAIT, REJECT)) == set()
    assert departures(choices(SELECT, REJECT, REJECT)) == set()  # fewer places than wanted is no departure
    assert departures(choices(REJECT, SELECT, SELECT)) == {"1", "3"}
    assert departures(choices(SELECT, REJECT, WAIT)) == {"2", "3"}
    assert departures(choices(SELECT, SELECT, failed=[2])) == {"2"}
    assert departures([Choice("u", None, False, SELECT), *choices(SELECT, REJECT)]) == {"u"}
    tie = [Choice("x", 1, True, REJECT), Choice("y", 1, True, SELECT)]
    assert departures(tie) == set()


@given(st.lists(st.tuples(st.integers(1, 6) | st.none(), st.booleans()), max_size=8), st.integers(0, 8))
def test_the_ranking_never_departs_from_itself(rows, wanted):
    # As the engine gives them: whoever passed stands before whoever did not, and nobody passes without a rank.
    ranked = [
        Choice(str(i), None if r is None else r + (0 if p else 10), p and r is not None)
        for i, (r, p) in enumerate(rows)
    ]
    decisions = proposed(ranked, wanted)
    again = [Choice(c.key, c.rank, c.passed, decisions[c.key]) for c in ranked]
    assert departures(again) == set()
    assert list(decisions.values()).count(SELECT) == min(wanted, sum(c.passed for c in ranked))
