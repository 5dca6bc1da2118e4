"""Is every Korean text also there in English? `--check` says so, `--update` adds what is new.

Korean is the source: texts in the code are Korean, `locale/en/LC_MESSAGES/django.po` holds the
English. Extraction runs on a temporary copy, so that a check never changes the checkout.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from portal.devstack.failures import DevstackError
from portal.devstack.places import ROOT, python

LANGUAGE = "en"
INSIDE = Path(LANGUAGE) / "LC_MESSAGES" / "django.po"
SOURCES = ("portal", "programs", "matching", "agreements", "templates")
# The driver speaks to developers, in English.
IGNORED = "portal/devstack"
# xgettext knows a few names only; files that have both give the one that speaks at once another.
ALIAS = re.compile(r"\bgettext as ((?!_\b)\w+)")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def main(arguments: list[str], root: Path = ROOT) -> int:
    if arguments not in (["--check"], ["--update"]):
        print("usage: python -m portal.devstack.translations --check | --update")
        return 2
    with extracted(root) as fresh:
        if arguments == ["--update"]:
            update(fresh, catalog_of(root))
            return 0
        found = problems(catalog_of(root), fresh)
    for problem in found:
        print(problem)
    return 1 if found else 0


def catalog_of(root: Path) -> Path:
    """Where the settings look: `locale/` if there is one, else `portal/locale/`."""
    top = root / "locale"
    return (top if top.is_dir() else root / "portal" / "locale") / INSIDE


@contextmanager
def extracted(root: Path) -> Iterator[Path]:
    """The catalogue as it should be: extraction merged with the translations there are."""
    if not shutil.which("xgettext"):
        raise DevstackError("gettext is missing", cure="sudo apt-get install -y gettext (macOS: brew install gettext)")
    with tempfile.TemporaryDirectory(prefix="texts-") as folder:
        copy = Path(folder)
        for name in SOURCES:
            if (root / name).is_dir():
                shutil.copytree(root / name, copy / name, ignore=_only_texts)
        for path in copy.rglob("*.py"):
            _call_by_its_name(path)
        fresh = copy / "locale" / INSIDE
        fresh.parent.mkdir(parents=True)
        if catalog_of(root).is_file():
            shutil.copyfile(catalog_of(root), fresh)
        done = subprocess.run(
            [
                python(), "-m", "django", "makemessages", "--locale", LANGUAGE, "--no-location",
                "--no-obsolete", "--ignore", f"{IGNORED}/*", "--verbosity", "0",
            ],
            cwd=copy,
            env={"PATH": _path(), "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
        )  # fmt: skip
        if done.returncode:
            raise DevstackError(f"texts could not be extracted:\n{done.stderr.strip()[-3000:]}")
        yield fresh


def _call_by_its_name(path: Path) -> None:
    """In the copy: what a file calls differently is `gettext` again, so that none of its texts is missed."""
    words = path.read_text(encoding="utf-8")
    for alias in set(ALIAS.findall(words)):
        words = re.sub(rf"\b{alias}\(", "gettext(", words)
        path.write_text(words, encoding="utf-8")


def problems(catalog: Path, fresh: Path) -> list[str]:
    """What is wrong with the committed catalogue, one line per text."""
    import polib

    wanted = {_key(entry): entry for entry in polib.pofile(str(fresh)) if not entry.obsolete} if fresh.is_file() else {}
    entries = list(polib.pofile(str(catalog))) if catalog.is_file() else []
    present = {_key(entry): entry for entry in entries if not entry.obsolete}
    lines = [f"not in the catalogue: {key[1]!r}" for key in wanted if key not in present]
    lines += [f"no longer in the code: {key[1]!r}" for key in present if key not in wanted]
    lines += [f"obsolete entry: {entry.msgid!r}" for entry in entries if entry.obsolete]
    for key, entry in present.items():
        if key in wanted:
            lines += [f"{fault}: {entry.msgid!r}" for fault in _faults(entry)]
    return lines


def _faults(entry: Any) -> list[str]:
    """What is wrong with one translation."""
    texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    faults = []
    if "fuzzy" in entry.flags:
        faults.append("marked fuzzy")
    if not all(texts):
        faults.append("not translated")
    allowed = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
    needed = set(PLACEHOLDER.findall(entry.msgid)) if not entry.msgid_plural else set()
    for text in filter(None, texts):
        used = set(PLACEHOLDER.findall(text))
        if used - allowed or needed - used:
            faults.append("placeholders differ")
            break
    return faults


def update(fresh: Path, catalog: Path) -> None:
    """Write the merged catalogue; its date is left out, so that nothing changes without reason."""
    import polib

    catalog.parent.mkdir(parents=True, exist_ok=True)
    merged = polib.pofile(str(fresh), wrapwidth=100)
    merged.metadata.pop("POT-Creation-Date", None)
    merged.metadata.pop("PO-Revision-Date", None)
    merged.save(str(catalog))
    missing = [entry for entry in merged if not entry.translated()]
    print(f"{catalog}: {len(merged)} texts, {len(missing)} to translate")


def _key(entry: Any) -> tuple[str, str]:
    return (entry.msgctxt or "", entry.msgid)


def _only_texts(folder: str, names: list[str]) -> set[str]:
    """Copy only files that can hold texts; a `locale` folder in a room would catch its texts."""
    files = {name for name in names if not Path(folder, name).is_dir()}
    return {"__pycache__", "locale", *(name for name in files if not name.endswith((".py", ".html", ".txt")))}


def _path() -> str:
    """Homebrew keeps gettext out of the way."""
    import os

    return os.pathsep.join([os.environ.get("PATH", ""), "/opt/homebrew/opt/gettext/bin", "/usr/local/opt/gettext/bin"])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except DevstackError as failure:
        print(f"✗ {failure}")
        sys.exit(1)
