"""What race tests need: rows that are committed, several threads at once, and an empty database afterwards."""

import os
from collections.abc import Callable, Iterator
from threading import Barrier, Thread
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from django.db import connection, connections

from tests.fixtures import World

KEPT = ("django_migrations", "django_content_type", "auth_permission", "organizations_code")


@pytest.fixture
def committed_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """A world outside any transaction, as in production. Everything it made is gone afterwards."""
    with django_db_blocker.unblock():
        connection.close()
        yield World()
        connections.close_all()
        _empty(connection.settings_dict["NAME"])


def _empty(database: str) -> None:
    """As the superuser and past triggers: the application may not, and the ledger wouldn't let anybody."""
    url = urlunsplit(urlsplit(os.environ["DATABASE_ADMIN_URL"])._replace(path=f"/{database}"))
    raw = psycopg2.connect(url)
    try:
        with raw, raw.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(
                "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables "
                "WHERE schemaname = 'public' AND NOT tablename = ANY(%s)",
                [list(KEPT)],
            )
            (tables,) = cursor.fetchone()
            cursor.execute(f"TRUNCATE {tables}")
    finally:
        raw.close()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all acts at the same moment, each in its own thread and connection: their results, or what they raised."""
    found: list[Any] = [None] * len(acts)
    gate = Barrier(len(acts))

    def run(place: int, act: Callable[[], Any]) -> None:
        gate.wait()
        try:
            found[place] = act()
        except Exception as fault:
            found[place] = fault
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(i, act)) for i, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found
