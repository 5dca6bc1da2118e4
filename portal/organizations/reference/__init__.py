"""Reference lists as files, and how each is read into `Code`. Migrations import them; nothing else does."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
# list name → (file, column of the code, column of the Korean name, column of the English name)
LISTS = {
    "region": ("regions.csv", "code", "name_ko", "name_en"),
    "tech_field": ("tech_fields.csv", "code", "name_ko", "name_en"),
    "trl": ("trl.csv", "level", "name_ko", ""),
    "collaboration_type": ("collaboration_types.csv", "code", "name_ko", "name_en"),
    "cost_category": ("cost_categories.csv", "code", "name_ko", "name_en"),
    "legal_subject": ("legal_subjects.csv", "code", "name_ko", "name_en"),
    "bank": ("banks.csv", "code", "name_ko", ""),
    "center": ("centers.csv", "slug", "name_ko", "name_en"),
    "corporation": ("corporations.csv", "slug", "name_ko", "name_en"),
}
_KNOWN = {"version", "order", "valid_from", "valid_to"}


def entries(name: str) -> Iterator[dict[str, Any]]:
    """The entries of one list, as fields of `Code`."""
    file, code, ko, en = LISTS[name]
    with (FOLDER / file).open(encoding="utf-8", newline="") as lines:
        for order, row in enumerate(csv.DictReader(lines), start=1):
            yield {
                "list": name,
                "code": row[code],
                "version": row.get("version", ""),
                "order": int(row.get("order") or order),
                "name_ko": row[ko],
                "name_en": row[en] if en else "",
                "valid_from": _day(row.get("valid_from")),
                "valid_to": _day(row.get("valid_to")),
                "extra": {k: v for k, v in row.items() if k not in {code, ko, en, *_KNOWN}},
            }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
