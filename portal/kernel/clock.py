"""The only place that reads the clock. Everything else gets the time with its actor (`actor.now`)."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)
