"""The number comes with the first submission; what was handed in stays visible to the ministry when withdrawn."""

from django.conf import settings
from django.db import migrations, models

import portal.security.rowsecurity
import portal.security.rules


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0001_initial"),
        ("demands", "0001_initial"),
        ("organizations", "0003_reference"),
        ("plans", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="application",
            name="application_rows",
        ),
        migrations.RemoveConstraint(
            model_name="applicationhistory",
            name="application_rows_history",
        ),
        migrations.AlterField(
            model_name="application",
            name="number",
            field=models.CharField(blank=True, max_length=20, null=True, unique=True, verbose_name="접수번호"),
        ),
        migrations.AlterField(
            model_name="applicationhistory",
            name="number",
            field=models.CharField(blank=True, max_length=20, null=True, verbose_name="접수번호"),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "withdrawn"]), ("number__isnull", False), _connector="OR"),
                name="application_numbered",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=portal.security.rowsecurity.RowSecurity(
                blocks=["id", "startup"],
                name="application_rows",
                reads=[
                    portal.security.rules.Rule(kind="startup", party="startup", roles=(), when=None),
                    portal.security.rules.Rule(
                        kind="ministry",
                        roles=("officer", "approver", "finance", "auditor"),
                        when=models.Q(
                            (
                                "state__in",
                                [
                                    "submitted",
                                    "returned",
                                    "eligible",
                                    "ineligible",
                                    "invited",
                                    "met",
                                    "selected",
                                    "waiting",
                                    "not_selected",
                                ],
                            ),
                            models.Q(("state", "withdrawn"), ("submitted_at__isnull", False)),
                            _connector="OR",
                        ),
                    ),
                    portal.security.rules.Rule(
                        kind="corporation",
                        party="corporation",
                        roles=(),
                        when=models.Q(
                            ("state__in", ["eligible", "invited", "met", "selected", "waiting", "not_selected"])
                        ),
                    ),
                    portal.security.rules.Rule(
                        kind="center",
                        party="center",
                        roles=(),
                        when=models.Q(
                            (
                                "state__in",
                                [
                                    "submitted",
                                    "returned",
                                    "eligible",
                                    "ineligible",
                                    "invited",
                                    "met",
                                    "selected",
                                    "waiting",
                                    "not_selected",
                                ],
                            )
                        ),
                    ),
                ],
                writes=[
                    portal.security.rules.Rule(kind="startup", party="startup", roles=(), when=None),
                    portal.security.rules.Rule(kind="ministry", roles=("officer",), when=None),
                    portal.security.rules.Rule(kind="corporation", party="corporation", roles=("manager",), when=None),
                ],
            ),
        ),
        migrations.AddConstraint(
            model_name="applicationhistory",
            constraint=portal.security.rowsecurity.RowSecurity(
                blocks=["id", "startup"],
                name="application_rows_history",
                reads=[
                    portal.security.rules.Rule(kind="startup", party="startup", roles=(), when=None),
                    portal.security.rules.Rule(
                        kind="ministry",
                        roles=("officer", "approver", "finance", "auditor"),
                        when=models.Q(
                            (
                                "state__in",
                                [
                                    "submitted",
                                    "returned",
                                    "eligible",
                                    "ineligible",
                                    "invited",
                                    "met",
                                    "selected",
                                    "waiting",
                                    "not_selected",
                                ],
                            ),
                            models.Q(("state", "withdrawn"), ("submitted_at__isnull", False)),
                            _connector="OR",
                        ),
                    ),
                    portal.security.rules.Rule(
                        kind="corporation",
                        party="corporation",
                        roles=(),
                        when=models.Q(
                            ("state__in", ["eligible", "invited", "met", "selected", "waiting", "not_selected"])
                        ),
                    ),
                    portal.security.rules.Rule(
                        kind="center",
                        party="center",
                        roles=(),
                        when=models.Q(
                            (
                                "state__in",
                                [
                                    "submitted",
                                    "returned",
                                    "eligible",
                                    "ineligible",
                                    "invited",
                                    "met",
                                    "selected",
                                    "waiting",
                                    "not_selected",
                                ],
                            )
                        ),
                    ),
                ],
                recorded=True,
            ),
        ),
    ]
