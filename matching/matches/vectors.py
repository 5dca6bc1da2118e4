"""Stored vectors: made once for each text of a startup, kept in a file, made anew only for what changed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.matches.grammar import denied_things, sentences, split_scope
from matching.matches.meaning import WIDTH, Embedder, Floats, vectors
from matching.matches.records import Demand, Startup

_BATCH = 1024


def startup_text(startup: Startup) -> str:
    """Everything a startup says of its technology, as one text."""
    return " ".join([startup.summary, startup.technology, *startup.products, *startup.ip])


def startup_sentences(startup: Startup) -> list[str]:
    """The sentences that can answer a demand: summary and technology."""
    return sentences(startup.summary) + sentences(startup.technology) or [startup.id]


def passages(startup: Startup) -> list[str]:
    """What vectors are made of: the whole text, then the sentences."""
    return [startup_text(startup), *startup_sentences(startup)]


def digest(texts: Sequence[str]) -> str:
    """By which it is known whether texts have changed: SHA-256."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


@dataclass(frozen=True, eq=False)
class Question:
    """A demand taken apart, with its vectors where there is a model."""

    demand: Demand
    text: str
    wanted: list[str]
    """Title, sentences of the problem, of the wanted scope, and the specification."""
    unwanted: list[str]
    """Phrases that the scope leaves out."""
    vectors: Floats | None = None
    """Raw, float32, shape (1 + wanted + unwanted, WIDTH): the whole text first."""

    @classmethod
    def of(cls, demand: Demand, embed: Embedder | None = None) -> "Question":
        """Take a demand apart; about a dozen texts go through the model."""
        inside, outside = split_scope(demand.scope)
        wanted = [demand.title, *sentences(demand.problem), *inside, demand.required_spec]
        wanted = [text for text in wanted if text.strip()] or [demand.id]
        unwanted = [thing for sentence in outside for thing in denied_things(sentence)]
        whole = " ".join([demand.title, demand.problem, demand.scope, demand.required_spec])
        made = vectors(embed.query, [whole, *wanted, *unwanted]) if embed else None
        return cls(demand, whole, wanted, unwanted, made)


@dataclass(frozen=True, eq=False)
class StartupVectors:
    """For each startup the vector of its whole text and one for each sentence, raw, as float16 (half the memory)."""

    digests: list[str]
    """SHA-256 of the texts they were made from, in the startups' order."""
    starts: NDArray[np.int64]
    """Shape (startups + 1,): the rows of startup i run from starts[i] (whole text) up to starts[i + 1]."""
    rows: NDArray[np.float16]
    """Shape (starts[-1], WIDTH)."""

    @classmethod
    def of(
        cls, startups: Sequence[Startup], embed: Embedder, known: "StartupVectors | None" = None
    ) -> "StartupVectors":
        """Vectors of all startups; what `known` has for the very same texts is taken from there."""
        texts = [passages(startup) for startup in startups]
        digests = [digest(part) for part in texts]
        at = {one: place for place, one in enumerate(known.digests)} if known else {}
        starts = np.concatenate([[0], np.cumsum([len(part) for part in texts], dtype=np.int64)]).astype(np.int64)
        rows = np.empty((int(starts[-1]), WIDTH), np.float16)
        fresh: list[int] = []
        for place, one in enumerate(digests):
            if known and one in at:
                old = at[one]
                rows[starts[place] : starts[place + 1]] = known.rows[known.starts[old] : known.starts[old + 1]]
            else:
                fresh.append(place)
        places = [row for place in fresh for row in range(starts[place], starts[place + 1])]
        wanting = [text for place in fresh for text in texts[place]]
        for begin in range(0, len(wanting), _BATCH):
            made = vectors(embed.passage, wanting[begin : begin + _BATCH])
            rows[places[begin : begin + _BATCH]] = made
        return cls(digests, starts, rows)

    def save(self, path: Path) -> None:
        """Write them to a file (.npz)."""
        np.savez(path, digests=np.array(self.digests, dtype="U64"), starts=self.starts, rows=self.rows)

    @classmethod
    def load(cls, path: Path) -> "StartupVectors":
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as file:
            return cls([str(one) for one in file["digests"]], file["starts"], file["rows"])
