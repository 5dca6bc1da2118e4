"""Search in the texts of a model, fast at a hundred thousand rows and from two syllables on.

Under row security no index answers a LIKE: the database may ask what somebody has typed only of rows that are already
known to be visible. So the pairs of syllables lie in a table beside the model that the application can't read, kept by
triggers (new rows by the statement, for they come in thousands); a function looks there first and then gives only what
row security shows to whoever asks.
"""

from collections.abc import Sequence
from typing import Any, TypeVar, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import BaseConstraint, Func, Q, QuerySet
from django.db.models.expressions import RawSQL

M = TypeVar("M", bound=models.Model)
SQL = """
CREATE TABLE search.{name} (id uuid PRIMARY KEY, pairs tsvector NOT NULL);
CREATE INDEX {name}_pairs ON search.{name} USING gin (pairs);
-- New rows come in thousands that say much the same: each text is taken apart once. Their number isn't known to a plan
-- that was made for one row: no nested loops.
CREATE FUNCTION search.{name}_keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp SET enable_nestloop = off AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO search.{name}
            WITH texts AS MATERIALIZED (
                SELECT told, array_to_tsvector(pairs) AS pairs
                FROM (SELECT DISTINCT told FROM made, unnest(ARRAY[{made}]::text[]) AS told) AS every,
                     portal_pairs_of(told)
            )
            SELECT made.id, {every} FROM made {joined};
    ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM search.{name} WHERE id = OLD.id;
    ELSE
        INSERT INTO search.{name} VALUES (NEW.id, array_to_tsvector(portal_pairs({new})))
            ON CONFLICT (id) DO UPDATE SET pairs = EXCLUDED.pairs;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER {name}_keep AFTER DELETE OR UPDATE OF {columns} ON {table}
    FOR EACH ROW EXECUTE FUNCTION search.{name}_keep();
CREATE TRIGGER {name}_keep_new AFTER INSERT ON {table} REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION search.{name}_keep();
INSERT INTO search.{name} SELECT kept.id, array_to_tsvector(portal_pairs({kept})) FROM {table} AS kept;
CREATE FUNCTION search_{name}(wanted text) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 100
    SET search_path = public, pg_temp AS $$
    SELECT found.id FROM search.{name} AS found JOIN {table} USING (id) WHERE found.pairs @@ portal_wanted(wanted)
$$
"""
PAIR = 2  # a shorter word is looked for row by row


class Searchable(BaseConstraint):
    """The texts `fields` of the model can be searched with `found_by`. A constraint, so that migrations follow it."""

    def __init__(self, *, name: str, fields: Sequence[str]) -> None:
        super().__init__(name=name)
        self.fields = list(fields)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, args, kwargs | {"fields": self.fields}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Searchable) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)

    def validate(self, *_args: Any, **_kwargs: Any) -> None:
        """Nothing to check on one object."""

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        """Nothing inside CREATE TABLE: this follows at the end of the migration."""
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        table, name = schema_editor.quote_name(model._meta.db_table), self.name
        columns = [f'"{cast("models.Field[Any, Any]", model._meta.get_field(f)).column}"' for f in self.fields]

        def told(row: str) -> list[str]:
            return [f"coalesce({row}.{c}, '')" for c in columns]

        # The owner is under row security, too: what the function joins is what the asking actor may see.
        return SQL.format(
            table=table,
            name=name,
            columns=", ".join(columns),
            made=", ".join(told("made")),
            every=" || ".join(f"t{place}.pairs" for place in range(len(columns))),
            joined=" ".join(f"JOIN texts AS t{n} ON t{n}.told = {text}" for n, text in enumerate(told("made"))),
            new=" || ' ' || ".join(told("NEW")),
            kept=" || ' ' || ".join(told("kept")),
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        table = schema_editor.quote_name(model._meta.db_table)
        return (
            f"DROP FUNCTION IF EXISTS search_{self.name}; DROP TRIGGER IF EXISTS {self.name}_keep ON {table}; "
            f"DROP TRIGGER IF EXISTS {self.name}_keep_new ON {table}; "
            f"DROP FUNCTION IF EXISTS search.{self.name}_keep; DROP TABLE IF EXISTS search.{self.name}"
        )


class OneOf(Func):
    """The column is one of an array's values. The database asks for the array once and looks into the column's index;
    a subquery it may ask again for each row, and plan together with everything that is joined.
    """

    arg_joiner, template, output_field = " = ANY (", "(%(expressions)s))", models.BooleanField()


def found_by(found: QuerySet[M], text: str) -> QuerySet[M]:
    """The rows in whose texts every word of `text` stands, in any of them. An empty text leaves all rows."""
    index = next(c for c in found.model._meta.constraints if isinstance(c, Searchable))
    words = text.split()
    if any(len(word) >= PAIR for word in words):
        # The name is our own; what was typed goes as a parameter.
        found = found.filter(OneOf("pk", RawSQL(f"ARRAY(SELECT search_{index.name}(%s))", [text])))  # noqa: S611
    for word in words:
        stands = Q()
        for field in index.fields:
            stands |= Q(**{f"{field}__icontains": word})
        found = found.filter(stands)
    return found


def found_with(found: QuerySet[M], text: str, **beside: QuerySet[Any]) -> QuerySet[M]:
    """`found_by`, or what a row points at is found by the text: the key's name → the rows it may point at.

    Each index is asked by itself: the rows are then as few as were found, where an OR would go through all of them.
    """
    rows = found.model._base_manager.order_by()
    ids = [found_by(rows, text).values("pk")]
    for key, there in beside.items():
        near = ArraySubquery(found_by(there, text).order_by().values("pk"))
        ids.append(rows.filter(OneOf(key, near)).values("pk"))
    return found.filter(OneOf("pk", ArraySubquery(ids[0].union(*ids[1:]))))
