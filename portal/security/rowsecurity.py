"""Row security and carried parties, as constraints of a model.

Being constraints, they are found by `makemigrations`, written into migrations as operations and changed with the
model; the declaration on the model is the only source.
"""

from collections.abc import Sequence
from typing import Any, cast

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import BaseConstraint, Q
from django.db.models.sql import Query

from portal.security.rules import Rule, Rules

# Each row asks the index. Were the ids of all that is granted gathered first, one page would cost as much as there are
# grants; OFFSET 0 keeps the database from doing just that. Row security gives an actor no other Grants than its own.
_GRANTED = """EXISTS (SELECT FROM security_grant AS held
    WHERE held.purpose = '{purpose}' AND held.subject_id = {subject}
      AND (held.organization_id = (SELECT portal_organization()) OR held.membership_id = (SELECT portal_membership()))
      AND held.valid_from <= (SELECT portal_now())
      AND (held.valid_until IS NULL OR held.valid_until > (SELECT portal_now())) OFFSET 0)"""
_COMMANDS = ("select", "insert", "update", "delete", "blocked", "record")


def _condition(q: Q, model: type[models.Model], editor: BaseDatabaseSchemaEditor) -> str:
    """A Q on the row's own columns as literal SQL."""
    query = Query(model=model, alias_cols=False)
    where = query.build_where(q)
    sql, params = where.as_sql(query.get_compiler(connection=editor.connection), editor.connection)
    return str(sql) % tuple(editor.quote_value(p) for p in params)


def _column(model: type[models.Model], name: str) -> str:
    return f'"{cast("models.Field[Any, Any]", model._meta.get_field(name)).column}"'


def _rule_sql(rule: Rule, model: type[models.Model], editor: BaseDatabaseSchemaEditor) -> str:
    # (SELECT f()) makes an InitPlan: the function runs once per query, not once per row. What is about the actor alone
    # stands in one of them, so that a row asks a single boolean (a third less time on a hundred thousand rows).
    actor: list[str] = []
    if rule.kind:
        actor.append(f"portal_kind() = '{rule.kind}'")
    if rule.roles:
        named = ", ".join(f"'{r}'" for r in sorted(rule.roles))
        actor.append(f"portal_roles() && ARRAY[{named}]::text[]")
    parts = [f"(SELECT {' AND '.join(actor)})"] if actor else []
    if rule.party:
        parts.append(f"{_column(model, rule.party)} = (SELECT portal_organization())")
    if rule.holder:
        parts.append(f"{_column(model, rule.holder)} = (SELECT portal_membership())")
    if rule.user:
        parts.append(f"{_column(model, rule.user)} = (SELECT portal_user())")
    if rule.granted:
        purpose, column = rule.granted
        subject = f"{editor.quote_name(model._meta.db_table)}.{_column(model, column)}"
        parts.append(_GRANTED.format(purpose=purpose, subject=subject))
    if rule.when is not None:
        parts.append(f"({_condition(rule.when, model, editor)})")
    return " AND ".join(parts) or "(SELECT portal_in_context())"


