"""Calendar files (RFC 5545): plain events, every text escaped, every line folded."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

WIDTH = 75  # bytes of a line, its leading space included


def calendar(entries: Iterable[Mapping[str, Any]], at: datetime) -> str:
    """Entries with uid, starts_at, ends_at, title and place as a calendar."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Deep Tech Value-Up//Meetup//KO"]
    for entry in entries:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{entry['uid']}",
            f"DTSTAMP:{_instant(at)}",
            f"DTSTART:{_instant(entry['starts_at'])}",
            f"DTEND:{_instant(entry['ends_at'])}",
            f"SUMMARY:{_text(entry['title'])}",
            f"LOCATION:{_text(entry['place'])}",
            "END:VEVENT",
        ]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    value = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(value.splitlines())


def _folded(line: str) -> str:
    """The line in pieces of at most 75 bytes, no character cut in two."""
    pieces, size = [""], 0
    for character in line:
        width = len(character.encode())
        if size + width > WIDTH:
            pieces.append(" ")
            size = 1
        pieces[-1] += character
        size += width
    return "\r\n".join(pieces)
