"""The match engine: quality against plain letter pairs on the public set, and time for a demand."""

from __future__ import annotations

import importlib.util
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from matching.matches.engine import Index, Question
from matching.matches.meaning import installed_model
from matching.matches.records import read_demands, read_startups
from matching.matches.vectors import startup_text

FOLDER = Path(__file__).parent / "matching"
DAY = date(2025, 3, 12)


@dataclass(frozen=True)
class Quality:
    """nDCG@10 of the floor, of the engine without its sentence model and with it (None where there is none)."""

    floor: float
    words: float
    full: float | None
    rank_ms: float

    def shown(self) -> list[str]:
        full = "–" if self.full is None else f"{self.full:.3f} (× {self.full / self.floor:.2f})"
        return ["matches, 12 × 60", f"{self.floor:.3f}", f"{self.words:.3f}", full, f"{self.rank_ms:.1f}"]


def measure() -> Quality:
    """All figures in one run; CPU time of a demand whose vectors are stored."""
    spec = importlib.util.spec_from_file_location("score", FOLDER / "score.py")
    assert spec and spec.loader
    score: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    grades = score.read_qrels(FOLDER / "qrels.tsv")
    demands, startups = read_demands(FOLDER / "demands.jsonl"), read_startups(FOLDER / "startups.jsonl")

    def mean(orders: list[list[str]]) -> float:
        pairs = zip(demands, orders, strict=True)
        return float(np.mean([score.ndcg(order, grades[demand.id], 10) for demand, order in pairs]))

    tfidf = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 2))
    table = tfidf.fit_transform([startup_text(startup) for startup in startups])
    likeness = (tfidf.transform([Question.of(demand).text for demand in demands]) @ table.T).toarray()
    floor = mean([[startups[place].id for place in np.argsort(-row, kind="stable")] for row in likeness])
    model = installed_model()
    found = []
    for embed in (None, model) if model else (None,):
        questions = [Question.of(demand, embed) for demand in demands]
        index = Index.build(startups, embed, questions)
        begin = time.process_time()
        found.append(mean([[one.startup for one in index.rank(question, 10, DAY)] for question in questions]))
        spent = (time.process_time() - begin) * 1000 / len(demands)
    return Quality(floor, found[0], found[1] if model else None, spent)
