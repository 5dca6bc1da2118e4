"""A close look at single startups: which passage answers which, what the scope rules out, what the startup denies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from matching.matches.grammar import limits
from matching.matches.meaning import Floats
from matching.matches.reasons import Passages
from matching.matches.records import Startup
from matching.matches.space import Space
from matching.matches.vectors import Question, startup_sentences, startup_text
from matching.matches.words import Words, pairs, share

NEAR, SAME = 2.5, 5.0
"""Standard deviations above any sentence at which one begins to be, and surely is, what the scope does not want."""
CLOSE, CLOSE_WORDS = 2.0, 0.3
"""From where a pair of passages counts as an answer: standard deviations above any sentence; share of letter pairs."""
SPOKEN = 0.5
"""From which strength on an exclusion or a limit is named among the reasons."""


@dataclass(frozen=True, slots=True)
class Objection:
    """How strongly (0 to 1) something speaks against a startup, and by which two passages."""

    strength: float = 0.0
    thing: str = ""
    passage: str = ""


class Limit(NamedTuple):
    """The letter pairs of what a startup says it does not do, and the sentence that says so."""

    denied: frozenset[str]
    sentence: str


class Closeness:
    """Looks closely at startups for a question."""

    def __init__(self, startups: Sequence[Startup], words: Words, space: Space | None) -> None:
        self.startups, self.words, self.space = startups, words, space
        self.limits = [
            [Limit(frozenset(pairs(phrase)), sentence) for phrase, sentence in limits(f"{s.summary} {s.technology}")]
            for s in startups
        ]
        """For each startup what it says it does not do."""

    def of(self, question: Question) -> "Look":
        """The look for one demand."""
        return Look(self, question)


class Look:
    """One demand's look at startups, by their place in the index."""

    def __init__(self, index: Closeness, question: Question) -> None:
        self._index, self._question = index, question
        self._space = index.space if question.vectors is not None else None
        self._wanted_text = " ".join(question.wanted).lower()
        # What a scope does not want is told apart by the words that what it wants does not share.
        wanted = pairs(self._wanted_text)
        self._unwanted_pairs = [index.words.weights(pairs(thing) - wanted) for thing in question.unwanted]
        if self._space is not None:
            self._asked = np.vstack(self._space.asked(question)[1:])
            self._usual = self._space.usual(self._asked)
        self._seen: dict[int, Floats] = {}
        self._spoken_by: dict[int, Objection] = {}
        self._limits: dict[int, Objection] = {}

    def at(self, places: Sequence[int]) -> None:
        """Look at many startups together, which is faster than one by one."""
        new = [place for place in places if place not in self._seen]
        if self._space is None or not new:
            return
        sentences, starts = self._space.sentences(np.array(new))
        mean, spread = self._usual
        far = np.asarray((self._asked @ sentences.T - mean) / spread, np.float32)
        self._seen.update(zip(new, np.split(far, starts[1:], axis=1), strict=True))

    def against(self, place: int) -> float:
        """How far a startup is ruled out: 0 not at all, 1 wholly. Each objection takes its share of what is left."""
        left = 1.0
        for strength in (self._spoken(place).strength, self._near(place).strength, self._limit(place).strength):
            left *= 1 - strength
        return 1 - left

    def passages(self, place: int, alike: bool) -> Passages:
        """The passages to be shown for a startup. alike: whether it stands out as a whole, too."""
        asked, answered, close = self._pair(place)
        objection = max(self._near(place), self._spoken(place), key=lambda one: one.strength)
        if objection.thing and not objection.passage:
            own = self._unwanted_pairs[self._question.unwanted.index(objection.thing)]
            passage = max(startup_sentences(self._index.startups[place]), key=lambda one: share(own, one.lower()))
            objection = Objection(objection.strength, objection.thing, passage)
        limit = self._limit(place)
        return Passages(
            asked,
            answered,
            close and alike,
            (objection.thing, objection.passage) if objection.strength >= SPOKEN else None,
            limit.passage if limit.strength >= SPOKEN else "",
        )

    def _spoken(self, place: int) -> Objection:
        """By words: the share of an unwanted thing's own words that the startup uses."""
        if place not in self._spoken_by:
            self._spoken_by[place] = self._find_spoken(startup_text(self._index.startups[place]).lower())
        return self._spoken_by[place]

    def _find_spoken(self, text: str) -> Objection:
        found = Objection()
        for thing, asked in zip(self._question.unwanted, self._unwanted_pairs, strict=True):
            strength = share(asked, text)
            if strength > found.strength:
                found = Objection(strength, thing)
        return found

    def _near(self, place: int) -> Objection:
        """By meaning: a sentence far nearer to an unwanted thing than sentences usually are."""
        if self._space is None or not self._question.unwanted:
            return Objection()
        far = self._distances(place)[len(self._question.wanted) :]
        strength = min((float(far.max()) - NEAR) / (SAME - NEAR), 1.0)
        if strength <= 0:
            return Objection()
        thing, passage = np.unravel_index(int(far.argmax()), far.shape)
        sentence = startup_sentences(self._index.startups[place])[passage]
        return Objection(strength, self._question.unwanted[thing], sentence)

    def _limit(self, place: int) -> Objection:
        """What the startup says it does not do, as far as that is what the demand is about."""
        if place not in self._limits:
            self._limits[place] = self._find_limit(place)
        return self._limits[place]

    def _find_limit(self, place: int) -> Objection:
        found = Objection()
        for limit in self._index.limits[place]:
            strength = share(self._index.words.weights(limit.denied), self._wanted_text)
            if strength > found.strength:
                found = Objection(strength, passage=limit.sentence)
        return found

    def _distances(self, place: int) -> Floats:
        """Standard deviations above the usual, of each passage, wanted ones first, with each sentence of a startup:
        shape (wanted + unwanted, sentences)."""
        self.at([place])
        return self._seen[place]

    def _pair(self, place: int) -> tuple[str, str, bool]:
        """The wanted passage and the startup's sentence nearest to each other, and whether they are close."""
        own = startup_sentences(self._index.startups[place])
        wanted = self._question.wanted
        if self._space is not None:
            table = self._distances(place)[: len(wanted)].copy()
            enough = CLOSE
        else:
            asked = [self._index.words.weights(pairs(ask)) for ask in wanted]
            table = np.array([[share(ask, one.lower()) for one in own] for ask in asked], np.float32)
            enough = CLOSE_WORDS
        denying = {limit.sentence for limit in self._index.limits[place]}
        if len(denying) < len(own):  # what a startup does not do answers nothing
            table[:, [sentence in denying for sentence in own]] = table.min()
        ask, answer = np.unravel_index(int(table.argmax()), table.shape)
        return wanted[ask], own[answer], bool(table.max() >= enough)
