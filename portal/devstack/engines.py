"""The two engines together: which are needed, their processes and their addresses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from portal.devstack import database
from portal.devstack.failures import DevstackError
from portal.devstack.homes import engine_home, socket_folder
from portal.devstack.postgres import SUPERUSER, Postgres
from portal.devstack.supervisor import Supervisor
from portal.devstack.valkey import Valkey


class Engines:
    """Starts nothing where `given` already names a server: DATABASE_URL, BROKER_URL."""

    def __init__(self, home: Path, given: Mapping[str, str], *, throw_away: bool = False) -> None:
        self.home = engine_home(home)
        self.given = given
        sockets = socket_folder(self.home)
        own_database = "DATABASE_URL" not in given
        own_broker = "BROKER_URL" not in given
        _check(given)
        self.postgres = Postgres(self.home, sockets, throw_away=throw_away) if own_database else None
        self.valkey = Valkey(self.home, sockets, throw_away=throw_away) if own_broker else None

    def start(self, supervisor: Supervisor) -> None:
        """Start both side by side, then make roles, database and extensions."""
        if self.postgres:
            self.postgres.prepare()
            supervisor.spawn(self.postgres.service())
        if self.valkey:
            supervisor.spawn(self.valkey.service())
        supervisor.wait_until_ready()
        if self.postgres:
            url = self.postgres.url
            database.set_up(
                url(SUPERUSER, "postgres"),
                url(SUPERUSER, database.DATABASE),
                url(SUPERUSER, "template1"),
            )

    def remembers(self, schema: str) -> bool:
        """Whether this cluster's tables were made from this schema; unknown for a given server."""
        note = self.home / "schema"
        return self.postgres is not None and note.is_file() and note.read_text() == schema

    def remember(self, schema: str) -> None:
        """Note it beside the data, so that both go together."""
        if self.postgres:
            (self.home / "schema").write_text(schema)

    def environment(self) -> dict[str, str]:
        """The variables that name the engines; what was given stays as it was given."""
        values: dict[str, str] = {}
        if self.postgres:
            url = self.postgres.url
            values["DATABASE_URL"] = url(database.APP, database.DATABASE)
            values["DATABASE_OWNER_URL"] = url(database.OWNER, database.DATABASE)
            values["DATABASE_BACKUP_URL"] = url(database.BACKUP, database.DATABASE)
            values["DATABASE_ADMIN_URL"] = url(SUPERUSER, "postgres")
        if self.valkey:
            values["BROKER_URL"] = self.valkey.broker_url
            values["CACHE_URL"] = self.valkey.cache_url
        named = ("DATABASE_", "BROKER_URL", "CACHE_URL")
        return values | {k: v for k, v in self.given.items() if k.startswith(named)}


def _check(given: Mapping[str, str]) -> None:
    """Half a configuration is a mistake; say so before something half-works."""
    for one, other in (("DATABASE_URL", "DATABASE_OWNER_URL"), ("BROKER_URL", "CACHE_URL")):
        if one in given and other not in given:
            raise DevstackError(f"{one} is set, but {other} is not", cure=f"set {other}, too")
