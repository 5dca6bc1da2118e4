"""Thousands of rows in a few statements, inserted or changed: one JSON document each, taken apart by the database.

Past `bulk_create` this saves the objects and the placeholders, most of a list's time. All walls hold: row security asks
every row, constraints and triggers too. COPY would be no way in: PostgreSQL refuses it where row security stands.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, models

from portal.security.encryption import EncryptedField

PORTION = 2500
Fields = Iterable["models.Field[Any, Any]"]


def insert_many(objects: Sequence[models.Model]) -> None:
    """Insert objects, all of one model, as they are: no signals, no `save()`."""
    if objects:
        fields = objects[0]._meta.concrete_fields
        rows = [{field.column: getattr(one, field.attname) for field in fields} for one in objects]
        insert_rows(type(objects[0]), rows)


def insert_rows(
    model: type[models.Model],
    rows: Sequence[Mapping[str, Any]],
    *,
    same: Mapping[str, Any] | None = None,
    skip_known: bool = False,
) -> set[UUID]:
    """Insert rows of the model by column, without an object for each.

    All rows name the same columns, the id among them; `same` is what they share, told once. What neither names has the
    model's default. `skip_known` passes over rows that a unique constraint knows already. Returns the ids of those
    inserted.
    """
    inserted: set[UUID] = set()
    for start in range(0, len(rows), PORTION):
        inserted |= _insert(model, rows[start : start + PORTION], same or {}, skip_known)
    return inserted


def _insert(
    model: type[models.Model], rows: Sequence[Mapping[str, Any]], same: Mapping[str, Any], skip_known: bool
) -> set[UUID]:
    own = [field for field in model._meta.concrete_fields if field.column in rows[0]]
    shared = [field for field in model._meta.concrete_fields if field.column not in rows[0]]
    alike = {field.column: same[field.column] if field.column in same else field.get_default() for field in shared}
    columns = ", ".join(connection.ops.quote_name(field.column) for field in (*own, *shared))
    sources, told = [f"json_to_recordset(%s::json) AS given ({_typed(own)})"], [_json(_sealed(own, rows))]
    if shared:
        sources.append(f"json_to_record(%s::json) AS alike ({_typed(shared)})")
        told.append(_json(_sealed(shared, [alike])[0]))
    statement = (  # names are the model's own, values go as parameters
        f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({columns}) "  # noqa: S608
        f"SELECT * FROM {', '.join(sources)}"
    )
    with connection.cursor() as cursor:
        if skip_known:
            cursor.execute(f"{statement} ON CONFLICT DO NOTHING RETURNING id", told)
            return {found for (found,) in cursor.fetchall()}
        cursor.execute(statement, told)
    return {row["id"] for row in rows}


def update_many(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Store the named fields of rows of one model, as they are: no signals, no `save()`. All walls hold as above."""
    for start in range(0, len(rows), PORTION):
        _update(rows[start : start + PORTION], names)


def _update(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    meta, quote = rows[0]._meta, connection.ops.quote_name
    fields: list[Any] = [meta.get_field("id"), *(meta.get_field(name) for name in names)]
    given = ", ".join(f"{quote(f.column)} = given.{quote(f.column)}" for f in fields[1:])
    told = [{f.column: f.get_prep_value(getattr(row, f.attname)) for f in fields} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(meta.db_table)} AS kept SET {given} "  # noqa: S608  (names are the model's own)
            f"FROM json_to_recordset(%s::json) AS given ({_typed(fields)}) WHERE kept.id = given.id",
            [_json(told)],
        )


def _typed(fields: Fields) -> str:
    return ", ".join(f"{connection.ops.quote_name(field.column)} {field.db_type(connection)}" for field in fields)


def _sealed(fields: Fields, rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The rows with what is encrypted; everything else goes into the document as it is."""
    seals = {field.column: field.get_prep_value for field in fields if isinstance(field, EncryptedField)}
    if not seals:
        return rows
    return [{**row, **{column: seal(row[column]) for column, seal in seals.items()}} for row in rows]


def _json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, default=str)
