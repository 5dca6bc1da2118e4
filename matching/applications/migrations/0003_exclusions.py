# ruff: noqa: E501

"""Whom a startup wants kept from evaluating moves to a table of its own, which evaluators and centers don't read."""

import django.db.models.deletion
import pghistory.utils
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
        ('applications', '0002_number_with_submission'),
        ('demands', '0001_initial'),
        ('organizations', '0004_roles'),
        ('plans', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Exclusion',
            fields=[
                ('id', models.UUIDField(default=portal.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('draft', '작성 중'), ('submitted', '제출'), ('returned', '보완 요청'), ('eligible', '요건 충족'), ('ineligible', '요건 미충족'), ('invited', '밋업 초대'), ('met', '밋업 완료'), ('selected', '선정'), ('waiting', '예비 선정'), ('not_selected', '미선정'), ('withdrawn', '철회')], max_length=20)),
                ('text', models.TextField(blank=True, max_length=1000, verbose_name='평가에서 제외할 사람·기업')),
            ],
        ),
        migrations.CreateModel(
            name='ExclusionHistory',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.UUIDField(default=portal.kernel.ids.new_id, editable=False, serialize=False)),
                ('state', models.CharField(choices=[('draft', '작성 중'), ('submitted', '제출'), ('returned', '보완 요청'), ('eligible', '요건 충족'), ('ineligible', '요건 미충족'), ('invited', '밋업 초대'), ('met', '밋업 완료'), ('selected', '선정'), ('waiting', '예비 선정'), ('not_selected', '미선정'), ('withdrawn', '철회')], max_length=20)),
                ('text', models.TextField(blank=True, max_length=1000, verbose_name='평가에서 제외할 사람·기업')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='application',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='application',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='application',
            name='delete_delete',
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.UniqueConstraint(fields=('id', 'center'), name='application_center'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.UniqueConstraint(fields=('id', 'corporation', 'startup', 'state'), name='application_standing'),
        ),
        migrations.AddField(
            model_name='exclusion',
            name='application',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='exclusion', to='applications.application'),
        ),
        migrations.AddField(
            model_name='exclusion',
            name='corporation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization'),
        ),
        migrations.AddField(
            model_name='exclusion',
            name='startup',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization'),
        ),
        migrations.AddField(
            model_name='exclusionhistory',
            name='application',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='applications.application'),
        ),
        migrations.AddField(
            model_name='exclusionhistory',
            name='corporation',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.organization'),
        ),
        migrations.AddField(
            model_name='exclusionhistory',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history_events', to='applications.exclusion'),
        ),
        migrations.AddField(
            model_name='exclusionhistory',
            name='startup',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.organization'),
        ),
        copied(
            "INSERT INTO applications_exclusion (id, application_id, corporation_id, startup_id, state, text) "
            "SELECT gen_random_uuid(), id, corporation_id, startup_id, state, excluded_parties "
            "FROM applications_application WHERE excluded_parties <> ''",
            "UPDATE applications_application a SET excluded_parties = e.text "
            "FROM applications_exclusion e WHERE e.application_id = a.id",
        ),
        migrations.RemoveField(
            model_name='application',
            name='excluded_parties',
        ),
        migrations.RemoveField(
            model_name='applicationhistory',
            name='excluded_parties',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='application',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "applications_applicationhistory" ("center_id", "corporation_id", "created_at", "decided_at", "decided_by_id", "demand_id", "id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "program_id", "proposal", "requested_amount", "startup_id", "state", "submitted_at", "submitted_by_id", "version") VALUES (NEW."center_id", NEW."corporation_id", NEW."created_at", NEW."decided_at", NEW."decided_by_id", NEW."demand_id", NEW."id", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."program_id", NEW."proposal", NEW."requested_amount", NEW."startup_id", NEW."state", NEW."submitted_at", NEW."submitted_by_id", NEW."version"); RETURN NULL;', hash='4134c1b5ab2f095d82dd3323d92c09882206b56a', operation='INSERT', pgid='pgtrigger_insert_insert_60e1b', table='applications_application', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='application',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "applications_applicationhistory" ("center_id", "corporation_id", "created_at", "decided_at", "decided_by_id", "demand_id", "id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "program_id", "proposal", "requested_amount", "startup_id", "state", "submitted_at", "submitted_by_id", "version") VALUES (NEW."center_id", NEW."corporation_id", NEW."created_at", NEW."decided_at", NEW."decided_by_id", NEW."demand_id", NEW."id", NEW."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."program_id", NEW."proposal", NEW."requested_amount", NEW."startup_id", NEW."state", NEW."submitted_at", NEW."submitted_by_id", NEW."version"); RETURN NULL;', hash='3b392f3e539d000db9b0aa52e8f3c6d296e37d9c', operation='UPDATE', pgid='pgtrigger_update_update_f714e', table='applications_application', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='application',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "applications_applicationhistory" ("center_id", "corporation_id", "created_at", "decided_at", "decided_by_id", "demand_id", "id", "number", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "program_id", "proposal", "requested_amount", "startup_id", "state", "submitted_at", "submitted_by_id", "version") VALUES (OLD."center_id", OLD."corporation_id", OLD."created_at", OLD."decided_at", OLD."decided_by_id", OLD."demand_id", OLD."id", OLD."number", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."program_id", OLD."proposal", OLD."requested_amount", OLD."startup_id", OLD."state", OLD."submitted_at", OLD."submitted_by_id", OLD."version"); RETURN NULL;', hash='c402d0bba8bc2dc10292a61fd98c91ce9ad1b902', operation='DELETE', pgid='pgtrigger_delete_delete_9016e', table='applications_application', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='exclusion',
            constraint=portal.security.rowsecurity.Carries(fields=['corporation', 'startup', 'state'], follows=True, name='exclusion_of_application', through='application'),
        ),
        migrations.AddConstraint(
            model_name='exclusion',
            constraint=portal.security.rowsecurity.RowSecurity(blocks=['application', 'startup'], name='exclusion_rows', reads=[portal.security.rules.Rule(kind='startup', party='startup', roles=(), when=None), portal.security.rules.Rule(kind='ministry', roles=('officer', 'approver', 'finance', 'auditor'), when=models.Q(('state__in', ['submitted', 'returned', 'eligible', 'ineligible', 'invited', 'met', 'selected', 'waiting', 'not_selected']))), portal.security.rules.Rule(kind='corporation', party='corporation', roles=('manager',), when=models.Q(('state__in', ['eligible', 'invited', 'met', 'selected', 'waiting', 'not_selected'])))], writes=[portal.security.rules.Rule(kind='startup', party='startup', roles=(), when=None)]),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='exclusion',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "applications_exclusionhistory" ("application_id", "corporation_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "startup_id", "state", "text") VALUES (NEW."application_id", NEW."corporation_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."startup_id", NEW."state", NEW."text"); RETURN NULL;', hash='e43f6182b38fea8acb39d2fa6fa270d056a84f3c', operation='INSERT', pgid='pgtrigger_insert_insert_3f0b8', table='applications_exclusion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='exclusion',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "applications_exclusionhistory" ("application_id", "corporation_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "startup_id", "state", "text") VALUES (NEW."application_id", NEW."corporation_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."startup_id", NEW."state", NEW."text"); RETURN NULL;', hash='d7d58e329da25aeb930945de58fea1e8f058d36b', operation='UPDATE', pgid='pgtrigger_update_update_83742', table='applications_exclusion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='exclusion',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "applications_exclusionhistory" ("application_id", "corporation_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "startup_id", "state", "text") VALUES (OLD."application_id", OLD."corporation_id", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."startup_id", OLD."state", OLD."text"); RETURN NULL;', hash='b62bf113d0b031e94d175314cdab25e65efbe2a5', operation='DELETE', pgid='pgtrigger_delete_delete_ca160', table='applications_exclusion', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='exclusionhistory',
            index=models.Index(fields=['id', 'pgh_created_at'], name='exclusion_history_id'),
        ),
        migrations.AddConstraint(
            model_name='exclusionhistory',
            constraint=portal.security.rowsecurity.RowSecurity(blocks=['application', 'startup'], name='exclusion_rows_history', reads=[portal.security.rules.Rule(kind='startup', party='startup', roles=(), when=None), portal.security.rules.Rule(kind='ministry', roles=('officer', 'approver', 'finance', 'auditor'), when=models.Q(('state__in', ['submitted', 'returned', 'eligible', 'ineligible', 'invited', 'met', 'selected', 'waiting', 'not_selected']))), portal.security.rules.Rule(kind='corporation', party='corporation', roles=('manager',), when=models.Q(('state__in', ['eligible', 'invited', 'met', 'selected', 'waiting', 'not_selected'])))], recorded=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='exclusionhistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='cfeb3a4d1fe02feb42f3b1ac2170636c70b404f8', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_9a254', table='applications_exclusionhistory', when='BEFORE')),
        ),
    ]
