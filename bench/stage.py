"""The stage: throw-away engines, a migrated database of our own, and the real server on a free port."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg2

from portal.devstack import demo, testing
from portal.devstack.environment import library_path
from portal.devstack.failures import DevstackError
from portal.devstack.places import ROOT, RUN

FOLDER = RUN / "bench"
SETTINGS = "bench.settings"


@contextmanager
def database() -> Iterator[None]:
    """Set Django up on a fresh clone of the migrated template; dropped at the end."""
    os.environ.update(testing.start())
    os.environ |= {"PORTAL_MODE": "demo", "DJANGO_SETTINGS_MODULE": SETTINGS, "LOG_LEVEL": "WARNING"}
    django.setup()
    del os.environ["DJANGO_SETTINGS_MODULE"]  # `migrate` runs with the portal's own
    from tests.database import clone_of_template, drop, schema_key

    name = clone_of_template(schema_key(), f"bench_{os.getpid()}")
    try:
        yield
    finally:
        drop(name)


@contextmanager
def server() -> Iterator[int]:
    """gunicorn as the demo runs it, with one process; yields its port."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, **library_path(), "WEB_WORKERS": "1"}
    demo.gather_static(environment)
    environment["DJANGO_SETTINGS_MODULE"] = SETTINGS
    port = demo.free_port(8100)
    web = demo.processes(environment, port)[0]
    with (FOLDER / "web.log").open("wb") as log:
        process = subprocess.Popen(
            web.command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        deadline = time.monotonic() + 30
        while not demo.answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise DevstackError(f"the server did not start; its log is {FOLDER / 'web.log'}")
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def analyze() -> None:
    """What autovacuum does in a living database, where it is on."""
    connection = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    finally:
        connection.close()


def admin_url() -> str:
    """The superuser's address of our clone; only the engines started here have one."""
    if "DATABASE_ADMIN_URL" not in os.environ:
        raise DevstackError(
            "the benchmark makes its rows as the database's superuser", cure="unset DATABASE_URL: it starts its own"
        )
    name = urlsplit(os.environ["DATABASE_URL"]).path
    return urlunsplit(urlsplit(os.environ["DATABASE_ADMIN_URL"])._replace(path=name))
