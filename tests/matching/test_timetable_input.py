"""The timetable engine's input and its command."""

import io
import json
import subprocess
import sys

import pytest

from bench.meetup.check import check
from bench.meetup.generate import generate
from matching.meetups import engine
from matching.meetups.timetabling.instance import BadInstanceError, parse
from tests import proofs
from tests.matching.test_timetabling import ONE, TABLE, TWICE

GOOD = {
    **ONE, "corporations": [TABLE, TABLE], "startups": [TWICE, TWICE],
    "requests": [{"corporation": 0, "startup": 0, "grade": 3}, {"corporation": 0, "startup": 1, "grade": 3}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"slots": -1}, "slots must be a whole number"),
        ({"slots": "8"}, "slots must be a whole number"),
        ({"slots": True}, "slots must be a whole number"),
        ({"rooms": {}}, "rooms must be a list"),
        ({"corporations": [3]}, r"corporations\[0\]: must be an object"),
        ({"corporations": [TABLE | {"room": 1}]}, r"corporations\[0\]: room"),
        ({"startups": [TWICE | {"absent": [2]}]}, r"startups\[0\]: absent"),
        ({"requests": [{"corporation": 0, "startup": 9, "grade": 1}]}, r"requests\[0\]: startup"),
        ({"requests": [{"corporation": 0, "startup": 0, "grade": 6}]}, "grade"),
        ({"requests": None}, "requests must be a list"),
        ({"from_slot": 3}, "from_slot"),
        ({"locked": [{"request": 7, "slot": 0}]}, "request"),
        ({"locked": [{"request": 0, "slot": 0}, {"request": 0, "slot": 1}]}, "request 0 cannot stay in slot 0 and in"),
        (
            {"locked": [{"request": 0, "slot": 0}, {"request": 1, "slot": 0}]},
            r"requests \[0, 1\] contradict each other",
        ),
        ({"locked": [{"request": 0, "slot": 0}], "corporations": [TABLE | {"absent": [0]}]}, "corporation 0 is absent"),
        ({"locked": [{"request": 0, "slot": 0}], "from_slot": 1}, "lies before from_slot 1"),
        ({"published": [{"request": 0, "slot": 0}] * 2}, "stands there twice"),
    ],
)
def test_bad_instances_are_named(change, says):
    with pytest.raises(BadInstanceError, match=says):
        parse(GOOD | change)
    with pytest.raises(BadInstanceError):
        parse([])


def run(text, *options):
    return subprocess.run(
        [sys.executable, "-m", "matching.meetups.engine", *options],
        input=text, capture_output=True, text=True, cwd=proofs.ROOT, timeout=60,
    )  # fmt: skip


def test_the_command():
    raw = generate("small", 1)
    done = run(json.dumps(raw), "--first", "coverage", "--seed", "2", "--seconds", "20")
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert check(raw, printed) == printed["total"] and printed["left_out"] == 0
    bad = run('{"slots": 1}')
    assert bad.returncode == 2 and bad.stderr.startswith("bad instance:") and "Traceback" not in bad.stderr


@pytest.mark.parametrize("text", ["", "{", "[]", '{"slots": 1e999}', "[" * 100_000, b"\xff"])
def test_the_command_refuses_what_is_no_instance(text, monkeypatch, capsys):
    given = text if isinstance(text, bytes) else text.encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"))
    assert engine.main([]) == 2
    assert capsys.readouterr().err.startswith("bad instance:")


def test_the_engine_needs_no_django():
    code = "import sys, matching.meetups.engine; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=proofs.ROOT).returncode == 0
