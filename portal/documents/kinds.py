"""Kinds of documents: the short word in the number ("결과" in 제2025-결과-001호) and what the reader is told it is."""

from typing import Any

_names: dict[str, Any] = {}


def declare(kind: str, name: Any) -> None:
    """A room says what its documents of the kind are called; `name` is a lazy translation."""
    _names[kind] = name


def name_of(kind: str) -> str:
    return str(_names.get(kind, kind))
