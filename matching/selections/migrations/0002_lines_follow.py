# ruff: noqa: E501

"""A selection's lines carry its state: what a corporation drafts is not the ministry's to read."""

import pgtrigger.compiler
import pgtrigger.migrations
import portal.security.rowsecurity
import portal.security.rules
from portal.security.operations import copied
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0003_exclusions'),
        ('demands', '0001_initial'),
        ('evaluations', '0001_initial'),
        ('organizations', '0004_roles'),
        ('plans', '0001_initial'),
        ('selections', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='line',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='line',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='line',
            name='delete_delete',
        ),
        migrations.RemoveConstraint(
            model_name='line',
            name='line_of_selection',
        ),
        migrations.RemoveConstraint(
            model_name='line',
            name='line_rows',
        ),
        migrations.RemoveConstraint(
            model_name='linehistory',
            name='line_rows_history',
        ),
        migrations.AddField(
            model_name='line',
            name='standing',
            field=models.CharField(choices=[('draft', '작성 중'), ('proposed', '제안'), ('returned', '보완 요청'), ('confirmed', '확정'), ('announced', '발표')], default='draft', max_length=10),
        ),
        migrations.AddField(
            model_name='linehistory',
            name='standing',
            field=models.CharField(choices=[('draft', '작성 중'), ('proposed', '제안'), ('returned', '보완 요청'), ('confirmed', '확정'), ('announced', '발표')], default='draft', max_length=10),
        ),
        copied("UPDATE selections_line l SET standing = s.state FROM selections_selection s WHERE s.id = l.selection_id"),
        pgtrigger.migrations.AddTrigger(
            model_name='line',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "selections_linehistory" ("amount", "announced_at", "application_id", "corporation_id", "decision", "departure_reason", "id", "message", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "program_id", "rank", "selection_id", "standing", "startup_id") VALUES (NEW."amount", NEW."announced_at", NEW."application_id", NEW."corporation_id", NEW."decision", NEW."departure_reason", NEW."id", NEW."message", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."program_id", NEW."rank", NEW."selection_id", NEW."standing", NEW."startup_id"); RETURN NULL;', hash='206bc17e1da667c65d2dd82d343c24d02e3fa4ea', operation='INSERT', pgid='pgtrigger_insert_insert_9473a', table='selections_line', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='line',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "selections_linehistory" ("amount", "announced_at", "application_id", "corporation_id", "decision", "departure_reason", "id", "message", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "program_id", "rank", "selection_id", "standing", "startup_id") VALUES (NEW."amount", NEW."announced_at", NEW."application_id", NEW."corporation_id", NEW."decision", NEW."departure_reason", NEW."id", NEW."message", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."program_id", NEW."rank", NEW."selection_id", NEW."standing", NEW."startup_id"); RETURN NULL;', hash='b12cc952b7fb7be5923efacac1ed1acd82182d56', operation='UPDATE', pgid='pgtrigger_update_update_9f9e0', table='selections_line', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='line',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "selections_linehistory" ("amount", "announced_at", "application_id", "corporation_id", "decision", "departure_reason", "id", "message", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "program_id", "rank", "selection_id", "standing", "startup_id") VALUES (OLD."amount", OLD."announced_at", OLD."application_id", OLD."corporation_id", OLD."decision", OLD."departure_reason", OLD."id", OLD."message", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."program_id", OLD."rank", OLD."selection_id", OLD."standing", OLD."startup_id"); RETURN NULL;', hash='0ba0b3bf8d5b1ca362753402e02fefed82dbec72', operation='DELETE', pgid='pgtrigger_delete_delete_fded8', table='selections_line', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='selection',
            constraint=models.UniqueConstraint(fields=('id', 'program', 'corporation', 'state'), name='selection_standing'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=portal.security.rowsecurity.Carries(fields=['program', 'corporation', 'standing'], follows=True, name='line_of_selection', parent=['program', 'corporation', 'state'], through='selection'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=portal.security.rowsecurity.RowSecurity(blocks=['application', 'startup'], deletes=[portal.security.rules.Rule(kind='corporation', party='corporation', roles=('manager',), when=models.Q(('announced_at', None)))], name='line_rows', reads=[portal.security.rules.Rule(kind='corporation', party='corporation', roles=('manager',), when=None), portal.security.rules.Rule(kind='corporation', party='corporation', roles=('signatory',), when=None), portal.security.rules.Rule(kind='ministry', roles=('officer', 'approver', 'finance', 'auditor'), when=models.Q(('standing__in', ['proposed', 'returned', 'confirmed', 'announced']))), portal.security.rules.Rule(kind='startup', party='startup', roles=(), when=models.Q(('announced_at__isnull', False)))], writes=[portal.security.rules.Rule(kind='corporation', party='corporation', roles=('manager',), when=None), portal.security.rules.Rule(kind='ministry', roles=('officer',), when=None)]),
        ),
        migrations.AddConstraint(
            model_name='linehistory',
            constraint=portal.security.rowsecurity.RowSecurity(blocks=['application', 'startup'], name='line_rows_history', reads=[portal.security.rules.Rule(kind='corporation', party='corporation', roles=('manager',), when=None), portal.security.rules.Rule(kind='corporation', party='corporation', roles=('signatory',), when=None), portal.security.rules.Rule(kind='ministry', roles=('officer', 'approver', 'finance', 'auditor'), when=models.Q(('standing__in', ['proposed', 'returned', 'confirmed', 'announced']))), portal.security.rules.Rule(kind='startup', party='startup', roles=(), when=models.Q(('announced_at__isnull', False)))], recorded=True),
        ),
    ]
