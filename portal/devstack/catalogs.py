"""Compile translations (`.po` → `.mo`) with polib, so that running the portal needs no gettext."""

from __future__ import annotations

from pathlib import Path

from portal.devstack.places import ROOT

FOLDERS = ("locale", "portal", "programs", "matching", "agreements")


def sources(root: Path = ROOT) -> list[Path]:
    """All translation files of the project."""
    found = [path for name in FOLDERS for path in (root / name).rglob("LC_MESSAGES/*.po")]
    return sorted(found)


def compile_all(root: Path = ROOT) -> int:
    """Write each `.mo` that is older than its `.po`; return how many."""
    written = 0
    for source in sources(root):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        import polib

        unfinished = target.with_suffix(".mo.new")
        polib.pofile(str(source)).save_as_mofile(str(unfinished))
        unfinished.replace(target)
        written += 1
    return written


if __name__ == "__main__":
    compile_all()
