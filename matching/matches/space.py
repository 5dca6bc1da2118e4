"""Where startups and demands lie among the vectors, seen from the middle of what they have in common."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.matches.meaning import Embedder, Floats, centred, vectors
from matching.matches.records import Startup
from matching.matches.vectors import Question, StartupVectors, startup_sentences

ENOUGH_DEMANDS = 8
"""With fewer, the middle of what demands have in common is filled up from startups' sentences."""
SAMPLE, FILLING = 4096, 128
"""Sentences that stand for all; sentences that fill up the middle."""
PORTION = 2048
"""Startups whose sentences are taken together."""


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
        seen = centred(sample, self.own)
        self._middle_of_sample = seen.mean(axis=0)[:, None]
        self._together = np.cov(seen, rowvar=False, bias=True).astype(np.float32)
        self.whole = centred(whole, whole.mean(axis=0))
        self._find_middles(startups, whole.mean(axis=0), embed, others)
        self.mean = np.empty_like(self.whole)
        """Mean of each startup's sentences: its product with a demand's mean is the mean over all pairs."""
        for begin in range(0, len(first), PORTION):
            places = np.arange(begin, min(begin + PORTION, len(first)))
            rows, starts = self.sentences(places)
            counts = np.diff(starts, append=len(rows))
            self.mean[places] = np.add.reduceat(rows, starts) / counts[:, None]

    def sentences(self, places: NDArray[np.intp]) -> tuple[Floats, NDArray[np.intp]]:
        """The sentences of startups, centred: shape (sentences, WIDTH); and where those of each startup begin."""
        begins, ends = self.stored.starts[places] + 1, self.stored.starts[places + 1]
        counts = ends - begins
        starts = np.cumsum(counts) - counts
        at = np.arange(int(counts.sum())) + np.repeat(begins - starts, counts)
        return centred(self.stored.rows[at].astype(np.float32), self.own), starts

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
        spread = np.sqrt(np.maximum(((asked @ self._together) * asked).sum(axis=1, keepdims=True), 1e-12))
        return asked @ self._middle_of_sample, np.asarray(spread, np.float32)

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
