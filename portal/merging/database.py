"""What merging needs of the tables: keys that may wait while parents and children move, and no new row for a startup
that is merged away. Set after every `migrate`, from the models.
"""

from typing import Any

from django.apps import apps
from django.db import connection

from portal.merging.hanging import hanging
from portal.security.rowsecurity import Carries


def prepare(**_signal: Any) -> None:
    """Idempotent: alters only what is not so already."""
    with connection.cursor() as cursor:
        carried = [
            (model._meta.db_table, constraint.name)
            for model in apps.get_models()
            for constraint in model._meta.constraints
            if isinstance(constraint, Carries)
        ]
        cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'f' AND NOT condeferrable")
        rigid = {name for (name,) in cursor.fetchall()}
        for table, name in carried:
            if name in rigid:
                cursor.execute(f'ALTER TABLE "{table}" ALTER CONSTRAINT "{name}" DEFERRABLE INITIALLY IMMEDIATE')
        columns: dict[str, list[str]] = {}
        for hang in hanging():
            columns.setdefault(hang.model._meta.db_table, []).append(hang.column)
        for table, named in columns.items():
            cursor.execute(_triggers(table, sorted(named)))


def _triggers(table: str, columns: list[str]) -> str:
    quoted, words = ", ".join(f'"{c}"' for c in columns), ", ".join(f"'{c}'" for c in columns)
    return (
        f'CREATE OR REPLACE TRIGGER merging_refuse AFTER UPDATE OF {quoted} ON "{table}" '
        f"FOR EACH ROW EXECUTE FUNCTION merging_refuse({words}); "
        f'CREATE OR REPLACE TRIGGER merging_refuse_new AFTER INSERT ON "{table}" REFERENCING NEW TABLE AS made '
        f"FOR EACH STATEMENT EXECUTE FUNCTION merging_refuse_new({words})"
    )
