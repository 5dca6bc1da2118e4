"""Phone numbers are encrypted, those of the change history with them."""

from typing import Any

import pgtrigger
from django.db import migrations

import portal.security.encryption
from portal.security.actor import system

PURPOSE = "startups.phone"


def rewritten(editor: Any, change: Any) -> None:
    """Every number through `change`, unseen by the history's triggers."""
    with system("phone numbers are encrypted"), pgtrigger.ignore(), editor.connection.cursor() as cursor:
        for table, key in (("startups_profile", "id"), ("startups_profilehistory", "pgh_id")):
            cursor.execute(f"SELECT {key}, phone FROM {table} WHERE phone <> ''")
            for pk, phone in cursor.fetchall():
                cursor.execute(f"UPDATE {table} SET phone = %s WHERE {key} = %s", [change(phone, PURPOSE), pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def encrypted(_apps: Any, editor: Any) -> None:
    rewritten(editor, portal.security.encryption.encrypt)


def plain(_apps: Any, editor: Any) -> None:
    rewritten(editor, portal.security.encryption.decrypt)


class Migration(migrations.Migration):

    dependencies = [
        ('startups', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='profile',
            name='phone',
            field=portal.security.encryption.EncryptedField(blank=True, max_length=20, purpose='startups.phone', verbose_name='연락처'),
        ),
        migrations.AlterField(
            model_name='profilehistory',
            name='phone',
            field=portal.security.encryption.EncryptedField(blank=True, max_length=20, purpose='startups.phone', verbose_name='연락처'),
        ),
        migrations.RunPython(encrypted, plain),
    ]
