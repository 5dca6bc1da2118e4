"""A failure that a person can do something about: what happened, and its cure, in one line each."""

from __future__ import annotations


class DevstackError(Exception):
    """Ends the command with exit code 1 and these two lines, without a traceback."""

    def __init__(self, what: str, cure: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.what}\n  → {self.cure}" if self.cure else self.what
