"""Hostile files stay out, each quickly and in little memory."""

import json
import subprocess
import sys
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


MEASURE = """
import io, json, os, resource, sys, time
os.environ["PORTAL_MODE"] = "test"
import django
django.setup()
from portal.files.checks import KINDS, inspect
from portal.files.refusal import RefusedFile
name, content = sys.argv[1], sys.stdin.buffer.read()
stream, everything = io.BytesIO(content), frozenset(KINDS)
code = ""
with open("/proc/self/clear_refs", "w") as peak: peak.write("5")
def memory(what): return next(int(l.split()[1]) for l in open("/proc/self/status") if l.startswith(what))
before, start = memory("VmRSS"), time.process_time()
try: inspect(name, stream, len(content), everything)
except RefusedFile as refusal: code = refusal.code
print(json.dumps([code, (time.process_time() - start) * 1000, (memory("VmHWM") - before) / 1024]))
"""


@pytest.mark.prove
def test_time_and_memory_of_each() -> None:
    """Every file in a process of its own: CPU and the memory that checking it added at its peak."""
    found: dict[str, tuple[str, float, float]] = {}
    for case, (name, content, _code) in HOSTILE.items():
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", MEASURE, name.replace("\0", "\u2400")],
            input=made(content), capture_output=True, check=True,
        )  # fmt: skip
        found[case] = tuple(json.loads(done.stdout))
    slowest = max(found, key=lambda case: found[case][1])
    largest = max(found, key=lambda case: found[case][2])
    proofs.record(
        "Hostile files",
        **{
            "guard": "up",
            "files": len(found),
            "accepted": sum(not code for code, _, _ in found.values()),
            "slowest (ms CPU)": round(found[slowest][1], 1),
            "which was": slowest,
            "largest (MB above the file)": round(found[largest][2], 1),
            "which is": largest,
        },
    )
    assert not [case for case, (code, _, _) in found.items() if not code]
    assert found[slowest][1] <= 200 and found[largest][2] <= 100
