"""The figures of the full-size proofs. The page docs/proofs.md is their only store: a proof changes its own table."""

import fcntl
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "proofs.md"
HEAD = """# Proofs

Full-size attacks on what must never happen, each with a control in which the guard is down and the fault appears.
`make prove` runs them and records these figures; `make test` runs each of them in small.
"""


def record(name: str, *, page: Path | None = None, **figures: int | float | str) -> None:
    """Write the newest figures of the proof `name`; `guard` tells its variants apart. Other tables stay."""
    page = page or PAGE
    line = {"at": datetime.now(UTC).isoformat(timespec="seconds")} | {k: _cell(v) for k, v in figures.items()}
    with page.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        tables = _read(file.read())
        lines = {known.get("guard", ""): known for known in tables.get(name, [])}
        tables[name] = list((lines | {line.get("guard", ""): line}).values())
        file.truncate(0)
        file.write(_shown(tables))


def _read(text: str) -> dict[str, list[dict[str, str]]]:
    tables: dict[str, list[dict[str, str]]] = {}
    for part in text.split("\n## ")[1:]:
        name, _, body = part.partition("\n")
        rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in body.splitlines() if row[:1] == "|"]
        tables[name] = [{c: v for c, v in zip(rows[0], row, strict=True) if v} for row in rows[2:]]
    return tables


def _shown(tables: dict[str, list[dict[str, str]]]) -> str:
    parts = [HEAD]
    for name, lines in sorted(tables.items()):
        columns = list(dict.fromkeys(key for line in lines for key in line))
        rows = [columns, ["---"] * len(columns), *([line.get(c, "") for c in columns] for line in lines)]
        parts.append(f"## {name}\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n")
    return "\n".join(parts)


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value).replace("|", "/")
