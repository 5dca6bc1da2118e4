"""Figures and how they are summed up."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Times:
    """Durations in milliseconds."""

    each: Sequence[float]

    @property
    def median(self) -> float:
        return statistics.median(self.each)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.each, n=20, method="inclusive")[-1]


def side_by_side(works: Sequence[Callable[[], object]], rounds: int, warm_up: int = 5) -> list[Times]:
    """Time several works in turn, round by round: what else the machine does meets all of them alike."""
    found: list[list[float]] = [[] for _ in works]
    for number in range(-warm_up, rounds):
        for times, work in zip(found, works, strict=True):
            begin = time.perf_counter()
            work()
            if number >= 0:
                times.append((time.perf_counter() - begin) * 1000)
    return [Times(times) for times in found]


def table(rows: Sequence[Sequence[object]]) -> str:
    """Columns side by side, the first flush left, the others flush right; the first row is the head."""
    words = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in words) for column in range(len(words[0]))]
    lines = []
    for row in words:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        lines.append("  ".join(cells).rstrip())
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])
