"""In which order the web fonts' letters are cut into slices: the portal's own most frequent syllables first.

The order lies in `letters.txt` and is renewed only on purpose (`python -m portal.devstack.letters`): counting at
every set-up would cut the fonts anew, and make every browser fetch them anew, whenever a text changes.
"""

from __future__ import annotations

import sysconfig
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from portal.devstack.places import ROOT

ORDER = Path(__file__).with_name("letters.txt")
FOLDERS = ("templates", "portal", "programs", "matching", "agreements")
KINDS = {".html", ".txt", ".py", ".csv", ".po"}
FIRST, SECOND, FURTHER, RARE = 320, 180, 64, 200
"""Syllables in the first slice (with Latin letters), the second, each further one, and each of the fallback font.

Few in the middle, because one rare syllable in a name brings a whole slice with it; more among the syllables that
Korean hardly has, where slices would outnumber their uses.
"""


def is_hangul(code: int) -> bool:
    return 0xAC00 <= code <= 0xD7A3


def texts() -> Iterator[str]:
    """What the portal says: its own sources, and its libraries' Korean catalogues."""
    for name in FOLDERS:
        for path in sorted((ROOT / name).rglob("*")):
            if path.suffix in KINDS and path != ORDER and "tests" not in path.parts:
                yield path.read_text(encoding="utf-8")
    packages = Path(sysconfig.get_paths()["purelib"])
    for name in ("django", "allauth"):
        for path in sorted((packages / name).rglob("locale/ko/LC_MESSAGES/django.po")):
            yield path.read_text(encoding="utf-8")


def counted(pages: Iterable[str]) -> str:
    """The syllables of the texts, most frequent first."""
    found: Counter[str] = Counter()
    for page in pages:
        found.update(letter for letter in page if is_hangul(ord(letter)))
    return "".join(letter for letter, _ in sorted(found.items(), key=lambda item: (-item[1], item[0])))


def plan(order: str, available: set[int]) -> list[list[int]]:
    """Which letters of the main font go into which slice: each in exactly one.

    First what every page has: Latin letters, digits, common signs, the first syllables.
    """
    available = {code for code in available if not is_private(code)}
    known = [ord(letter) for letter in order if ord(letter) in available]
    hangul = known + sorted({code for code in available if is_hangul(code)} - set(known))
    basic = sorted(code for code in available if is_basic(code))
    signs = sorted(available - set(hangul) - set(basic))
    middle = hangul[FIRST : FIRST + SECOND]
    parts = [basic + hangul[:FIRST], middle, *pieces(hangul[FIRST + SECOND :], FURTHER), *pieces(signs, RARE)]
    return [part for part in parts if part]


def plan_rare(missing: set[int]) -> list[list[int]]:
    """Slices of the fallback font: only what the main font lacks, neighbours together."""
    hangul = sorted(code for code in missing if is_hangul(code))
    signs = sorted(code for code in missing if not is_hangul(code) and not is_private(code))
    return [*pieces(hangul, RARE), *pieces(signs, RARE)]


def is_basic(code: int) -> bool:
    """ASCII, the signs after it (· ° ± ×), dashes and quotation marks, ₩ and →."""
    return code < 0xC0 or code in (0xD7, 0xF7, 0x20A9, 0x2192) or 0x2010 <= code <= 0x2027


def is_private(code: int) -> bool:
    """Letters without a meaning outside the font."""
    return 0xE000 <= code <= 0xF8FF or code >= 0xF0000


def pieces(codes: list[int], size: int) -> list[list[int]]:
    return [codes[start : start + size] for start in range(0, len(codes), size)]


def ranges(codes: Iterable[int]) -> str:
    """CSS's unicode-range: U+AC00-AC02,U+B098."""
    runs: list[list[int]] = []
    for code in sorted(codes):
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return ",".join(f"U+{first:X}" if first == last else f"U+{first:X}-{last:X}" for first, last in runs)


if __name__ == "__main__":
    ORDER.write_text(counted(texts()) + "\n", encoding="utf-8")
