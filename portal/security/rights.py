"""What the application's database role may do to each table. Set after every `migrate`, from the models.

No right to delete where no rule opens deletion; no right to change history or what is append-only; TRUNCATE never.
"""

from typing import Any

import pghistory.models
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from psycopg2.extensions import quote_ident

from portal.security.scope import PartyModel, rules_of


def rights_on(model: type[models.Model]) -> list[str]:
    """The application's rights on the model's table."""
    if issubclass(model, pghistory.models.Event):
        return ["SELECT"]
    if getattr(model, "reference", False):  # changed by migrations or triggers only
        return ["SELECT"]
    if getattr(model, "append_only", False):
        return ["SELECT", "INSERT"]
    if issubclass(model, PartyModel):
        return ["SELECT", "INSERT", _update(model), *(["DELETE"] if rules_of(model).deletes else [])]
    return ["SELECT", "INSERT", "UPDATE", "DELETE"]


def quote(name: str) -> str:
    """A column's name as an SQL identifier."""
    return f'"{name}"'


def _update(model: type[models.Model]) -> str:
    """The right to update: all columns but those that triggers keep (`kept_columns`)."""
    kept = getattr(model, "kept_columns", ())
    if not kept:
        return "UPDATE"
    return f"UPDATE ({', '.join(quote(f.column) for f in model._meta.concrete_fields if f.name not in kept)})"


def grant_rights(**_signal: Any) -> None:
    """Set the rights of application and backup; make history triggers run as the owner."""
    with connection.cursor() as cursor:
        raw = cursor.connection
        app, backup = (quote_ident(r, raw) for r in (settings.DATABASE_APP_ROLE, settings.DATABASE_BACKUP_ROLE))
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [[settings.DATABASE_APP_ROLE]])
        if cursor.fetchone() is None:
            return
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {app}")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {app}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}")
        cursor.execute(f"GRANT SELECT ON django_migrations TO {app}")
        for model in apps.get_models(include_auto_created=True):
            if model._meta.managed and not model._meta.proxy:
                table = quote_ident(model._meta.db_table, raw)
                cursor.execute(f"GRANT {', '.join(rights_on(model))} ON {table} TO {app}")
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.DATABASE_BACKUP_ROLE])
        if cursor.fetchone():
            cursor.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {backup}")
            cursor.execute(f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {backup}")
        cursor.execute(_HISTORY_FUNCTIONS)
        for (function,) in cursor.fetchall():
            cursor.execute(f"ALTER FUNCTION {function} SECURITY DEFINER SET search_path = public, pg_temp")


_HISTORY_FUNCTIONS = """
    SELECT p.oid::regprocedure::text FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'pgtrigger\\_%' AND p.prosrc LIKE '%pgh_label%'
"""
