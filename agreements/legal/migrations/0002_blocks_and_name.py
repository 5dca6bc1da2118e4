# ruff: noqa: E501

"""A Block on the case or on the startup closes the case, whoever is asked; a case carries the startup's name."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import portal.security.rowsecurity
import portal.security.rules


class Migration(migrations.Migration):
    dependencies = [
        ("legal", "0001_initial"),
        ("organizations", "0003_reference"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="legalcase",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="legalcase",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="legalcase",
            name="delete_delete",
        ),
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
        migrations.AddField(
            model_name="legalcase",
            name="startup_name",
            field=models.CharField(default="", max_length=120, verbose_name="스타트업"),
        ),
        migrations.AddField(
            model_name="legalcasehistory",
            name="startup_name",
            field=models.CharField(default="", max_length=120, verbose_name="스타트업"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="legalcase",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "legal_legalcasehistory" ("advisor_id", "advisor_name", "answered_at", "answered_by_id", "assigned_at", "assigned_by_id", "counterparty", "id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "question", "received_at", "received_by_id", "startup_id", "startup_name", "state", "subject", "urgent", "wanted_on") VALUES (NEW."advisor_id", NEW."advisor_name", NEW."answered_at", NEW."answered_by_id", NEW."assigned_at", NEW."assigned_by_id", NEW."counterparty", NEW."id", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."question", NEW."received_at", NEW."received_by_id", NEW."startup_id", NEW."startup_name", NEW."state", NEW."subject", NEW."urgent", NEW."wanted_on"); RETURN NULL;',
                    hash="ff1b12f036073c1c40aa8a0c8e499a95fbd13090",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_84050",
                    table="legal_legalcase",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="legalcase",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "legal_legalcasehistory" ("advisor_id", "advisor_name", "answered_at", "answered_by_id", "assigned_at", "assigned_by_id", "counterparty", "id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "question", "received_at", "received_by_id", "startup_id", "startup_name", "state", "subject", "urgent", "wanted_on") VALUES (NEW."advisor_id", NEW."advisor_name", NEW."answered_at", NEW."answered_by_id", NEW."assigned_at", NEW."assigned_by_id", NEW."counterparty", NEW."id", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."question", NEW."received_at", NEW."received_by_id", NEW."startup_id", NEW."startup_name", NEW."state", NEW."subject", NEW."urgent", NEW."wanted_on"); RETURN NULL;',
                    hash="d4ea9ae5a10240d29b790ac51b6c4bb764cc4275",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d2c94",
                    table="legal_legalcase",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="legalcase",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "legal_legalcasehistory" ("advisor_id", "advisor_name", "answered_at", "answered_by_id", "assigned_at", "assigned_by_id", "counterparty", "id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "question", "received_at", "received_by_id", "startup_id", "startup_name", "state", "subject", "urgent", "wanted_on") VALUES (OLD."advisor_id", OLD."advisor_name", OLD."answered_at", OLD."answered_by_id", OLD."assigned_at", OLD."assigned_by_id", OLD."counterparty", OLD."id", OLD."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."question", OLD."received_at", OLD."received_by_id", OLD."startup_id", OLD."startup_name", OLD."state", OLD."subject", OLD."urgent", OLD."wanted_on"); RETURN NULL;',
                    hash="2dc5ce98b836da669ad32749c1e51175f535a491",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_79ff1",
                    table="legal_legalcase",
                    when="AFTER",
                ),
            ),
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
