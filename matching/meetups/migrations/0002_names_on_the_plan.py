"""Names on the meetings, so that everybody in a meetup can read its plan. The triggers are generated."""

# ruff: noqa: E501

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("meetups", "0001_initial"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="meeting",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="meeting",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="meeting",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="meeting",
            name="corporation_name",
            field=models.CharField(default="", max_length=120, verbose_name="수요 기업"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="meeting",
            name="startup_name",
            field=models.CharField(default="", max_length=120, verbose_name="스타트업"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="meetinghistory",
            name="corporation_name",
            field=models.CharField(default="", max_length=120, verbose_name="수요 기업"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="meetinghistory",
            name="startup_name",
            field=models.CharField(default="", max_length=120, verbose_name="스타트업"),
            preserve_default=False,
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="meeting",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "meetups_meetinghistory" ("application_id", "corporation_id", "corporation_name", "ends_at", "held_at", "held_by_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "program_id", "published", "starts_at", "startup_id", "startup_name", "state", "table") VALUES (NEW."application_id", NEW."corporation_id", NEW."corporation_name", NEW."ends_at", NEW."held_at", NEW."held_by_id", NEW."id", NEW."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."program_id", NEW."published", NEW."starts_at", NEW."startup_id", NEW."startup_name", NEW."state", NEW."table"); RETURN NULL;',
                    hash="6a09028040ebbbad94afa6b1e49fa1d849daff38",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_f4eb1",
                    table="meetups_meeting",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="meeting",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "meetups_meetinghistory" ("application_id", "corporation_id", "corporation_name", "ends_at", "held_at", "held_by_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "program_id", "published", "starts_at", "startup_id", "startup_name", "state", "table") VALUES (NEW."application_id", NEW."corporation_id", NEW."corporation_name", NEW."ends_at", NEW."held_at", NEW."held_by_id", NEW."id", NEW."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."program_id", NEW."published", NEW."starts_at", NEW."startup_id", NEW."startup_name", NEW."state", NEW."table"); RETURN NULL;',
                    hash="42c141d38c6f903e6fc191b40d98b5af5af30bb0",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_dda88",
                    table="meetups_meeting",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="meeting",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "meetups_meetinghistory" ("application_id", "corporation_id", "corporation_name", "ends_at", "held_at", "held_by_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "program_id", "published", "starts_at", "startup_id", "startup_name", "state", "table") VALUES (OLD."application_id", OLD."corporation_id", OLD."corporation_name", OLD."ends_at", OLD."held_at", OLD."held_by_id", OLD."id", OLD."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."program_id", OLD."published", OLD."starts_at", OLD."startup_id", OLD."startup_name", OLD."state", OLD."table"); RETURN NULL;',
                    hash="46c4521911115237d3b3d3bd15046e4160b89287",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_127a5",
                    table="meetups_meeting",
                    when="AFTER",
                ),
            ),
        ),
    ]
