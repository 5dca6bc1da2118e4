"""Roles, database and extensions in an embedded cluster; the same names as in production.

portal_owner owns database and tables and migrates. portal_app is what the portal runs as: it
owns nothing and row security holds for it. portal_backup reads everything.
"""

from __future__ import annotations

from contextlib import closing
from typing import Any

OWNER, APP, BACKUP = "portal_owner", "portal_app", "portal_backup"
DATABASE = "portal"
EXTENSIONS = ("pg_trgm", "btree_gist", "citext", "unaccent", "vector")
ROLES = {
    OWNER: "LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS",
    APP: "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE",
    BACKUP: "LOGIN NOSUPERUSER BYPASSRLS NOCREATEDB NOCREATEROLE",
}


def set_up(admin_url: str, database_admin_url: str, template_admin_url: str) -> None:
    """Bring the cluster to this state, whatever it was before; cheap when nothing is missing.

    Extensions also go into template1, so that databases made by the owner (who may not create
    `vector`: it is not a trusted extension) have them.
    """
    with closing(_connect(admin_url)) as connection, connection.cursor() as cursor:
        for role, rights in ROLES.items():
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            verb = "ALTER" if cursor.fetchone() else "CREATE"
            cursor.execute(f"{verb} ROLE {role} {rights}")
        cursor.execute(f"GRANT pg_read_all_data TO {BACKUP}")
    _create_extensions(template_admin_url)
    with closing(_connect(admin_url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if not cursor.fetchone():
            cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
    _create_extensions(database_admin_url)


def drop_leftovers(admin_url: str) -> None:
    """Drop databases that killed test runs left; those named `template_…` are kept on purpose."""
    with closing(_connect(admin_url)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database WHERE NOT datistemplate"
            " AND datname NOT IN ('postgres', %s) AND datname NOT LIKE 'template\\_%%'",
            [DATABASE],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _create_extensions(url: str) -> None:
    with closing(_connect(url)) as connection, connection.cursor() as cursor:
        for extension in EXTENSIONS:
            cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")


def _connect(url: str) -> Any:
    import psycopg2

    connection = psycopg2.connect(url, connect_timeout=5)
    connection.autocommit = True
    return connection
