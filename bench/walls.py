"""What the second wall costs: row security on a list, and the context of a transaction."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import psycopg2
from django.db import connection, transaction

from bench.figures import side_by_side
from portal.security.actor import Actor, Context, acting, nobody
from portal.security.backend.base import settings_of
from programs.demands.models import Demand
from programs.demands.views import ROOM

ROUNDS = 30
TRANSACTIONS = 500


@dataclass(frozen=True)
class Cost:
    """The same work with and without something; milliseconds."""

    name: str
    without: float
    with_it: float

    @property
    def extra(self) -> float:
        return self.with_it - self.without

    def shown(self) -> list[str]:
        return [self.name, *(f"{v:.3f}" for v in (self.without, self.with_it, self.extra))]


def row_security(actor: Actor, who: str) -> list[Cost]:
    """The list's two statements as the application and as the backup role, which row security does not hold."""
    with acting(actor):
        rows = ROOM.rows(actor)
        page = rows[:25].query.sql_with_params()
        count = Demand.objects.visible_to(actor).query.clone()
        count.clear_ordering(force=True)
        count.clear_select_clause()
        count.add_annotation(_count(), "found", select=True)
        statements = {"page of 25": page, "count": count.sql_with_params()}
    held, free = (psycopg2.connect(os.environ[f"DATABASE_{role}URL"]) for role in ("", "BACKUP_"))
    try:
        with held.cursor() as one, free.cursor() as other:
            for name, value in settings_of(Context(actor)).items():
                one.execute("SELECT set_config(%s, %s, true)", [name, value])
            return [_compared(f"row security, {who}: {name}", one, other, sql) for name, sql in statements.items()]
    finally:
        held.close()
        free.close()


def _count() -> Any:
    from django.db.models import Count

    return Count("*")


def _compared(name: str, held: Any, free: Any, statement: tuple[str, tuple[Any, ...]]) -> Cost:
    def run(cursor: Any) -> Any:
        cursor.execute(*statement)
        return cursor.fetchall()

    assert run(held) == run(free), "row security and policy disagree"
    on, off = side_by_side([lambda: run(held), lambda: run(free)], ROUNDS)
    return Cost(name, off.median, on.median)


def context(actor: Actor) -> Cost:
    """A transaction of one statement, with and without the context ahead of it."""

    def one() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    def told() -> None:
        with acting(actor):
            one()

    def untold() -> None:
        with nobody():
            one()

    plain, prefixed = side_by_side([untold, told], TRANSACTIONS, warm_up=20)
    return Cost("context of a transaction", plain.median, prefixed.median)
