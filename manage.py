#!/usr/bin/env python
"""Django's command line. What the application has no right to change, commands change as the database's owner."""

import os
import sys

# The application can change neither the schema nor access records and the change history.
OWNER_COMMANDS = {"migrate", "sqlmigrate", "makemigrations", "erase_personal", "reencrypt_fields"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        os.environ.setdefault("PORTAL_DATABASE_ROLE", "owner")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
