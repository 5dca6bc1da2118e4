# ruff: noqa: E501

"""The day's plan as a table of its own, without how a meeting stands; outcomes for the coordinating center."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import portal.kernel.ids
import portal.security.rowsecurity
import portal.security.rules
from portal.security.operations import copied
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0003_exclusions'),
        ('meetups', '0002_names_on_the_plan'),
        ('organizations', '0004_roles'),
        ('plans', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PlanEntry',
            fields=[
                ('id', models.UUIDField(default=portal.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('corporation_name', models.CharField(max_length=120, verbose_name='수요 기업')),
                ('startup_name', models.CharField(max_length=120, verbose_name='스타트업')),
                ('table', models.PositiveSmallIntegerField(verbose_name='테이블')),
                ('starts_at', models.DateTimeField(verbose_name='시작')),
                ('ends_at', models.DateTimeField(verbose_name='종료')),
                ('published', models.BooleanField()),
                ('cancelled', models.BooleanField()),
            ],
            options={
                'ordering': ['starts_at', 'table'],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='outcome',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='outcome',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='outcome',
            name='delete_delete',
        ),
        migrations.RemoveConstraint(
            model_name='meeting',
            name='meeting_rows',
        ),
        migrations.RemoveConstraint(
            model_name='meetinghistory',
            name='meeting_rows_history',
        ),
        migrations.RemoveConstraint(
            model_name='outcome',
            name='outcome_rows',
        ),
        migrations.RemoveConstraint(
            model_name='outcomehistory',
            name='outcome_rows_history',
        ),
        migrations.AddField(
            model_name='outcome',
            name='center',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization'),
        ),
        migrations.AddField(
            model_name='outcomehistory',
            name='center',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.organization'),
        ),
        copied(
            "UPDATE meetups_outcome o SET center_id = a.center_id FROM applications_application a "
            "WHERE a.id = o.application_id"
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='outcome',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_outcomehistory" ("application_id", "center_id", "corporation_id", "due_on", "id", "meeting_id", "owner_name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "recorded_at", "recorded_by_id", "result", "startup_id") VALUES (NEW."application_id", NEW."center_id", NEW."corporation_id", NEW."due_on", NEW."id", NEW."meeting_id", NEW."owner_name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."reason", NEW."recorded_at", NEW."recorded_by_id", NEW."result", NEW."startup_id"); RETURN NULL;', hash='8510437e97898628ea0f4393d87bc70acd7e96c3', operation='INSERT', pgid='pgtrigger_insert_insert_ae6b0', table='meetups_outcome', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='outcome',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "meetups_outcomehistory" ("application_id", "center_id", "corporation_id", "due_on", "id", "meeting_id", "owner_name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "recorded_at", "recorded_by_id", "result", "startup_id") VALUES (NEW."application_id", NEW."center_id", NEW."corporation_id", NEW."due_on", NEW."id", NEW."meeting_id", NEW."owner_name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."reason", NEW."recorded_at", NEW."recorded_by_id", NEW."result", NEW."startup_id"); RETURN NULL;', hash='0d61cf5e7dfd9f4ed9081bd487a42d6e0c28ba3c', operation='UPDATE', pgid='pgtrigger_update_update_beb08', table='meetups_outcome', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='outcome',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_outcomehistory" ("application_id", "center_id", "corporation_id", "due_on", "id", "meeting_id", "owner_name", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "recorded_at", "recorded_by_id", "result", "startup_id") VALUES (OLD."application_id", OLD."center_id", OLD."corporation_id", OLD."due_on", OLD."id", OLD."meeting_id", OLD."owner_name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."reason", OLD."recorded_at", OLD."recorded_by_id", OLD."result", OLD."startup_id"); RETURN NULL;', hash='8728b0e430a11d9ab762c1b83c640fdc82f6f86f', operation='DELETE', pgid='pgtrigger_delete_delete_91478', table='meetups_outcome', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=portal.security.rowsecurity.RowSecurity(blocks=['application', 'startup'], name='meeting_rows', reads=[portal.security.rules.Rule(kind='ministry', roles=('officer', 'approver', 'finance', 'auditor'), when=None), portal.security.rules.Rule(kind='corporation', party='corporation', roles=(), when=models.Q(('published', True))), portal.security.rules.Rule(kind='startup', party='startup', roles=(), when=models.Q(('published', True))), portal.security.rules.Rule(granted=('meetup', 'meetup'), kind='center', when=models.Q(('published', True)))], writes=[portal.security.rules.Rule(kind='ministry', roles=('officer',), when=None), portal.security.rules.Rule(kind='corporation', party='corporation', roles=('manager',), when=None), portal.security.rules.Rule(granted=('meetup', 'meetup'), kind='center')]),
        ),
        migrations.AddConstraint(
            model_name='meetinghistory',
            constraint=portal.security.rowsecurity.RowSecurity(blocks=['application', 'startup'], name='meeting_rows_history', reads=[portal.security.rules.Rule(kind='ministry', roles=('officer', 'approver', 'finance', 'auditor'), when=None), portal.security.rules.Rule(kind='corporation', party='corporation', roles=(), when=models.Q(('published', True))), portal.security.rules.Rule(kind='startup', party='startup', roles=(), when=models.Q(('published', True))), portal.security.rules.Rule(granted=('meetup', 'meetup'), kind='center', when=models.Q(('published', True)))], recorded=True),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=portal.security.rowsecurity.Carries(fields=['center'], follows=True, name='outcome_of_center', through='application'),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=portal.security.rowsecurity.RowSecurity(blocks=['application', 'startup'], name='outcome_rows', reads=[portal.security.rules.Rule(kind='corporation', party='corporation', roles=(), when=None), portal.security.rules.Rule(kind='startup', party='startup', roles=(), when=None), portal.security.rules.Rule(kind='center', party='center', roles=(), when=None), portal.security.rules.Rule(kind='ministry', roles=('officer', 'approver', 'finance', 'auditor'), when=None)], writes=[portal.security.rules.Rule(kind='corporation', party='corporation', roles=('manager',), when=None)]),
        ),
        migrations.AddConstraint(
            model_name='outcomehistory',
            constraint=portal.security.rowsecurity.RowSecurity(blocks=['application', 'startup'], name='outcome_rows_history', reads=[portal.security.rules.Rule(kind='corporation', party='corporation', roles=(), when=None), portal.security.rules.Rule(kind='startup', party='startup', roles=(), when=None), portal.security.rules.Rule(kind='center', party='center', roles=(), when=None), portal.security.rules.Rule(kind='ministry', roles=('officer', 'approver', 'finance', 'auditor'), when=None)], recorded=True),
        ),
        migrations.AddField(
            model_name='planentry',
            name='application',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='applications.application'),
        ),
        migrations.AddField(
            model_name='planentry',
            name='meeting',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='entry', to='meetups.meeting'),
        ),
        migrations.AddField(
            model_name='planentry',
            name='meetup',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='meetups.meetup'),
        ),
        migrations.AddField(
            model_name='planentry',
            name='startup',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization'),
        ),
        copied(
            'INSERT INTO meetups_planentry (id, meeting_id, meetup_id, application_id, startup_id, corporation_name, '
            'startup_name, "table", starts_at, ends_at, published, cancelled) SELECT gen_random_uuid(), id, meetup_id, '
            'application_id, startup_id, corporation_name, startup_name, "table", starts_at, ends_at, published, '
            "state = 'cancelled' FROM meetups_meeting"
        ),
        migrations.AddConstraint(
            model_name='planentry',
            constraint=portal.security.rowsecurity.RowSecurity(blocks=['application', 'startup'], name='plan_entry_rows', reads=[portal.security.rules.Rule(kind='ministry', roles=('officer', 'approver', 'finance', 'auditor'), when=None), portal.security.rules.Rule(granted=('meetup', 'meetup'), when=models.Q(('published', True)))]),
        ),
    ]
