"""Words by what is inside them: TF-IDF of runs of two and three letters, which Korean endings don't disturb."""

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

_WORD = re.compile(r"[0-9a-z가-힣]+")


def pairs(text: str) -> set[str]:
    """The runs of two letters or digits inside the words of a text."""
    return {word[at : at + 2] for word in _WORD.findall(text.lower()) for at in range(len(word) - 1)}


class Words:
    """The words of a collection of texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.size = len(texts)
        self._tfidf = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 3), sublinear_tf=True, dtype=np.float32)
        known = any(text.strip() for text in texts)
        self._table = csc_matrix(self._tfidf.fit_transform(texts)) if known else None
        self._rarest = float(np.log(1 + self.size) + 1)

    def likeness(self, text: str) -> NDArray[np.float32]:
        """Cosine of a text with each text of the collection: float32, shape (texts,), 0 to 1."""
        if self._table is None:
            return np.zeros(self.size, np.float32)
        asked = self._tfidf.transform([text])
        return np.asarray(self._table[:, asked.indices] @ asked.data, np.float32)

    def weight(self, pair: str) -> float:
        """How rare a pair of letters is in the collection: 1 (in every text) to 1 + ln(1 + texts) (in none)."""
        column = self._tfidf.vocabulary_.get(pair) if self._table is not None else None
        return self._rarest if column is None else float(self._tfidf.idf_[column])

    def weights(self, asked: Iterable[str]) -> dict[str, float]:
        """The weight of each pair, in a fixed order."""
        return {pair: self.weight(pair) for pair in sorted(asked)}


def share(asked: Mapping[str, float], text: str) -> float:
    """Which part of the asked pairs, by weight, occurs in a text (in lower case): 0 to 1."""
    whole = sum(asked.values())
    return sum(weight for pair, weight in asked.items() if pair in text) / whole if whole else 0.0
