"""A hundred thousand startups and a thousand demands of believable form: the sentences of `bench/matching`, halves of
them put together anew, with other figures. Vectors are made up (what all texts have in common, and chance): the time
of the sentence model is not what is measured with them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from matching.matches.grammar import sentences
from matching.matches.meaning import WIDTH, Floats
from matching.matches.reasons import FIELDS, REGIONS
from matching.matches.records import Demand, Startup, read_demands, read_startups
from matching.matches.vectors import Question, StartupVectors, digest, passages

FOLDER = Path(__file__).parent / "matching"
COMMON = 0.85
"""How much of a vector all texts share: two sentences of the real model have a cosine of about 0.8."""
_DIGITS = re.compile(r"\d+")


class Mixed:
    """Sentences made of the first half of one and the second half of another."""

    def __init__(self, texts: Sequence[str], chance: random.Random) -> None:
        halves = [sentence.split() for text in texts for sentence in sentences(text)]
        self.heads = [" ".join(words[: len(words) // 2]) for words in halves]
        self.tails = [" ".join(words[len(words) // 2 :]) for words in halves]
        self.chance = chance

    def one(self) -> str:
        pick = self.chance.choice
        whole = f"{pick(self.heads)} {pick(self.tails)}".strip()
        return _DIGITS.sub(lambda found: str(self.chance.randrange(1, 2 * int(found.group()) + 2)), whole)

    def some(self, low: int, high: int) -> str:
        return " ".join(self.one() for _ in range(self.chance.randint(low, high)))


def startups(count: int) -> list[Startup]:
    """As many as asked, always the same."""
    chance, known = random.Random(1), read_startups(FOLDER / "startups.jsonl")
    short, long = (Mixed(texts, chance) for texts in ([s.summary for s in known], [s.technology for s in known]))
    made = []
    for number in range(count):
        like, named = chance.choice(known), chance.choice(known)
        made.append(
            replace(
                like,
                id=f"S{number:06d}",
                summary=short.one()[:200],
                technology=long.some(2, 4),
                tech_fields=tuple(chance.sample(sorted(FIELDS), chance.choice([1, 1, 2]))),
                region=chance.choice(sorted(REGIONS)[:17]),
                founded=date(chance.randint(2012, 2024), chance.randint(1, 12), chance.randint(1, 28)),
                products=named.products[:1],
                ip=named.ip[:1],
            )
        )
    return made


def demands(count: int) -> list[Demand]:
    """As many as asked: two sentences of what is wanted, and now and then one of what is not."""
    chance, known = random.Random(2), read_demands(FOLDER / "demands.jsonl")
    problems = Mixed([demand.problem for demand in known], chance)
    made = []
    for number in range(count):
        like, wanted, asked = (chance.choice(known) for _ in range(3))
        made.append(
            replace(
                like,
                id=f"D{number:04d}",
                title=f"{asked.title}"[:120],
                problem=problems.some(2, 4),
                scope=wanted.scope,
                required_spec=asked.required_spec,
                tech_fields=tuple(chance.sample(sorted(FIELDS), chance.choice([1, 2]))),
            )
        )
    return made


def chance_vectors(count: int, seed: int) -> Floats:
    """Vectors of length 1 that lie as near to each other as sentences do: shape (count, WIDTH)."""
    middle = np.random.default_rng(0).standard_normal(WIDTH, np.float32)
    own = np.random.default_rng(seed).standard_normal((count, WIDTH), np.float32)
    for row in (middle[None], own):
        row /= np.linalg.norm(row, axis=1, keepdims=True)
    own *= np.float32((1 - COMMON**2) ** 0.5)
    own += np.float32(COMMON) * middle
    own /= np.linalg.norm(own, axis=1, keepdims=True)
    return own


def vectors_of(made: Sequence[Startup]) -> StartupVectors:
    """Made-up vectors, in the form in which the product stores them."""
    texts = [passages(startup) for startup in made]
    starts = np.concatenate([[0], np.cumsum([len(part) for part in texts])]).astype(np.int64)
    rows = np.empty((int(starts[-1]), WIDTH), np.float16)
    for begin in range(0, len(rows), 8192):
        rows[begin : begin + 8192] = chance_vectors(len(rows[begin : begin + 8192]), begin + 1)
    return StartupVectors([digest(part) for part in texts], starts, rows)


def questions_of(made: Sequence[Demand]) -> Iterator[Question]:
    for number, demand in enumerate(made):
        question = Question.of(demand)
        count = 1 + len(question.wanted) + len(question.unwanted)
        yield replace(question, vectors=chance_vectors(count, 10_000_000 + number))
