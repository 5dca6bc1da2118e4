"""The process that holds the test engines while anybody uses them.

Every pytest process keeps one connection to the keeper's socket open. The kernel closes it
however that process ends, kill -9 included; when the last one is gone the engines stop.
"""

from __future__ import annotations

import os
import select
import socket
import sys
import time
from pathlib import Path

from portal.devstack import database
from portal.devstack.engines import Engines
from portal.devstack.environment import given, write_env_file
from portal.devstack.failures import DevstackError
from portal.devstack.homes import remove
from portal.devstack.places import LOGS
from portal.devstack.postgres import SUPERUSER
from portal.devstack.supervisor import Supervisor, interruptible

GRACE = 1.0


def main(folder: Path) -> None:
    """Start the engines, write `folder/environment`, serve until nobody is connected."""
    interruptible()
    supervisor = Supervisor(folder, LOGS / "test", lambda line: print(line, flush=True))
    supervisor.open()
    try:
        engines = start(supervisor, folder)
        listener = listen(engines.home)
        write_env_file(folder / "environment", engines.environment())
        serve(supervisor, listener)
    except KeyboardInterrupt:
        pass
    finally:
        (folder / "environment").unlink(missing_ok=True)
        supervisor.stop()


def start(supervisor: Supervisor, folder: Path) -> Engines:
    """Start from what the last run left (faster), and from nothing where that fails."""
    engines = Engines(folder / "engines", given(), throw_away=True)
    try:
        engines.start(supervisor)
    except DevstackError:
        supervisor.stop()
        remove(engines.home)
        supervisor.open()
        engines = Engines(folder / "engines", given(), throw_away=True)
        engines.start(supervisor)
    if engines.postgres:
        database.drop_leftovers(engines.postgres.url(SUPERUSER, "postgres"))
    return engines


def socket_path(home: Path) -> Path:
    """Beside the engines' sockets: the path must be short."""
    return Path((home / "sockets").read_text()) / "keeper.sock"


def listen(home: Path) -> socket.socket:
    path = socket_path(home)
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    path.chmod(0o600)
    listener.listen(64)
    return listener


def serve(supervisor: Supervisor, listener: socket.socket) -> None:
    """Count connections; end a moment after the last one, or if nobody ever came."""
    users: list[socket.socket] = []
    alone_since = time.monotonic() + 10
    while users or time.monotonic() - alone_since < GRACE:
        ready, _, _ = select.select([listener, *users], [], [], 0.2)
        for connection in ready:
            if connection is listener:
                user, _ = listener.accept()
                user.sendall(b"welcome\n")
                users.append(user)
            elif not connection.recv(64):
                connection.close()
                users.remove(connection)
                alone_since = time.monotonic()
        supervisor.watch()
    listener.close()


if __name__ == "__main__":
    os.umask(0o022)
    main(Path(sys.argv[1]))
