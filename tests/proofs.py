"""The figures of the full-size proofs: recorded by tests, rendered by `python -m tests.proofs` as docs/proofs.md."""

import json
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".run" / "proofs"
PAGE = ROOT / "docs" / "proofs.md"
HEAD = """# Proofs

Full-size attacks on what must never happen, each with a control in which the guard is down and the fault appears.
`make prove` runs them and records these figures; `make test` runs each of them in small.
"""


def record(name: str, **figures: int | float | str) -> None:
    """Add one line of figures to the proof `name`, and write the page anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), **figures}
    with (FOLDER / f"{name}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
    render()


def render() -> None:
    """The newest line of every proof and variant, as tables."""
    parts = [HEAD]
    for file in sorted(FOLDER.glob("*.jsonl")):
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        newest = {line.get("guard", ""): line for line in lines}
        columns = list(dict.fromkeys(key for line in newest.values() for key in line))
        rows = [columns, ["---"] * len(columns)]
        rows += [[_cell(line.get(c, "")) for c in columns] for line in newest.values()]
        parts.append(f"## {file.stem}\n")
        parts.append("\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n")
    PAGE.write_text("\n".join(parts), encoding="utf-8")


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


if __name__ == "__main__":
    render()
