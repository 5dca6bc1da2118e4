"""Where startups and demands lie among the vectors, seen from the middle of what they have in common."""

from collections.abc import Sequence

import numpy as np

from matching.matches.meaning import Embedder, Floats, centred, vectors
from matching.matches.records import Startup
from matching.matches.vectors import Question, StartupVectors, startup_sentences

ENOUGH_DEMANDS = 8
"""With fewer, the middle of what demands have in common is filled up from startups' sentences."""
SAMPLE, FILLING = 4096, 128
"""Sentences that stand for all; sentences that fill up the middle."""


class Space:
    """The startups' vectors seen from their middle, and demands' from theirs."""

    def __init__(
        self, startups: Sequence[Startup], stored: StartupVectors, embed: Embedder | None, others: Sequence[Question]
    ) -> None:
        self.stored = stored
        first = stored.starts[:-1]
        is_sentence = np.ones(len(stored.rows), np.bool_)
        is_sentence[first] = False
        places = np.flatnonzero(is_sentence)
        sample = stored.rows[places[:: max(1, -(-len(places) // SAMPLE))]].astype(np.float32)
        whole = stored.rows[first].astype(np.float32)
        self.own = sample.mean(axis=0)
        self.sample = centred(sample, self.own)
        self.whole = centred(whole, whole.mean(axis=0))
        self._find_middles(startups, whole.mean(axis=0), embed, others)
        self.mean = np.empty_like(self.whole)
        """Mean of each startup's sentences: its product with a demand's mean is the mean over all pairs."""
        for place in range(len(first)):
            self.mean[place] = self.sentences(place).mean(axis=0)

    def sentences(self, place: int) -> Floats:
        """A startup's sentences, centred: shape (sentences, WIDTH)."""
        rows = self.stored.rows[self.stored.starts[place] + 1 : self.stored.starts[place + 1]]
        return centred(rows.astype(np.float32), self.own)

    def asked(self, question: Question) -> tuple[Floats, Floats, Floats]:
        """A demand's whole text, what it wants, and what it does not, centred: one row for each passage."""
        assert question.vectors is not None
        cut = 1 + len(question.wanted)
        return (
            centred(question.vectors[:1], self.middle_whole)[0],
            centred(question.vectors[1:cut], self.middle),
            centred(question.vectors[cut:], self.middle),
        )

    def usual(self, asked: Floats) -> tuple[Floats, Floats]:
        """Mean and standard deviation of each asked passage's product with any sentence: shape (asked, 1) each."""
        products = asked @ self.sample.T
        spread = np.maximum(products.std(axis=1, keepdims=True), 1e-6)
        return products.mean(axis=1, keepdims=True), spread

    def _find_middles(
        self, startups: Sequence[Startup], whole: Floats, embed: Embedder | None, others: Sequence[Question]
    ) -> None:
        """The middle of demands; of few demands, filled up from what startups' sentences would be as demands."""
        here = [(rows[1 : 1 + len(q.wanted)].mean(axis=0), rows[0]) for q in others if (rows := q.vectors) is not None]
        missing = ENOUGH_DEMANDS - len(here)
        if missing > 0:
            texts = [text for startup in startups for text in startup_sentences(startup)]
            some = texts[:: max(1, -(-len(texts) // FILLING))]
            filling = vectors(embed.query, some).mean(axis=0) if embed else self.own
            here += [(filling, whole)] * missing
        self.middle = np.mean([wanted for wanted, _ in here], axis=0)
        self.middle_whole = np.mean([text for _, text in here], axis=0)
