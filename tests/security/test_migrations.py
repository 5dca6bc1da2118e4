"""Migrations on a portal that is in use: row rules hold for the tables' owner too."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.db import connections

from matching.recommendations.models import Recommendation, Upload, UploadRow
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


@pytest.mark.prove
def test_a_migration_encrypts_what_stands(django_db_setup: None, django_db_blocker: Any) -> None:
    """Rows and history, there and back; no version is added to the history."""
    tables = {
        "phone": ("recommendations_recommendation", "recommendations_recommendationhistory"),
        "values": ("recommendations_uploadrow",),
    }

    def stored() -> list[str]:
        with system("check"), connections["default"].cursor() as cursor:
            found = []
            for column, names in tables.items():
                for name in names:
                    cursor.execute(f'SELECT "{column}"::text FROM {name} WHERE "{column}"::text <> %s', [""])
                    found += [row[0] for row in cursor.fetchall()]
        connections.close_all()
        return found

    with django_db_blocker.unblock(), throw_away("encrypt") as urls:
        Sides(World())
        with system("test"):
            one = Recommendation.objects.first()
            Recommendation.objects.filter(pk=one.pk).update(phone="010-1234-5678")
            upload = Upload.objects.first()
            line = {"upload": upload, "center_id": upload.center_id, "uploaded_by_id": upload.uploaded_by_id}
            row = UploadRow(**line, number=77, values={"phone": "010-1234-5678"}, outcome="new")
            row.save(force_insert=True)
        now = stored()
        assert len(now) >= 3 and all(text.startswith("enc1:") for text in now)
        for target, open_ in (("0002", True), ("0003", False)):
            command = [sys.executable, "-W", "ignore", "manage.py", "migrate", "--verbosity", "0"]
            subprocess.run([*command, "recommendations", target], cwd=ROOT, env=os.environ | urls, check=True)
            assert len(stored()) == len(now)
            assert sum("010-1234-5678" in text for text in stored()) == (3 if open_ else 0)
        subprocess.run(command, cwd=ROOT, env=os.environ | urls, check=True)
        with system("check"):
            assert Recommendation.objects.get(pk=one.pk).phone == "010-1234-5678"
            assert UploadRow.objects.get(pk=row.pk).values == {"phone": "010-1234-5678"}
        connections.close_all()
