"""Making test databases: a migrated template, and clones of it."""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from django.conf import settings
from django.db import connection
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = "organizations_code"
SHAPING = (
    "security/rights.py",
    "security/rowsecurity.py",
    "security/migrating.py",
    "security/search.py",
    "merging/database.py",
)
EXTENSIONS = ("pg_trgm", "btree_gist", "citext", "unaccent", "vector")


def schema_key() -> str:
    """A hash of everything that shapes the schema: a changed migration makes a new template."""
    digest = hashlib.sha256()
    files = sorted(ROOT.glob("*/*/migrations/*.py")) + sorted(ROOT.glob("portal/*/reference/*"))
    for path in [*files, *(ROOT / "portal" / name for name in SHAPING)]:
        if path.is_file():
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def named(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def admin(statement: str, database: str = "") -> list[tuple[object, ...]]:
    """Run one statement as the superuser, outside a transaction."""
    url = os.environ["DATABASE_ADMIN_URL"]
    with_db = psycopg2.connect(named(url, database) if database else url)
    try:
        with_db.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        with with_db.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        with_db.close()


def clone_of_template(key: str, suffix: str) -> str:
    """A fresh database for one process; Django's connection is pointed at it. Returns its name."""
    template, name = f"template_{key}", f"test_{suffix}"
    with (ROOT / ".run" / "test" / "template.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not admin(f"SELECT 1 FROM pg_database WHERE datname = '{template}' AND NOT datallowconn"):
            _make_template(template)
        admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin(f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER portal_owner STRATEGY FILE_COPY')
    admin(f"CREATE SCHEMA pristine; CREATE TABLE pristine.{REFERENCE} AS TABLE {REFERENCE}", name)
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
    os.environ["DATABASE_URL"] = named(os.environ["DATABASE_URL"], name)
    os.environ["DATABASE_OWNER_URL"] = named(os.environ["DATABASE_OWNER_URL"], name)
    os.environ["DATABASE_BACKUP_URL"] = named(os.environ["DATABASE_BACKUP_URL"], name)
    os.environ["TEST_TEMPLATE"] = template
    return name


@contextmanager
def throw_away(suffix: str) -> Iterator[dict[str, str]]:
    """A database of its own, with Django's connection (all threads') pointed at it: for attacks that really commit.

    Yields the environment for further processes. Rows that nobody can delete, the ledger's, go with the database.
    """
    name, before = f"test_{os.getpid()}_{suffix}", connection.settings_dict["NAME"]
    urls = {key: named(os.environ[key], name) for key in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    admin(f'CREATE DATABASE "{name}" TEMPLATE "{os.environ["TEST_TEMPLATE"]}" OWNER portal_owner STRATEGY FILE_COPY')
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield urls
    finally:
        drop(name)
        connection.settings_dict["NAME"] = before


def drop(name: str) -> None:
    connection.close()
    admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def blank(name: str) -> None:
    """A database without tables, with the extensions that only a superuser may install."""
    admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    admin(f"CREATE DATABASE \"{name}\" OWNER portal_owner TEMPLATE template0 ENCODING 'UTF8'")
    for extension in EXTENSIONS:
        admin(f"CREATE EXTENSION IF NOT EXISTS {extension}", name)


def _make_template(template: str) -> None:
    for (old,) in admin("SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%'"):
        if old != template:
            admin(f'ALTER DATABASE "{old}" WITH ALLOW_CONNECTIONS true')
            admin(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
    blank(template)
    environment = os.environ | {"DATABASE_OWNER_URL": named(os.environ["DATABASE_OWNER_URL"], template)}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=environment, check=True)
    admin(f'ALTER DATABASE "{template}" WITH ALLOW_CONNECTIONS false')


def empty(name: str) -> None:
    """Empty the tables that a test has filled, as the superuser with triggers off: the application may not. Not by
    TRUNCATE, which makes every table and index anew. The reference lists are as at first, also where a test has written
    into them.
    """
    kept = ("django_migrations", "django_content_type")
    named = ", ".join(f"'{k}'" for k in kept)
    tables = admin(
        "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables "
        f"WHERE schemaname IN ('public', 'search') AND tablename NOT IN ({named})",
        name,
    )
    filled = admin(" UNION ALL ".join(f"SELECT '{t}' WHERE EXISTS (SELECT FROM {t})" for (t,) in tables), name)
    deleted = "".join(f"DELETE FROM {t};" for (t,) in filled)
    admin(
        f"SET session_replication_role = replica; {deleted}"
        f"INSERT INTO {REFERENCE} SELECT * FROM pristine.{REFERENCE};"
        "SELECT setval(quote_ident(schemaname) || '.' || quote_ident(sequencename), start_value, false)"
        " FROM pg_sequences WHERE last_value IS NOT NULL AND schemaname = 'public'",
        name,
    )
    if filled:
        admin(f"VACUUM {', '.join(str(t) for (t,) in filled)}", name)
