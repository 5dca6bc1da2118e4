"""Migrations on a portal that is in use: row rules hold for the tables' owner too."""

import os
import subprocess
import sys
from typing import Any

from django.db import connections

from portal.outbox.models import Message
from portal.security.actor import system
from tests.database import ROOT, throw_away
from tests.fixtures import World
from tests.sides import Sides


def test_a_migration_moves_rows_and_checks_keys(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), throw_away("migrate") as urls:
        Sides(world := World())
        with system("as it was before"):
            about = {"subject": "legal.legalcase"}
            old = Message(job="notifications.deliver", arguments=about, created_at=world.now, due_at=world.now)
            old.save(force_insert=True)
        connections.close_all()
        for target in (("legal", "0003"), ()):
            command = [sys.executable, "-W", "ignore", "manage.py", "migrate", "--verbosity", "0", *target]
            subprocess.run(command, cwd=ROOT, env=os.environ | urls, check=True)
        with system("check"):
            assert Message.objects.get(pk=old.pk).confidential
            assert Message.objects.filter(confidential=False).exists()
        connections.close_all()
