"""Load the reference lists."""

from typing import Any

from django.db import migrations

from portal.organizations.reference import LISTS, entries


def load(apps: Any, _editor: Any) -> None:
    code = apps.get_model("organizations", "Code")
    code.objects.bulk_create([code(**entry) for name in LISTS for entry in entries(name)])


def unload(apps: Any, _editor: Any) -> None:
    apps.get_model("organizations", "Code").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("organizations", "0002_last_administrator")]
    operations = [migrations.RunPython(load, unload)]
