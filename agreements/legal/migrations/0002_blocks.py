
"""A Block on the case or on the startup closes the case, whoever is asked."""

from django.conf import settings
from django.db import migrations

import portal.security.rowsecurity
import portal.security.rules


class Migration(migrations.Migration):
    dependencies = [
        ("legal", "0001_initial"),
        ("organizations", "0003_reference"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="legalcase",
            name="legal_case_rows",
        ),
        migrations.RemoveConstraint(
            model_name="legalcasehistory",
            name="legal_case_rows_history",
        ),
        migrations.RemoveConstraint(
            model_name="note",
            name="note_rows",
        ),
        migrations.RemoveConstraint(
            model_name="notehistory",
            name="note_rows_history",
        ),
        migrations.AddConstraint(
            model_name="legalcase",
            constraint=portal.security.rowsecurity.RowSecurity(
                blocks=["id", "startup"],
                name="legal_case_rows",
                reads=[
                    portal.security.rules.Rule(kind="startup", party="startup", roles=(), when=None),
                    portal.security.rules.Rule(kind="foundation", roles=["case_manager"]),
                    portal.security.rules.Rule(holder="advisor", kind="foundation", roles=["advisor"]),
                ],
                writes=[
                    portal.security.rules.Rule(kind="startup", party="startup", roles=(), when=None),
                    portal.security.rules.Rule(kind="foundation", roles=["case_manager"]),
                    portal.security.rules.Rule(holder="advisor", kind="foundation", roles=["advisor"]),
                ],
            ),
        ),
        migrations.AddConstraint(
            model_name="legalcasehistory",
            constraint=portal.security.rowsecurity.RowSecurity(
                blocks=["id", "startup"],
                name="legal_case_rows_history",
                reads=[
                    portal.security.rules.Rule(kind="startup", party="startup", roles=(), when=None),
                    portal.security.rules.Rule(kind="foundation", roles=["case_manager"]),
                    portal.security.rules.Rule(holder="advisor", kind="foundation", roles=["advisor"]),
                ],
                recorded=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=portal.security.rowsecurity.RowSecurity(
                blocks=["case", "startup"],
                name="note_rows",
                reads=[
                    portal.security.rules.Rule(kind="startup", party="startup", roles=(), when=None),
                    portal.security.rules.Rule(kind="foundation", roles=["case_manager"]),
                    portal.security.rules.Rule(holder="advisor", kind="foundation", roles=["advisor"]),
                ],
                writes=[
                    portal.security.rules.Rule(kind="startup", party="startup", roles=(), when=None),
                    portal.security.rules.Rule(kind="foundation", roles=["case_manager"]),
                    portal.security.rules.Rule(holder="advisor", kind="foundation", roles=["advisor"]),
                ],
            ),
        ),
        migrations.AddConstraint(
            model_name="notehistory",
            constraint=portal.security.rowsecurity.RowSecurity(
                blocks=["case", "startup"],
                name="note_rows_history",
                reads=[
                    portal.security.rules.Rule(kind="startup", party="startup", roles=(), when=None),
                    portal.security.rules.Rule(kind="foundation", roles=["case_manager"]),
                    portal.security.rules.Rule(holder="advisor", kind="foundation", roles=["advisor"]),
                ],
                recorded=True,
            ),
        ),
    ]
