"""The head of the chain, kept where whoever rules the database can't change it.

A folder here; `operations.keep_head` mails it, too.
"""

from pathlib import Path

from django.conf import settings

from portal.audit.verification import Head, head


def keep(*, folder: str = "") -> Head | None:
    """Write the present head as a file, as far as the settings (or the argument) name where.

    Returns it, None while nothing is sealed. A file is never written over.
    """
    now = head()
    folder = folder or settings.RECORD_HEAD_FOLDER
    if now is not None and folder:
        path = Path(folder) / f"head-{now.number:012d}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_text(now.text() + "\n", encoding="utf-8")
    return now


def kept() -> list[Head]:
    """The heads in the folder. Raises ValueError where one is not the portal's."""
    folder = settings.RECORD_HEAD_FOLDER
    found = sorted(Path(folder).glob("head-*.json")) if folder else []
    return [Head.read(path.read_text(encoding="utf-8")) for path in found]