class RowSecurity(BaseConstraint):
    """FORCE ROW LEVEL SECURITY with the policies that the rules say. The system passes; no context raises."""

    def __init__(
        self,
        *,
        name: str,
        reads: Sequence[Rule] = (),
        writes: Sequence[Rule] = (),
        deletes: Sequence[Rule] = (),
        blocks: Sequence[str] = (),
        recorded: bool = False,
    ) -> None:
        super().__init__(name=name)
        self.reads, self.writes, self.deletes, self.blocks = list(reads), list(writes), list(deletes), list(blocks)
        self.recorded = recorded  # a history table: its rows are written by triggers, which run as the owner

    @property
    def rules(self) -> Rules:
        return Rules(self.reads, self.writes, self.deletes, self.blocks)

    def for_history(self) -> "RowSecurity":
        """The same readers for the history table; nobody writes but the triggers."""
        return RowSecurity(name=f"{self.name}_history", reads=self.reads, blocks=self.blocks, recorded=True)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        for part in ("reads", "writes", "deletes", "blocks"):
            if getattr(self, part):
                kwargs[part] = getattr(self, part)
        if self.recorded:
            kwargs["recorded"] = True
        return path, args, kwargs

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowSecurity) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)

    def validate(self, *_args: Any, **_kwargs: Any) -> None:
        """Nothing to check on one object: the database does it."""

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        """Nothing inside CREATE TABLE: this follows at the end of the migration."""
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        table = schema_editor.quote_name(model._meta.db_table)

        def any_of(rules: Sequence[Rule]) -> str:
            opened = [f"({_rule_sql(rule, model, schema_editor)})" for rule in rules]
            return " OR ".join(["(SELECT portal_in_system())", *opened])

        read, write, delete = any_of(self.reads), any_of(self.writes), any_of(self.deletes)
        statements = [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY portal_select ON {table} FOR SELECT USING ({read})",
            f"CREATE POLICY portal_insert ON {table} FOR INSERT WITH CHECK ({write})",
            f"CREATE POLICY portal_update ON {table} FOR UPDATE USING ({write}) WITH CHECK ({write})",
            f"CREATE POLICY portal_delete ON {table} FOR DELETE USING ({delete})",
        ]
        if self.blocks:
            clear = " AND ".join(f"{_column(model, c)} NOT IN (SELECT portal_blocked())" for c in self.blocks)
            statements.append(
                f"CREATE POLICY portal_blocked ON {table} AS RESTRICTIVE FOR {'SELECT' if self.recorded else 'ALL'} "
                f"USING ((SELECT portal_in_system()) OR ({clear}))"
            )
        if self.recorded:
            statements.append(f"CREATE POLICY portal_record ON {table} FOR INSERT TO CURRENT_USER WITH CHECK (true)")
        return "; ".join(statements)

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        table = schema_editor.quote_name(model._meta.db_table)
        dropped = [f"DROP POLICY IF EXISTS portal_{c} ON {table}" for c in _COMMANDS]
        return "; ".join([*dropped, f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"])


class Carries(BaseConstraint):
    """Party columns copied from a parent, held true by a composite foreign key.

    `through` is the foreign key to the parent, `fields` the copied columns (same names on the parent, which declares
    the unique key with `party_key`). A child can't name another party than its parent. `follows`: what is copied may
    change on the parent (a state), and the database changes the copy in the same statement. The key can be deferred:
    where a startup is merged, parents and children move one after the other.
    """

    def __init__(
        self, *, name: str, through: str, fields: Sequence[str], parent: Sequence[str] = (), follows: bool = False
    ) -> None:
        super().__init__(name=name)
        self.through, self.fields, self.parent, self.follows = through, list(fields), list(parent), follows

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        kwargs |= {"through": self.through, "fields": self.fields}
        if self.parent:
            kwargs["parent"] = self.parent
        if self.follows:
            kwargs["follows"] = True
        return path, args, kwargs

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Carries) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)

    def validate(self, *_args: Any, **_kwargs: Any) -> None:
        """Nothing to check on one object: the database does it."""

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        """Nothing inside CREATE TABLE: this follows at the end of the migration."""
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        table = schema_editor.quote_name(model._meta.db_table)
        parent = model._meta.get_field(self.through).related_model
        columns = ", ".join(_column(model, f) for f in [self.through, *self.fields])
        targets = ", ".join(_column(parent, f) for f in ["id", *(self.parent or self.fields)])
        return (
            f"ALTER TABLE {table} ADD CONSTRAINT {schema_editor.quote_name(self.name)} FOREIGN KEY ({columns}) "
            f"REFERENCES {schema_editor.quote_name(parent._meta.db_table)} ({targets})"
            f"{' ON UPDATE CASCADE' if self.follows else ''} DEFERRABLE INITIALLY IMMEDIATE"
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        table = schema_editor.quote_name(model._meta.db_table)
        return f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {schema_editor.quote_name(self.name)}"


def party_key(name: str, *fields: str) -> models.UniqueConstraint:
    """The unique key (id, parties…) to which children's carried columns refer."""
    return models.UniqueConstraint(fields=["id", *fields], name=name)
