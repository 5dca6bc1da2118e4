"""Counts of what is confidential: few are not told, for they could be guessed apart."""

FEWEST = 3


def told(count: int) -> int | None:
    """The count, or None where it is too small to tell (nought included)."""
    return count if count >= FEWEST else None
