"""A close look at single startups: which passage answers which, what the scope rules out, what the startup denies."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.matches.grammar import limits
from matching.matches.meaning import Floats
from matching.matches.reasons import Passages
from matching.matches.records import Startup
from matching.matches.space import Space
from matching.matches.vectors import Question, startup_sentences, startup_text
from matching.matches.words import Words, pairs

NEAR, SAME = 3.0, 6.0
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


class Closeness:
    """Looks closely at startups for a question."""

    def __init__(self, startups: Sequence[Startup], words: Words, space: Space | None) -> None:
        self.startups, self.words, self.space = startups, words, space

    def of(self, question: Question) -> "Look":
        """The look for one demand."""
        return Look(self, question)


class Look:
    """One demand's look at startups, by their place in the index."""

    def __init__(self, index: Closeness, question: Question) -> None:
        self._index, self._question = index, question
        self._space = index.space if question.vectors is not None else None
        self._wanted_pairs = pairs(" ".join(question.wanted))
        # What a scope does not want is told apart by the words that what it wants does not share.
        self._unwanted_pairs = [pairs(thing) - self._wanted_pairs for thing in question.unwanted]
        if self._space is not None:
            _, self._wanted, self._unwanted = self._space.asked(question)
            self._usual_wanted = self._space.usual(self._wanted)
            self._usual_unwanted = self._space.usual(self._unwanted)

    def against(self, place: int) -> float:
        """How far a startup is ruled out: 0 not at all, 1 wholly. Each objection takes its share of what is left."""
        startup = self._index.startups[place]
        left = 1.0
        for strength in (self._spoken(startup).strength, self._near(place).strength, self._limit(startup).strength):
            left *= 1 - strength
        return 1 - left

    def passages(self, place: int) -> Passages:
        """The passages to be shown for a startup."""
        startup = self._index.startups[place]
        asked, answered, close = self._pair(place)
        objection = max(self._spoken(startup), self._near(place), key=lambda one: one.strength)
        limit = self._limit(startup)
        return Passages(
            asked,
            answered,
            close,
            (objection.thing, objection.passage) if objection.strength >= SPOKEN else None,
            limit.passage if limit.strength >= SPOKEN else "",
        )

    def _spoken(self, startup: Startup) -> Objection:
        """By words: the share of an unwanted thing's own words that the startup uses."""
        words, text = self._index.words, startup_text(startup).lower()
        found = Objection()
        for thing, asked in zip(self._question.unwanted, self._unwanted_pairs, strict=True):
            strength = words.share(asked, text)
            if strength > found.strength:
                passage = max(startup_sentences(startup), key=lambda one: words.share(asked, one.lower()))
                found = Objection(strength, thing, passage)
        return found

    def _near(self, place: int) -> Objection:
        """By meaning: a sentence far nearer to an unwanted thing than sentences usually are."""
        if self._space is None or not self._question.unwanted:
            return Objection()
        far = self._distances(place, self._unwanted, self._usual_unwanted)
        thing, passage = np.unravel_index(int(far.argmax()), far.shape)
        strength = min(max((float(far.max()) - NEAR) / (SAME - NEAR), 0.0), 1.0)
        sentence = startup_sentences(self._index.startups[place])[passage]
        return Objection(strength, self._question.unwanted[thing], sentence)

    def _limit(self, startup: Startup) -> Objection:
        """What the startup says it does not do, as far as that is what the demand is about."""
        found = Objection()
        for phrase, sentence in limits(f"{startup.summary} {startup.technology}"):
            strength = self._index.words.share(pairs(phrase), " ".join(self._question.wanted).lower())
            if strength > found.strength:
                found = Objection(strength, phrase, sentence)
        return found

    def _distances(self, place: int, asked: Floats, usual: tuple[Floats, Floats]) -> Floats:
        """Standard deviations above the usual, of each asked passage with each sentence: shape (asked, sentences)."""
        assert self._space is not None
        mean, spread = usual
        return np.asarray((asked @ self._space.sentences(place).T - mean) / spread, np.float32)

    def _pair(self, place: int) -> tuple[str, str, bool]:
        """The wanted passage and the startup's sentence nearest to each other, and whether they are close."""
        own = startup_sentences(self._index.startups[place])
        wanted = self._question.wanted
        if self._space is not None:
            table = self._distances(place, self._wanted, self._usual_wanted)
            enough = CLOSE
        else:
            words = self._index.words
            table = np.array([[words.share(pairs(ask), one.lower()) for one in own] for ask in wanted], np.float32)
            enough = CLOSE_WORDS
        ask, answer = np.unravel_index(int(table.argmax()), table.shape)
        return wanted[ask], own[answer], bool(table.max() >= enough)
