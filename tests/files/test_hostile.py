"""Hostile files stay out, each quickly and in little memory."""

import time
import tracemalloc
import zipfile

import pytest

from tests import proofs
from tests.files.hostile import HOSTILE, Content, huge_directory
from tests.files.test_checks import refusal

HEAVY = [name for name, (_, content, _code) in HOSTILE.items() if callable(content)]


def made(content: Content) -> bytes:
    return content() if callable(content) else content


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_files_stay_out(case: str) -> None:
    name, content, code = HOSTILE[case]
    assert refusal(name, made(content)) == code


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
