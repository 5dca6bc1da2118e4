"""`migrate`, as the system: row rules hold for the tables' owner too, so a migration on tables with rows in them could
neither move the rows nor have a new foreign key checked. And lean (`portal.security.migrating`).
"""

from typing import Any

from django.core.management.commands import migrate

from portal.security.actor import system
from portal.security.migrating import LeanExecutor


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        migrate.MigrationExecutor = LeanExecutor  # type: ignore[attr-defined]
        with system("migration"):
            super().handle(*args, **options)
