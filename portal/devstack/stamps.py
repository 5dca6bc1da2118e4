"""Remember what was done for which content, so that a second start does nothing twice.

A stamp is a small file with the fingerprint of everything that a step depends on. Times of
files are not used: a fresh clone and a switched branch change them without changing content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from portal.devstack.places import STAMPS


def fingerprint(paths: Iterable[Path], *extra: str) -> str:
    """One hash over the content of files (folders: all files in them) and some words."""
    digest = hashlib.sha256()
    for path in paths:
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            digest.update(file.name.encode() + b"\0")
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    for word in extra:
        digest.update(word.encode() + b"\0")
    return digest.hexdigest()


def is_current(name: str, value: str) -> bool:
    """Whether the step `name` was finished for exactly this content."""
    stamp = STAMPS / name
    return stamp.is_file() and stamp.read_text() == value


def record(name: str, value: str) -> None:
    """Note that the step `name` is finished; written last, so a broken step runs again."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(value)


def forget(name: str) -> None:
    """Make the step run again the next time."""
    (STAMPS / name).unlink(missing_ok=True)
