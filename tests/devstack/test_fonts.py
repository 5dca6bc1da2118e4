"""The plan of the font's slices; cutting them is part of the set-up itself."""

from pathlib import Path

import pytest

from portal.devstack import fonts, letters


def order() -> str:
    return letters.ORDER.read_text(encoding="utf-8").strip()


def test_the_order_names_each_syllable_once() -> None:
    assert len(set(order())) == len(order()) > letters.FIRST
    assert all(letters.is_hangul(ord(letter)) for letter in order())


def test_every_letter_is_in_exactly_one_slice() -> None:
    available = {*range(0x20, 0x250), *range(0xAC00, 0xD7A4), 0x20A9, 0x2192, 0x3131}
    parts = letters.plan(order(), available)
    assert sorted(code for part in parts for code in part) == sorted(available)
    rare = letters.plan_rare(available)
    assert sorted(code for part in rare for code in part) == sorted(available)


def test_the_first_slice_has_what_every_page_shows() -> None:
    first = set(letters.plan(order(), {*range(0x20, 0x250), *range(0xAC00, 0xD7A4)})[0])
    assert set(map(ord, "AZaz09.,()·로그인")) <= first


def test_letters_without_a_meaning_are_left_out() -> None:
    assert letters.plan(order(), {0x41, 0xE001, 0xF0001}) == [[0x41]]


def test_neighbours_share_a_range() -> None:
    assert letters.ranges([0xAC00, 0xAC02, 0xAC01, 0x41]) == "U+41,U+AC00-AC02"


def test_counting_puts_the_most_frequent_first() -> None:
    assert letters.counted(["나다가 나", "나가 abc"]) == "나가다"


def test_without_shared_memory_the_slices_are_cut_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container or chroot may refuse semaphores; the set-up is slower there, not broken."""

    def refused() -> None:
        raise PermissionError(13, "Permission denied")

    done: list[fonts.Slice] = []
    monkeypatch.setattr(fonts, "ProcessPoolExecutor", refused)
    monkeypatch.setattr(fonts, "cut", done.append)
    monkeypatch.setattr(fonts, "letters_of", lambda _: {0x41, 0xAC00})
    fonts.slice_all(tmp_path, tmp_path / "fonts")
    assert done
    assert (tmp_path / "fonts/fonts.css").read_text().count("@font-face") == len(done)
