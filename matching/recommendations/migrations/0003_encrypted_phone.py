"""Phone numbers, and rows of uploaded lists, are encrypted; those of the change history with them."""

from collections.abc import Callable
from typing import Any

import pgtrigger
from django.db import migrations
from psycopg2.extras import execute_values

import portal.security.encryption
from portal.security.actor import system
from portal.security.encryption import decrypt, encrypt

PORTION = 1000
COLUMNS = (
    ("recommendations_recommendation", "id", "uuid", "phone", "recommendations.phone"),
    ("recommendations_recommendationhistory", "pgh_id", "bigint", "phone", "recommendations.phone"),
    ("recommendations_uploadrow", "id", "uuid", "values", "recommendations.values"),
)


def rewrite(editor: Any, change: Callable[[str, str], str]) -> None:
    """Every value through `change`, in portions, unseen by the history's triggers."""
    with system("what recommendations say of people is encrypted"), pgtrigger.ignore():
        with editor.connection.cursor() as cursor:
            for table, key, kind, column, purpose in COLUMNS:
                cursor.execute(f'SELECT "{key}" FROM "{table}" WHERE "{column}" <> %s ORDER BY 1', [""])
                keys = [row[0] for row in cursor.fetchall()]
                for first in range(0, len(keys), PORTION):
                    portion = keys[first : first + PORTION]
                    cursor.execute(
                        f'SELECT "{key}", "{column}" FROM "{table}" WHERE "{key}" = ANY(%s::{kind}[])', [portion]
                    )
                    changed = [(str(pk), change(text, purpose)) for pk, text in cursor.fetchall()]
                    execute_values(
                        cursor.cursor,
                        f'UPDATE "{table}" SET "{column}" = v.text FROM (VALUES %s) AS v (key, text) '
                        f'WHERE "{key}" = v.key::{kind}',
                        changed,
                        page_size=PORTION,
                    )
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def encrypted(_apps: Any, editor: Any) -> None:
    rewrite(editor, encrypt)


def plain(_apps: Any, editor: Any) -> None:
    rewrite(editor, decrypt)


class Migration(migrations.Migration):
    dependencies = [
        ("recommendations", "0002_confirming_in_the_background"),
    ]

    operations = [
        migrations.AlterField(
            model_name="recommendation",
            name="phone",
            field=portal.security.encryption.EncryptedField(
                max_length=20, purpose="recommendations.phone", verbose_name="연락처"
            ),
        ),
        migrations.AlterField(
            model_name="recommendationhistory",
            name="phone",
            field=portal.security.encryption.EncryptedField(
                max_length=20, purpose="recommendations.phone", verbose_name="연락처"
            ),
        ),
        migrations.AlterField(
            model_name="uploadrow",
            name="values",
            field=portal.security.encryption.EncryptedJSONField(purpose="recommendations.values"),
        ),
        migrations.RunPython(encrypted, plain),
    ]
