"""Facts that words are made of later, for a reader of either language: kept as they are, said per reader."""

from datetime import date, datetime
from typing import Any

from portal.kernel import formats

Kept = str | dict[str, str]


def kept(fact: Any) -> Kept:
    """A fact as JSON: instants, days and (start, end) stay what they are, everything else is its words."""
    match fact:
        case datetime():
            return {"at": fact.isoformat()}
        case date():
            return {"day": fact.isoformat()}
        case (datetime() as start, datetime() as end):
            return {"from": start.isoformat(), "to": end.isoformat()}
    return str(fact)


def said(fact: Kept, language: formats.Language) -> str:
    """A kept fact in the reader's language."""
    match fact:
        case {"at": at}:
            return formats.instant(datetime.fromisoformat(at), language)
        case {"day": day}:
            return formats.day(date.fromisoformat(day), language)
        case {"from": start, "to": end}:
            return formats.time_range(datetime.fromisoformat(start), datetime.fromisoformat(end), language)
    return str(fact)
