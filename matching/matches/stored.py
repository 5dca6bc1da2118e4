"""Stored vectors: read of what has changed, a portion at a time, and put together for the engine. As the system."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import accumulate

import numpy as np
from django.db.models.functions import Length

from matching.matches.corpus import READ, Corpus, Wanted
from matching.matches.meaning import WIDTH, Embedder, Floats
from matching.matches.models import DemandVectors, StartupVectors
from matching.matches.vectors import Question, digest, passages
from matching.matches.vectors import StartupVectors as Vectors
from portal.kernel.ids import new_id

TEXTS = 1200
"""Texts that go through the model in one piece of background work: about a minute."""
_ROW = WIDTH * 2  # bytes of one vector of float16


def read_demands(
    demands: Sequence[Wanted], embed: Embedder | None, at: datetime, most: int = TEXTS
) -> tuple[list[Question], int]:
    """The demands taken apart, with vectors where there is a model; made anew where the texts have changed.

    Also returns how many are left where more than `most` texts were to be read.
    """
    known = {one.demand_id: one for one in DemandVectors.objects.filter(demand__in=[d.row.pk for d in demands])}
    found, texts, left = [], 0, 0
    for wanted in demands:
        question = Question.of(wanted.record)
        parts = [question.text, *question.wanted, *question.unwanted]
        kept, mark = known.get(wanted.row.pk), digest(parts)
        if kept is None:
            kept = DemandVectors(demand=wanted.row, read_at=at)
            kept.save(force_insert=True)
        if embed and (kept.digest != mark or not kept.rows):
            texts += len(parts)
            if texts > max(most, len(parts)):
                left += 1
                continue
            made = Question.of(wanted.record, embed).vectors
            assert made is not None
            kept.digest, kept.rows, kept.read_at = mark, made.tobytes(), at
            kept.save(update_fields=["digest", "rows", "read_at"])
        found.append(replace(question, vectors=_vectors(kept)) if embed else question)
    return found, left


def _vectors(kept: DemandVectors) -> Floats:
    return np.frombuffer(bytes(kept.rows), np.float32).reshape(-1, WIDTH)


def read_startups(corpus: Corpus, embed: Embedder, at: datetime, most: int = TEXTS) -> int:
    """Make vectors of startups whose texts have changed, `most` texts at most. Returns how many startups are left."""
    known = dict(StartupVectors.objects.values_list("startup_id", "digest"))
    stale = [
        place
        for place, (pk, record) in enumerate(zip(corpus.ids, corpus.records, strict=True))
        if known.get(pk) != digest(passages(record))
    ]
    sizes = accumulate(len(passages(corpus.records[place])) for place in stale)
    portion = [place for place, texts in zip(stale, sizes, strict=True) if texts <= most] or stale[:1]
    if portion:
        made = Vectors.of([corpus.records[place] for place in portion], embed)
        rows = [
            StartupVectors(
                id=new_id(),
                startup_id=corpus.ids[place],
                digest=made.digests[n],
                rows=made.rows[made.starts[n] : made.starts[n + 1]].tobytes(),
                read_at=at,
            )
            for n, place in enumerate(portion)
        ]
        StartupVectors.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["startup"], update_fields=["digest", "rows", "read_at"]
        )
    return len(stale) - len(portion)


def stored_vectors(corpus: Corpus) -> Vectors:
    """The vectors of the corpus, in its order. All of them must have been read."""
    wanted = StartupVectors.objects.filter(startup__in=corpus.ids) if len(corpus) < READ else StartupVectors.objects
    sizes = {pk: (mark, size // _ROW) for pk, mark, size in wanted.values_list("startup_id", "digest", Length("rows"))}
    counts = [sizes[pk][1] for pk in corpus.ids]
    starts = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]).astype(np.int64)
    rows = np.empty((int(starts[-1]), WIDTH), np.float16)
    places = {pk: place for place, pk in enumerate(corpus.ids)}
    for pk, content in wanted.values_list("startup_id", "rows").iterator(chunk_size=READ):
        if (place := places.get(pk)) is not None:
            rows[starts[place] : starts[place + 1]] = np.frombuffer(content, np.float16).reshape(-1, WIDTH)
    return Vectors([sizes[pk][0] for pk in corpus.ids], starts, rows)
