"""Folders and the account that the engines use.

PostgreSQL refuses to run as root; root's engines run as `nobody`, whose way to the data may be
closed (a checkout in /root). Unix sockets need a path under 100 letters, and two checkouts (or
two users) must not meet: so sockets lie in a folder of their own in /tmp.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import tempfile
from pathlib import Path

from portal.devstack.places import checkout_key

OUTSIDE = Path("/var/lib/valueup-portal")


def engine_account() -> pwd.struct_passwd | None:
    """Whom PostgreSQL runs as: None means ourselves."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def open_to_all(path: Path) -> bool:
    """Whether any user can get to `path` and, if it exists, read and enter or run it."""
    path = path.resolve()
    for folder in path.parents:
        if folder.exists() and not folder.stat().st_mode & stat.S_IXOTH:
            return False
    needed = stat.S_IROTH | stat.S_IXOTH
    return not path.exists() or path.stat().st_mode & needed == needed


def engine_home(wanted: Path) -> Path:
    """`wanted` where the engines' account can reach it, else a folder under /var/lib.

    Only root needs the second: everybody else's engines run as themselves.
    """
    if engine_account() is None or open_to_all(wanted / "any"):
        home = wanted
    else:
        home = OUTSIDE / checkout_key() / f"{wanted.parent.name}-{wanted.name}"
    for folder in (home, *home.parents):
        if folder in (wanted, wanted.parent) or OUTSIDE in (folder, *folder.parents):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o755)
    return home


def private_folder(path: Path) -> Path:
    """A folder that only the engines' account may enter."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    account = engine_account()
    if account:
        os.chown(path, account.pw_uid, account.pw_gid)
    return path


def socket_folder(home: Path) -> Path:
    """The folder of this home's sockets; made once and remembered, made again after a reboot."""
    note = home / "sockets"
    if note.is_file():
        known = Path(note.read_text())
        if known.is_dir() and known.stat().st_uid in _own_ids():
            return known
    folder = private_folder(Path(tempfile.mkdtemp(prefix="valueup-", dir="/tmp")))
    note.write_text(str(folder))
    return folder


def remove(home: Path) -> None:
    """Delete a stopped engine's data and its sockets."""
    note = home / "sockets"
    if note.is_file():
        folder = Path(note.read_text())
        if folder.is_dir() and folder.stat().st_uid in _own_ids():
            shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)


def _own_ids() -> set[int]:
    account = engine_account()
    return {os.geteuid()} | ({account.pw_uid} if account else set())
