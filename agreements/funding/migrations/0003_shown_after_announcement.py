# ruff: noqa: E501

"""Startup and center learn of an award with the announcement; a cancelled award has nothing drawn."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import portal.security.rowsecurity
import portal.security.rules


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0001_initial"),
        ("funding", "0002_counters"),
        ("organizations", "0003_reference"),
        ("plans", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="award",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="award",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="award",
            name="delete_delete",
        ),
        migrations.RemoveConstraint(
            model_name="award",
            name="award_rows",
        ),
        migrations.RemoveConstraint(
            model_name="awardhistory",
            name="award_rows_history",
        ),
        migrations.RemoveConstraint(
            model_name="ledgerentry",
            name="ledger_rows",
        ),
        migrations.RemoveConstraint(
            model_name="startupfunds",
            name="startup_funds_rows",
        ),
        migrations.RemoveField(
            model_name="awardhistory",
            name="drawn",
        ),
        migrations.AddField(
            model_name="award",
            name="announced_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="awardhistory",
            name="announced_at",
            field=models.DateTimeField(null=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="award",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "funding_awardhistory" ("amount", "announced_at", "application_id", "awarded_at", "awarded_by_id", "center_id", "corporation_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "program_id", "startup_id", "state") VALUES (NEW."amount", NEW."announced_at", NEW."application_id", NEW."awarded_at", NEW."awarded_by_id", NEW."center_id", NEW."corporation_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."program_id", NEW."startup_id", NEW."state"); RETURN NULL;',
                    hash="72803aa02b3cfb282124c13e95a65b19e77424d4",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_51a6c",
                    table="funding_award",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="award",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."announced_at" IS DISTINCT FROM (NEW."announced_at") OR OLD."application_id" IS DISTINCT FROM (NEW."application_id") OR OLD."awarded_at" IS DISTINCT FROM (NEW."awarded_at") OR OLD."awarded_by_id" IS DISTINCT FROM (NEW."awarded_by_id") OR OLD."center_id" IS DISTINCT FROM (NEW."center_id") OR OLD."corporation_id" IS DISTINCT FROM (NEW."corporation_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."program_id" IS DISTINCT FROM (NEW."program_id") OR OLD."startup_id" IS DISTINCT FROM (NEW."startup_id") OR OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func='INSERT INTO "funding_awardhistory" ("amount", "announced_at", "application_id", "awarded_at", "awarded_by_id", "center_id", "corporation_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "program_id", "startup_id", "state") VALUES (NEW."amount", NEW."announced_at", NEW."application_id", NEW."awarded_at", NEW."awarded_by_id", NEW."center_id", NEW."corporation_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."program_id", NEW."startup_id", NEW."state"); RETURN NULL;',
                    hash="fe9eba72fdf547d3f093632913c54ec958165f4e",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_23f31",
                    table="funding_award",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="award",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "funding_awardhistory" ("amount", "announced_at", "application_id", "awarded_at", "awarded_by_id", "center_id", "corporation_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "program_id", "startup_id", "state") VALUES (OLD."amount", OLD."announced_at", OLD."application_id", OLD."awarded_at", OLD."awarded_by_id", OLD."center_id", OLD."corporation_id", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."program_id", OLD."startup_id", OLD."state"); RETURN NULL;',
                    hash="bf6f350dee2bd03b249eee695efc790cd2922432",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_6241d",
                    table="funding_award",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("state", "cancelled"), _negated=True), ("drawn", 0), _connector="OR"),
                name="award_cancelled_unused",
            ),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=portal.security.rowsecurity.RowSecurity(
                blocks=["application", "startup"],
                name="award_rows",
                reads=[
                    portal.security.rules.Rule(
                        kind="startup", party="startup", roles=(), when=models.Q(("announced_at__isnull", False))
                    ),
                    portal.security.rules.Rule(
                        kind="ministry", roles=("officer", "approver", "finance", "auditor"), when=None
                    ),
                    portal.security.rules.Rule(kind="corporation", party="corporation", roles=("manager",), when=None),
                    portal.security.rules.Rule(
                        kind="corporation", party="corporation", roles=("signatory",), when=None
                    ),
                    portal.security.rules.Rule(
                        kind="center", party="center", roles=(), when=models.Q(("announced_at__isnull", False))
                    ),
                ],
                writes=[portal.security.rules.Rule(kind="ministry", roles=("approver", "finance"), when=None)],
            ),
        ),
        migrations.AddConstraint(
            model_name="awardhistory",
            constraint=portal.security.rowsecurity.RowSecurity(
                blocks=["application", "startup"],
                name="award_rows_history",
                reads=[
                    portal.security.rules.Rule(
                        kind="startup", party="startup", roles=(), when=models.Q(("announced_at__isnull", False))
                    ),
                    portal.security.rules.Rule(
                        kind="ministry", roles=("officer", "approver", "finance", "auditor"), when=None
                    ),
                    portal.security.rules.Rule(kind="corporation", party="corporation", roles=("manager",), when=None),
                    portal.security.rules.Rule(
                        kind="corporation", party="corporation", roles=("signatory",), when=None
                    ),
                    portal.security.rules.Rule(
                        kind="center", party="center", roles=(), when=models.Q(("announced_at__isnull", False))
                    ),
                ],
                recorded=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=portal.security.rowsecurity.RowSecurity(
                name="ledger_rows",
                reads=[
                    portal.security.rules.Rule(kind="ministry", roles=("finance", "approver", "auditor"), when=None),
                    portal.security.rules.Rule(
                        kind="startup", party="startup", roles=(), when=models.Q(("credit", "paid"))
                    ),
                ],
                writes=[portal.security.rules.Rule(kind="ministry", roles=("approver", "finance"), when=None)],
            ),
        ),
        migrations.AddConstraint(
            model_name="startupfunds",
            constraint=portal.security.rowsecurity.RowSecurity(
                name="startup_funds_rows",
                reads=[
                    portal.security.rules.Rule(
                        kind="ministry", roles=("officer", "approver", "finance", "auditor"), when=None
                    )
                ],
            ),
        ),
    ]
