"""The stage on which evaluation and selection are played."""

from tests.matching.stage import stage

__all__ = ["stage"]
