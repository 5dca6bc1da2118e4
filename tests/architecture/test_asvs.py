"""docs/asvs.md: every requirement of levels 1 and 2 stands in it once, and every test that it names exists."""

import re
from collections import Counter
from pathlib import Path

from tests import proofs

ROOT = Path(proofs.ROOT)
PAGE = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (?P<ids>\d[\d., ]+) \| (?P<state>\w+|n/a) \| (?P<how>.+) \|$", re.MULTILINE)
# Section of ASVS 5.0.0 → how many of its requirements are of level 1 or 2: always the first ones.
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4,
    "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5,
    "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4,
    "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4,
    "17.3": 2,
}  # fmt: skip


def test_no_requirement_is_missing_or_twice():
    found = Counter(id for row in ROW.finditer(PAGE) for id in row["ids"].split(", "))
    needed = {f"{section}.{n}" for section, most in SECTIONS.items() for n in range(1, most + 1)}
    assert not needed - set(found), sorted(needed - set(found))
    assert not [id for id, times in found.items() if times > 1]


def test_every_row_says_how_it_stands():
    rows = list(ROW.finditer(PAGE))
    lines = [line for line in PAGE.splitlines() if re.match(r"\| \d", line)]
    assert len(rows) == len(lines) and {row["state"] for row in rows} == {"holds", "n/a", "open"}


def test_every_test_that_is_named_exists():
    named = re.findall(r"`([a-z]+/test_\w+)::(test_\w+)`", PAGE)
    assert len(named) > 80 and PAGE.count("::test_") == len(named)
    missing = [
        (file, test)
        for file, test in set(named)
        if not re.search(rf"^def {test}\(", (ROOT / "tests" / f"{file}.py").read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert not missing
