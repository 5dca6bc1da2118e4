"""What race tests need: rows that are committed, several threads at once, and an empty database afterwards."""

from collections.abc import Callable, Iterator
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, connections

from tests.database import empty
from tests.fixtures import World


@pytest.fixture
def committed_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """A world outside any transaction, as in production. Everything it made is gone afterwards."""
    with django_db_blocker.unblock():
        connection.close()
        yield World()
        connections.close_all()
        empty(connection.settings_dict["NAME"])


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
