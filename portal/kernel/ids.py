"""Identifiers: UUIDv7, made in Python, so that a row can be written by somebody who may not read it back."""

from uuid import UUID

from uuid6 import uuid7


def new_id() -> UUID:
    """A new time-ordered identifier."""
    return UUID(int=uuid7().int)
