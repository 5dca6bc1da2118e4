"""`manage.py reencrypt_fields`: move encrypted fields to the newest key. The portal goes on meanwhile."""

from typing import Any

import pgtrigger
from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection, models, transaction

from portal.accounts import factors
from portal.security.actor import system
from portal.security.encryption import EncryptedField, current_prefix, decrypt, encrypt

BATCH = 500


def encrypted_fields() -> list[tuple[type[models.Model], EncryptedField]]:
    return [(m, f) for m in apps.get_models() for f in m._meta.concrete_fields if isinstance(f, EncryptedField)]


def reencrypt(model: type[models.Model], field: EncryptedField) -> int:
    """Move one batch of a table's values. Returns how many; what changes meanwhile is under the newest key anyway."""
    table, column, key = model._meta.db_table, field.column, model._meta.pk.column
    with system("encrypted fields move to the newest key"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f'SELECT "{key}", "{column}" FROM "{table}" WHERE "{column}" <> %s AND NOT starts_with("{column}", %s) '  # noqa: S608
            "LIMIT %s FOR UPDATE SKIP LOCKED",
            ["", current_prefix(), BATCH],
        )
        rows = cursor.fetchall()
        with pgtrigger.ignore():  # not a change of anything that people know
            for pk, value in rows:
                moved = encrypt(decrypt(value, field.purpose), field.purpose)
                cursor.execute(f'UPDATE "{table}" SET "{column}" = %s WHERE "{key}" = %s', [moved, pk])  # noqa: S608
    return len(rows)


class Command(BaseCommand):
    help = "Re-encrypt what older keys of FIELD_KEYS hold with the newest, in batches; the change history, too."

    def handle(self, *_args: Any, **_options: Any) -> None:
        for model, field in encrypted_fields():
            total = 0
            while done := reencrypt(model, field):
                total += done
            self.stdout.write(f"{model._meta.label}.{field.name}: {total:,}")
        total = 0
        while done := factors.reencrypt(BATCH):
            total += done
        self.stdout.write(f"mfa.Authenticator: {total:,}")
