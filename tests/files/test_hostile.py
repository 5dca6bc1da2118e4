"""Hostile files stay out, each quickly and in little memory."""

import io
import time
import tracemalloc
import zipfile
from contextlib import suppress

import pytest

from portal.files.refusal import RefusedFile
from tests import proofs
from tests.files import samples
from tests.files.hostile import HOSTILE, WORDS, Content, huge_directory, part
from tests.files.quine import quine
from tests.files.test_checks import look, refusal

HEAVY = [name for name, (_, content, _code) in HOSTILE.items() if callable(content)]


def made(content: Content) -> bytes:
    return content() if callable(content) else content


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_files_stay_out(case: str) -> None:
    name, content, code = HOSTILE[case]
    assert refusal(name, made(content)) == code


def test_the_zip_that_contains_itself_does() -> None:
    content = quine()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        [inner] = archive.infolist()
        assert archive.read(inner) == content


def test_there_are_enough_of_them() -> None:
    assert len(HOSTILE) >= 60


@pytest.mark.parametrize("case", ["bomb", "nested bomb", "pdf with packed bomb", "csv of one line"])
def test_bombs_are_refused_in_little_memory(case: str) -> None:
    name, content, code = HOSTILE[case]
    sent = made(content)
    tracemalloc.start()
    try:
        assert refusal(name, sent) == code
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


def test_a_huge_directory_is_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    content = huge_directory()
    monkeypatch.setattr(zipfile, "ZipFile", None)
    assert refusal("a.docx", content) == "file_damaged"


ALMOST = {
    "cells that nearly call a program": ("a.csv", b",=a|\n" * 1_000_000),
    "quotes": ("a.csv", (b'"' * 200_000 + b"\n") * 20),
    "blank lines": ("a.csv", b"a,b\n" + b"\n" * 4_000_000),
    "files that aren't": ("a.pdf", samples.pdf(b"/EF 1" + b"/EF" * 1_000_000)),
    "escaped names": ("a.pdf", samples.pdf(b"/#41#42#43" * 400_000)),
    "streams that are none": ("a.pdf", samples.pdf(b"stream\n" * 600_000)),
    "remarks": ("a.hwpx", samples.hwpx(Scripts__a=b"function a(){//" * 60_000)),
    "declarations": ("a.docx", part("word/a.xml", b"<?xml " + b"encoding" * 120_000)),
    "fields": ("a.docx", part("word/a.xml", f"<a {WORDS}>{'<w:instrText>PAGE</w:instrText>' * 20_000}</a>".encode())),
}


@pytest.mark.parametrize("case", ALMOST)
def test_what_is_nearly_hostile_costs_little(case: str) -> None:
    """No pattern looks at the same bytes again and again."""
    name, content = ALMOST[case]
    start = time.process_time()
    with suppress(RefusedFile):
        look(name, content)
    assert time.process_time() - start < 3  # 0.01 to 0.5 s on a quiet machine, minutes where a pattern isn't linear


def measured(case: str) -> tuple[float, float]:
    """CPU in milliseconds, and in megabytes what checking held besides the file at its peak."""
    name, content, code = HOSTILE[case]
    sent = made(content)
    start = time.process_time()
    assert refusal(name, sent) == code
    taken = time.process_time() - start
    tracemalloc.start()
    try:
        refusal(name, sent)
        return taken * 1000, tracemalloc.get_traced_memory()[1] / 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.prove
def test_time_and_memory_of_each() -> None:
    refusal("a.pdf", b"x")  # what the first of all loads
    found = {case: measured(case) for case in HOSTILE}
    slowest = max(found, key=lambda case: found[case][0])
    largest = max(found, key=lambda case: found[case][1])
    proofs.record(
        "Hostile files",
        **{
            "files": len(found),
            "accepted": 0,
            "slowest (ms CPU)": round(found[slowest][0], 1),
            "which was": slowest,
            "largest (MB besides the file)": round(found[largest][1], 1),
            "which is": largest,
        },
    )
    assert found[slowest][0] <= 200 and found[largest][1] <= 100
