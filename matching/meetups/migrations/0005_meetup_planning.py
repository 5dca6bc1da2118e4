# ruff: noqa: E501

import datetime
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.constraints
import django.db.models.deletion
import matching.meetups.models
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
import portal.kernel.ids
import portal.security.operations
import portal.security.rowsecurity
import portal.security.rules
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('applications', '0003_exclusions'),
        ('meetups', '0004_plan_is_kept'),
        ('organizations', '0009_merged_needs_no_administrator'),
        ('plans', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.UUIDField(default=portal.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('slots', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), default=list, size=None)),
                ('meetup', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='meetups.meetup')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('meetup', 'organization'), name='absence_once'), portal.security.rowsecurity.RowSecurity(name='absence_rows', reads=[portal.security.rules.Rule(kind=None, party='organization', roles=(), when=None), portal.security.rules.Rule(kind='ministry', roles=('officer', 'approver', 'finance', 'auditor'), when=None)], writes=[portal.security.rules.Rule(kind='corporation', party='organization', roles=('manager',), when=None), portal.security.rules.Rule(kind='startup', party='organization', roles=('representative', 'member'), when=None), portal.security.rules.Rule(kind='ministry', roles=('officer',), when=None)])],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_absencehistory" ("id", "meetup_id", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slots") VALUES (NEW."id", NEW."meetup_id", NEW."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."slots"); RETURN NULL;', hash='50d4eeeb5c4853f6f2c53b38b31dd5b6625c31e1', operation='INSERT', pgid='pgtrigger_insert_insert_54951', table='meetups_absence', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "meetups_absencehistory" ("id", "meetup_id", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slots") VALUES (NEW."id", NEW."meetup_id", NEW."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."slots"); RETURN NULL;', hash='311639c2e66d8659b99d32878ad0ffcb226e200b', operation='UPDATE', pgid='pgtrigger_update_update_20478', table='meetups_absence', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_absencehistory" ("id", "meetup_id", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slots") VALUES (OLD."id", OLD."meetup_id", OLD."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."slots"); RETURN NULL;', hash='867e2623db542672ffca0afe32d27486343da62c', operation='DELETE', pgid='pgtrigger_delete_delete_6358c', table='meetups_absence', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Bar',
            fields=[
                ('id', models.UUIDField(default=portal.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('standing', models.BooleanField(default=True)),
                ('reason', models.CharField(max_length=300, verbose_name='사유')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='applications.application')),
                ('meetup', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='meetups.meetup')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('meetup', 'application'), name='bar_once'), portal.security.rowsecurity.RowSecurity(name='bar_rows', reads=[portal.security.rules.Rule(kind='ministry', roles=('officer', 'approver', 'finance', 'auditor'), when=None)], writes=[portal.security.rules.Rule(kind='ministry', roles=('officer',), when=None)])],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_barhistory" ("application_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "standing") VALUES (NEW."application_id", NEW."id", NEW."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."reason", NEW."standing"); RETURN NULL;', hash='b5064b4e253318ce299ad5f5c76fbf8772297027', operation='INSERT', pgid='pgtrigger_insert_insert_98b4a', table='meetups_bar', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "meetups_barhistory" ("application_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "standing") VALUES (NEW."application_id", NEW."id", NEW."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."reason", NEW."standing"); RETURN NULL;', hash='be602ed3c0bca2563b7b2d34ce1e91746ffccc29', operation='UPDATE', pgid='pgtrigger_update_update_261d3', table='meetups_bar', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_barhistory" ("application_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "standing") VALUES (OLD."application_id", OLD."id", OLD."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."reason", OLD."standing"); RETURN NULL;', hash='c2e9bdc1848f79cfd4eb2a440273d7e33b948661', operation='DELETE', pgid='pgtrigger_delete_delete_52ffd', table='meetups_bar', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Calculation',
            fields=[
                ('id', models.UUIDField(default=portal.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('first', models.CharField(choices=[('total', '희망 등급의 합계 우선'), ('coverage', '만나는 기업 수 우선')], default='total', max_length=10, verbose_name='우선하는 것')),
                ('state', models.CharField(choices=[('computing', '계산 중'), ('computed', '계산 완료'), ('applied', '시간표에 반영'), ('discarded', '반영하지 않음'), ('failed', '계산하지 못함')], default='computing', max_length=10)),
                ('started_at', models.DateTimeField(verbose_name='시작')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='완료')),
                ('meetings', models.PositiveIntegerField(default=0, verbose_name='만남')),
                ('total', models.PositiveIntegerField(default=0, verbose_name='등급 합계')),
                ('bound', models.PositiveIntegerField(default=0, verbose_name='증명된 상한')),
                ('left_out', models.PositiveIntegerField(default=0, verbose_name='만남이 없는 스타트업')),
                ('left_out_bound', models.PositiveIntegerField(default=0)),
                ('stopped', models.BooleanField(default=False)),
                ('places', models.JSONField(default=list)),
                ('unplaced', models.JSONField(default=list)),
                ('problem', models.CharField(blank=True, max_length=1000)),
                ('meetup', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calculations', to='meetups.meetup')),
                ('started_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['applied', 'computed', 'computing', 'discarded', 'failed'])), name='calculation_state'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['applied', 'computed']), _negated=True), ('finished_at__isnull', False), _connector='OR'), name='calculation_needs_finished_at'), portal.security.rowsecurity.RowSecurity(name='calculation_rows', reads=[portal.security.rules.Rule(kind='ministry', roles=('officer', 'approver', 'finance', 'auditor'), when=None)], writes=[portal.security.rules.Rule(kind='ministry', roles=('officer',), when=None)])],
                'triggers': [pgtrigger.compiler.Trigger(name='steps', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{computed:applied,computed:discarded,computing:computed,computing:failed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='adebe2f911425d11772281e82b622c22a7af9bab', operation='UPDATE', pgid='pgtrigger_steps_9ac0f', table='meetups_calculation', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_calculationhistory" ("bound", "finished_at", "first", "id", "left_out", "left_out_bound", "meetings", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "problem", "started_at", "started_by_id", "state", "stopped", "total") VALUES (NEW."bound", NEW."finished_at", NEW."first", NEW."id", NEW."left_out", NEW."left_out_bound", NEW."meetings", NEW."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."problem", NEW."started_at", NEW."started_by_id", NEW."state", NEW."stopped", NEW."total"); RETURN NULL;', hash='8eb51c084d619c1a611952e1748bafde600fd47f', operation='INSERT', pgid='pgtrigger_insert_insert_58c86', table='meetups_calculation', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."bound" IS DISTINCT FROM (NEW."bound") OR OLD."finished_at" IS DISTINCT FROM (NEW."finished_at") OR OLD."first" IS DISTINCT FROM (NEW."first") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."left_out" IS DISTINCT FROM (NEW."left_out") OR OLD."left_out_bound" IS DISTINCT FROM (NEW."left_out_bound") OR OLD."meetings" IS DISTINCT FROM (NEW."meetings") OR OLD."meetup_id" IS DISTINCT FROM (NEW."meetup_id") OR OLD."problem" IS DISTINCT FROM (NEW."problem") OR OLD."started_at" IS DISTINCT FROM (NEW."started_at") OR OLD."started_by_id" IS DISTINCT FROM (NEW."started_by_id") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."stopped" IS DISTINCT FROM (NEW."stopped") OR OLD."total" IS DISTINCT FROM (NEW."total"))', func='INSERT INTO "meetups_calculationhistory" ("bound", "finished_at", "first", "id", "left_out", "left_out_bound", "meetings", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "problem", "started_at", "started_by_id", "state", "stopped", "total") VALUES (NEW."bound", NEW."finished_at", NEW."first", NEW."id", NEW."left_out", NEW."left_out_bound", NEW."meetings", NEW."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."problem", NEW."started_at", NEW."started_by_id", NEW."state", NEW."stopped", NEW."total"); RETURN NULL;', hash='c1d6e5d9351af56dbc4488ca70afa366add1bdd8', operation='UPDATE', pgid='pgtrigger_update_update_631ce', table='meetups_calculation', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_calculationhistory" ("bound", "finished_at", "first", "id", "left_out", "left_out_bound", "meetings", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "problem", "started_at", "started_by_id", "state", "stopped", "total") VALUES (OLD."bound", OLD."finished_at", OLD."first", OLD."id", OLD."left_out", OLD."left_out_bound", OLD."meetings", OLD."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."problem", OLD."started_at", OLD."started_by_id", OLD."state", OLD."stopped", OLD."total"); RETURN NULL;', hash='dcb3d860316799c8ad23161f2e1f06331e691aa0', operation='DELETE', pgid='pgtrigger_delete_delete_1baaa', table='meetups_calculation', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='CorporationGrade',
            fields=[
                ('id', models.UUIDField(default=portal.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('grade', models.PositiveSmallIntegerField(verbose_name='희망 등급')),
                ('graded_at', models.DateTimeField()),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='applications.application')),
                ('corporation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('graded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('meetup', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='meetups.meetup')),
                ('startup', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('meetup', 'application'), name='corporation_grade_once'), models.CheckConstraint(condition=models.Q(('grade__gte', 1), ('grade__lte', 5)), name='corporation_grade_range'), portal.security.rowsecurity.Carries(fields=['corporation', 'startup'], name='corporation_grade_sides', through='application'), portal.security.rowsecurity.RowSecurity(blocks=['application', 'startup'], name='corporation_grade_rows', reads=[portal.security.rules.Rule(kind='corporation', party='corporation', roles=(), when=None), portal.security.rules.Rule(kind='ministry', roles=('officer', 'approver', 'finance', 'auditor'), when=None)], writes=[portal.security.rules.Rule(kind='corporation', party='corporation', roles=('manager',), when=None)])],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_corporationgradehistory" ("application_id", "corporation_id", "grade", "graded_at", "graded_by_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "startup_id") VALUES (NEW."application_id", NEW."corporation_id", NEW."grade", NEW."graded_at", NEW."graded_by_id", NEW."id", NEW."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."startup_id"); RETURN NULL;', hash='96c6a186771eefd617b428a6299545ed9345ac58', operation='INSERT', pgid='pgtrigger_insert_insert_b3c01', table='meetups_corporationgrade', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "meetups_corporationgradehistory" ("application_id", "corporation_id", "grade", "graded_at", "graded_by_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "startup_id") VALUES (NEW."application_id", NEW."corporation_id", NEW."grade", NEW."graded_at", NEW."graded_by_id", NEW."id", NEW."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."startup_id"); RETURN NULL;', hash='ffd68064e900ac910e09b31a04e56d657b0c92cb', operation='UPDATE', pgid='pgtrigger_update_update_b3bfb', table='meetups_corporationgrade', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_corporationgradehistory" ("application_id", "corporation_id", "grade", "graded_at", "graded_by_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "startup_id") VALUES (OLD."application_id", OLD."corporation_id", OLD."grade", OLD."graded_at", OLD."graded_by_id", OLD."id", OLD."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."startup_id"); RETURN NULL;', hash='01ae8d926c21113eb11b6d920caa75fdb1bd6471', operation='DELETE', pgid='pgtrigger_delete_delete_578bd', table='meetups_corporationgrade', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='Host',
            fields=[
                ('id', models.UUIDField(default=portal.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('room', models.CharField(max_length=60, verbose_name='회의실')),
                ('tables', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None, verbose_name='테이블')),
                ('corporation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('meetup', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hosts', to='meetups.meetup')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('meetup', 'corporation'), name='host_once'), portal.security.rowsecurity.RowSecurity(name='host_rows', reads=[portal.security.rules.Rule(kind='corporation', party='corporation', roles=(), when=None), portal.security.rules.Rule(kind='ministry', roles=('officer', 'approver', 'finance', 'auditor'), when=None)], writes=[portal.security.rules.Rule(kind='ministry', roles=('officer',), when=None)])],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_hosthistory" ("corporation_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "room", "tables") VALUES (NEW."corporation_id", NEW."id", NEW."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."room", NEW."tables"); RETURN NULL;', hash='3aaa7903b0988e6e4bba0beb8859ca76090bada0', operation='INSERT', pgid='pgtrigger_insert_insert_2498c', table='meetups_host', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "meetups_hosthistory" ("corporation_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "room", "tables") VALUES (NEW."corporation_id", NEW."id", NEW."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."room", NEW."tables"); RETURN NULL;', hash='efb1bc0ac5806fd3f08cb9e28b3a988f1434adcc', operation='UPDATE', pgid='pgtrigger_update_update_e2883', table='meetups_host', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_hosthistory" ("corporation_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "room", "tables") VALUES (OLD."corporation_id", OLD."id", OLD."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."room", OLD."tables"); RETURN NULL;', hash='5789df5268d93bd5de73387970be8231e85a4f4c', operation='DELETE', pgid='pgtrigger_delete_delete_7284d', table='meetups_host', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='StartupGrade',
            fields=[
                ('id', models.UUIDField(default=portal.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('grade', models.PositiveSmallIntegerField(verbose_name='희망 등급')),
                ('graded_at', models.DateTimeField()),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='applications.application')),
                ('corporation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('graded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('meetup', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='meetups.meetup')),
                ('startup', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('meetup', 'application'), name='startup_grade_once'), models.CheckConstraint(condition=models.Q(('grade__gte', 1), ('grade__lte', 5)), name='startup_grade_range'), portal.security.rowsecurity.Carries(fields=['corporation', 'startup'], name='startup_grade_sides', through='application'), portal.security.rowsecurity.RowSecurity(blocks=['application', 'startup'], name='startup_grade_rows', reads=[portal.security.rules.Rule(kind='startup', party='startup', roles=(), when=None), portal.security.rules.Rule(kind='ministry', roles=('officer', 'approver', 'finance', 'auditor'), when=None)], writes=[portal.security.rules.Rule(kind='startup', party='startup', roles=('representative', 'member'), when=None)])],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_startupgradehistory" ("application_id", "corporation_id", "grade", "graded_at", "graded_by_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "startup_id") VALUES (NEW."application_id", NEW."corporation_id", NEW."grade", NEW."graded_at", NEW."graded_by_id", NEW."id", NEW."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."startup_id"); RETURN NULL;', hash='9e59655a10d656fdbb1f3c5c73dd559e35bd1fcf', operation='INSERT', pgid='pgtrigger_insert_insert_95339', table='meetups_startupgrade', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "meetups_startupgradehistory" ("application_id", "corporation_id", "grade", "graded_at", "graded_by_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "startup_id") VALUES (NEW."application_id", NEW."corporation_id", NEW."grade", NEW."graded_at", NEW."graded_by_id", NEW."id", NEW."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."startup_id"); RETURN NULL;', hash='9b414de066db1c78773a39c5b8d51ea348cb11d8', operation='UPDATE', pgid='pgtrigger_update_update_f9333', table='meetups_startupgrade', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_startupgradehistory" ("application_id", "corporation_id", "grade", "graded_at", "graded_by_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "startup_id") VALUES (OLD."application_id", OLD."corporation_id", OLD."grade", OLD."graded_at", OLD."graded_by_id", OLD."id", OLD."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."startup_id"); RETURN NULL;', hash='c9dba70df65ed8bd79fac17a6f4e7023b1a13a0a', operation='DELETE', pgid='pgtrigger_delete_delete_6d9fe', table='meetups_startupgrade', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='AbsenceHistory',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.UUIDField(default=portal.kernel.ids.new_id, editable=False, serialize=False)),
                ('slots', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), default=list, size=None)),
                ('meetup', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='meetups.meetup')),
                ('organization', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.organization')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history_events', to='meetups.absence')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['id', 'pgh_created_at'], name='absence_history_id')],
                'constraints': [portal.security.rowsecurity.RowSecurity(name='absence_rows_history', reads=[portal.security.rules.Rule(kind=None, party='organization', roles=(), when=None), portal.security.rules.Rule(kind='ministry', roles=('officer', 'approver', 'finance', 'auditor'), when=None)], recorded=True)],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5bd08a81d59f51d16e82d391e0a66ef360a9f236', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_28bf4', table='meetups_absencehistory', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='BarHistory',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.UUIDField(default=portal.kernel.ids.new_id, editable=False, serialize=False)),
                ('standing', models.BooleanField(default=True)),
                ('reason', models.CharField(max_length=300, verbose_name='사유')),
                ('application', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='applications.application')),
                ('meetup', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='meetups.meetup')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history_events', to='meetups.bar')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['id', 'pgh_created_at'], name='bar_history_id')],
                'constraints': [portal.security.rowsecurity.RowSecurity(name='bar_rows_history', reads=[portal.security.rules.Rule(kind='ministry', roles=('officer', 'approver', 'finance', 'auditor'), when=None)], recorded=True)],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7e732eb2b3f6e4c147955ed5e0095eea31f32594', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_0bd51', table='meetups_barhistory', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='CalculationHistory',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.UUIDField(default=portal.kernel.ids.new_id, editable=False, serialize=False)),
                ('first', models.CharField(choices=[('total', '희망 등급의 합계 우선'), ('coverage', '만나는 기업 수 우선')], default='total', max_length=10, verbose_name='우선하는 것')),
                ('state', models.CharField(choices=[('computing', '계산 중'), ('computed', '계산 완료'), ('applied', '시간표에 반영'), ('discarded', '반영하지 않음'), ('failed', '계산하지 못함')], default='computing', max_length=10)),
                ('started_at', models.DateTimeField(verbose_name='시작')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='완료')),
                ('meetings', models.PositiveIntegerField(default=0, verbose_name='만남')),
                ('total', models.PositiveIntegerField(default=0, verbose_name='등급 합계')),
                ('bound', models.PositiveIntegerField(default=0, verbose_name='증명된 상한')),
                ('left_out', models.PositiveIntegerField(default=0, verbose_name='만남이 없는 스타트업')),
                ('left_out_bound', models.PositiveIntegerField(default=0)),
                ('stopped', models.BooleanField(default=False)),
                ('problem', models.CharField(blank=True, max_length=1000)),
                ('meetup', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='meetups.meetup')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history_events', to='meetups.calculation')),
                ('started_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['id', 'pgh_created_at'], name='calculation_history_id')],
                'constraints': [portal.security.rowsecurity.RowSecurity(name='calculation_rows_history', reads=[portal.security.rules.Rule(kind='ministry', roles=('officer', 'approver', 'finance', 'auditor'), when=None)], recorded=True)],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='faccf0ab307d54253b98772ef10711d07345454f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a40bb', table='meetups_calculationhistory', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='CorporationGradeHistory',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.UUIDField(default=portal.kernel.ids.new_id, editable=False, serialize=False)),
                ('grade', models.PositiveSmallIntegerField(verbose_name='희망 등급')),
                ('graded_at', models.DateTimeField()),
                ('application', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='applications.application')),
                ('corporation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.organization')),
                ('graded_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('meetup', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='meetups.meetup')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history_events', to='meetups.corporationgrade')),
                ('startup', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.organization')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['id', 'pgh_created_at'], name='corporationgrade_history_id')],
                'constraints': [portal.security.rowsecurity.RowSecurity(blocks=['application', 'startup'], name='corporation_grade_rows_history', reads=[portal.security.rules.Rule(kind='corporation', party='corporation', roles=(), when=None), portal.security.rules.Rule(kind='ministry', roles=('officer', 'approver', 'finance', 'auditor'), when=None)], recorded=True)],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3ce7211cf7ec25c0520c4ecdb62e2e9121fd719e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_2b977', table='meetups_corporationgradehistory', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='HostHistory',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.UUIDField(default=portal.kernel.ids.new_id, editable=False, serialize=False)),
                ('room', models.CharField(max_length=60, verbose_name='회의실')),
                ('tables', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None, verbose_name='테이블')),
                ('corporation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.organization')),
                ('meetup', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='meetups.meetup')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history_events', to='meetups.host')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['id', 'pgh_created_at'], name='host_history_id')],
                'constraints': [portal.security.rowsecurity.RowSecurity(name='host_rows_history', reads=[portal.security.rules.Rule(kind='corporation', party='corporation', roles=(), when=None), portal.security.rules.Rule(kind='ministry', roles=('officer', 'approver', 'finance', 'auditor'), when=None)], recorded=True)],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2a1625ccd3a0a49654b63251b675b053c472a223', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_087ce', table='meetups_hosthistory', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='StartupGradeHistory',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.UUIDField(default=portal.kernel.ids.new_id, editable=False, serialize=False)),
                ('grade', models.PositiveSmallIntegerField(verbose_name='희망 등급')),
                ('graded_at', models.DateTimeField()),
                ('application', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='applications.application')),
                ('corporation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.organization')),
                ('graded_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('meetup', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='meetups.meetup')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history_events', to='meetups.startupgrade')),
                ('startup', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.organization')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['id', 'pgh_created_at'], name='startupgrade_history_id')],
                'constraints': [portal.security.rowsecurity.RowSecurity(blocks=['application', 'startup'], name='startup_grade_rows_history', reads=[portal.security.rules.Rule(kind='startup', party='startup', roles=(), when=None), portal.security.rules.Rule(kind='ministry', roles=('officer', 'approver', 'finance', 'auditor'), when=None)], recorded=True)],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='dc99eb30b137add88a566fceabddf29b99b39edb', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_db214', table='meetups_startupgradehistory', when='BEFORE'))],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='meeting',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='meeting',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='meeting',
            name='delete_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='meetup',
            name='steps',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='meetup',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='meetup',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='meetup',
            name='delete_delete',
        ),
        migrations.RemoveConstraint(
            model_name='meeting',
            name='meeting_startup_once',
        ),
        migrations.RemoveConstraint(
            model_name='meeting',
            name='meeting_table_once',
        ),
        migrations.RemoveConstraint(
            model_name='meetup',
            name='meetup_state',
        ),
        migrations.AddField(
            model_name='meeting',
            name='changed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='meeting',
            name='locked',
            field=models.BooleanField(default=False, verbose_name='고정'),
        ),
        migrations.AddField(
            model_name='meetinghistory',
            name='changed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='meetinghistory',
            name='locked',
            field=models.BooleanField(default=False, verbose_name='고정'),
        ),
        migrations.AddField(
            model_name='meetup',
            name='breaks',
            field=models.JSONField(blank=True, default=list, verbose_name='쉬는 시간'),
        ),
        migrations.AddField(
            model_name='meetup',
            name='closes',
            field=models.TimeField(default=datetime.time(17, 0), verbose_name='마지막 만남 종료'),
        ),
        migrations.AddField(
            model_name='meetup',
            name='gap_minutes',
            field=models.PositiveSmallIntegerField(default=5, verbose_name='이동 시간(분)'),
        ),
        migrations.AddField(
            model_name='meetup',
            name='grades_close_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='희망 등급 마감'),
        ),
        migrations.AddField(
            model_name='meetup',
            name='max_meetings',
            field=models.PositiveSmallIntegerField(default=6, verbose_name='스타트업당 최대 만남'),
        ),
        migrations.AddField(
            model_name='meetup',
            name='opens',
            field=models.TimeField(default=datetime.time(10, 0), verbose_name='첫 만남 시작'),
        ),
        migrations.AddField(
            model_name='meetup',
            name='reminded_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='meetup',
            name='rooms',
            field=models.JSONField(blank=True, default=list, verbose_name='회의실'),
        ),
        migrations.AddField(
            model_name='meetup',
            name='slot_minutes',
            field=models.PositiveSmallIntegerField(default=25, verbose_name='만남 시간(분)'),
        ),
        migrations.AddField(
            model_name='meetuphistory',
            name='breaks',
            field=models.JSONField(blank=True, default=list, verbose_name='쉬는 시간'),
        ),
        migrations.AddField(
            model_name='meetuphistory',
            name='closes',
            field=models.TimeField(default=datetime.time(17, 0), verbose_name='마지막 만남 종료'),
        ),
        migrations.AddField(
            model_name='meetuphistory',
            name='gap_minutes',
            field=models.PositiveSmallIntegerField(default=5, verbose_name='이동 시간(분)'),
        ),
        migrations.AddField(
            model_name='meetuphistory',
            name='grades_close_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='희망 등급 마감'),
        ),
        migrations.AddField(
            model_name='meetuphistory',
            name='max_meetings',
            field=models.PositiveSmallIntegerField(default=6, verbose_name='스타트업당 최대 만남'),
        ),
        migrations.AddField(
            model_name='meetuphistory',
            name='opens',
            field=models.TimeField(default=datetime.time(10, 0), verbose_name='첫 만남 시작'),
        ),
        migrations.AddField(
            model_name='meetuphistory',
            name='reminded_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='meetuphistory',
            name='rooms',
            field=models.JSONField(blank=True, default=list, verbose_name='회의실'),
        ),
        migrations.AddField(
            model_name='meetuphistory',
            name='slot_minutes',
            field=models.PositiveSmallIntegerField(default=25, verbose_name='만남 시간(분)'),
        ),
        migrations.AlterField(
            model_name='meetup',
            name='state',
            field=models.CharField(choices=[('draft', '준비 중'), ('collecting', '희망 등급 접수'), ('scheduled', '시간표 공개'), ('live', '진행 중'), ('closed', '종료')], default='draft', max_length=10),
        ),
        migrations.AlterField(
            model_name='meetuphistory',
            name='state',
            field=models.CharField(choices=[('draft', '준비 중'), ('collecting', '희망 등급 접수'), ('scheduled', '시간표 공개'), ('live', '진행 중'), ('closed', '종료')], default='draft', max_length=10),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='meeting',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_meetinghistory" ("application_id", "changed_at", "corporation_id", "corporation_name", "ends_at", "held_at", "held_by_id", "id", "locked", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "program_id", "published", "starts_at", "startup_id", "startup_name", "state", "table") VALUES (NEW."application_id", NEW."changed_at", NEW."corporation_id", NEW."corporation_name", NEW."ends_at", NEW."held_at", NEW."held_by_id", NEW."id", NEW."locked", NEW."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."program_id", NEW."published", NEW."starts_at", NEW."startup_id", NEW."startup_name", NEW."state", NEW."table"); RETURN NULL;', hash='f11c158fa5dfaa9d12455f5ec8cd707a2a45c262', operation='INSERT', pgid='pgtrigger_insert_insert_f4eb1', table='meetups_meeting', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='meeting',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "meetups_meetinghistory" ("application_id", "changed_at", "corporation_id", "corporation_name", "ends_at", "held_at", "held_by_id", "id", "locked", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "program_id", "published", "starts_at", "startup_id", "startup_name", "state", "table") VALUES (NEW."application_id", NEW."changed_at", NEW."corporation_id", NEW."corporation_name", NEW."ends_at", NEW."held_at", NEW."held_by_id", NEW."id", NEW."locked", NEW."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."program_id", NEW."published", NEW."starts_at", NEW."startup_id", NEW."startup_name", NEW."state", NEW."table"); RETURN NULL;', hash='96e4d1a3eb1f09afaf03aa4d3b354bbab1158a81', operation='UPDATE', pgid='pgtrigger_update_update_dda88', table='meetups_meeting', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='meeting',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_meetinghistory" ("application_id", "changed_at", "corporation_id", "corporation_name", "ends_at", "held_at", "held_by_id", "id", "locked", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "program_id", "published", "starts_at", "startup_id", "startup_name", "state", "table") VALUES (OLD."application_id", OLD."changed_at", OLD."corporation_id", OLD."corporation_name", OLD."ends_at", OLD."held_at", OLD."held_by_id", OLD."id", OLD."locked", OLD."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."program_id", OLD."published", OLD."starts_at", OLD."startup_id", OLD."startup_name", OLD."state", OLD."table"); RETURN NULL;', hash='dba0ad468c910731b38a38fc5d5d99baae6c9a7f', operation='DELETE', pgid='pgtrigger_delete_delete_127a5', table='meetups_meeting', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='meetup',
            trigger=pgtrigger.compiler.Trigger(name='steps', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{collecting:scheduled,draft:collecting,draft:scheduled,live:closed,scheduled:live}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='84dbcc19bfe7d44ad3327a08b24a1ec0a92e1ff2', operation='UPDATE', pgid='pgtrigger_steps_4689b', table='meetups_meetup', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='meetup',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_meetuphistory" ("breaks", "closes", "created_at", "day", "gap_minutes", "grades_close_at", "id", "max_meetings", "name", "opens", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "program_id", "published_at", "published_by_id", "reminded_on", "rooms", "slot_minutes", "state", "venue") VALUES (NEW."breaks", NEW."closes", NEW."created_at", NEW."day", NEW."gap_minutes", NEW."grades_close_at", NEW."id", NEW."max_meetings", NEW."name", NEW."opens", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."program_id", NEW."published_at", NEW."published_by_id", NEW."reminded_on", NEW."rooms", NEW."slot_minutes", NEW."state", NEW."venue"); RETURN NULL;', hash='a4172b0c6fe0323c229b2c358f940746ec228e55', operation='INSERT', pgid='pgtrigger_insert_insert_29f62', table='meetups_meetup', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='meetup',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "meetups_meetuphistory" ("breaks", "closes", "created_at", "day", "gap_minutes", "grades_close_at", "id", "max_meetings", "name", "opens", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "program_id", "published_at", "published_by_id", "reminded_on", "rooms", "slot_minutes", "state", "venue") VALUES (NEW."breaks", NEW."closes", NEW."created_at", NEW."day", NEW."gap_minutes", NEW."grades_close_at", NEW."id", NEW."max_meetings", NEW."name", NEW."opens", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."program_id", NEW."published_at", NEW."published_by_id", NEW."reminded_on", NEW."rooms", NEW."slot_minutes", NEW."state", NEW."venue"); RETURN NULL;', hash='6760c7d1c91813632aad903fe482c25b88b6b822', operation='UPDATE', pgid='pgtrigger_update_update_57e9b', table='meetups_meetup', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='meetup',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_meetuphistory" ("breaks", "closes", "created_at", "day", "gap_minutes", "grades_close_at", "id", "max_meetings", "name", "opens", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "program_id", "published_at", "published_by_id", "reminded_on", "rooms", "slot_minutes", "state", "venue") VALUES (OLD."breaks", OLD."closes", OLD."created_at", OLD."day", OLD."gap_minutes", OLD."grades_close_at", OLD."id", OLD."max_meetings", OLD."name", OLD."opens", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."program_id", OLD."published_at", OLD."published_by_id", OLD."reminded_on", OLD."rooms", OLD."slot_minutes", OLD."state", OLD."venue"); RETURN NULL;', hash='7f05faccbafadc77934d7a5bc4ac92cd7268119a', operation='DELETE', pgid='pgtrigger_delete_delete_03237', table='meetups_meetup', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state__in', ['scheduled', 'checked_in', 'held'])), deferrable=django.db.models.constraints.Deferrable['IMMEDIATE'], expressions=[('startup', '='), (matching.meetups.models._When('starts_at', 'ends_at', django.contrib.postgres.fields.ranges.RangeBoundary()), '&&')], name='meeting_startup_once'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state__in', ['scheduled', 'checked_in', 'held'])), deferrable=django.db.models.constraints.Deferrable['IMMEDIATE'], expressions=[('meetup', '='), ('table', '='), (matching.meetups.models._When('starts_at', 'ends_at', django.contrib.postgres.fields.ranges.RangeBoundary()), '&&')], name='meeting_table_once'),
        ),
        migrations.AddConstraint(
            model_name='meetup',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['closed', 'collecting', 'draft', 'live', 'scheduled'])), name='meetup_state'),
        ),
        migrations.AddConstraint(
            model_name='meetup',
            constraint=models.CheckConstraint(condition=models.Q(('closes__gt', models.F('opens')), ('slot_minutes__gte', 5)), name='meetup_day_has_room'),
        ),
        portal.security.operations.InstallTrigger(
            model_name='absence',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_absencehistory" ("id", "meetup_id", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slots") VALUES (NEW."id", NEW."meetup_id", NEW."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."slots"); RETURN NULL;', hash='50d4eeeb5c4853f6f2c53b38b31dd5b6625c31e1', operation='INSERT', pgid='pgtrigger_insert_insert_54951', table='meetups_absence', when='AFTER')),
        ),
        portal.security.operations.InstallTrigger(
            model_name='absence',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "meetups_absencehistory" ("id", "meetup_id", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slots") VALUES (NEW."id", NEW."meetup_id", NEW."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."slots"); RETURN NULL;', hash='311639c2e66d8659b99d32878ad0ffcb226e200b', operation='UPDATE', pgid='pgtrigger_update_update_20478', table='meetups_absence', when='AFTER')),
        ),
        portal.security.operations.InstallTrigger(
            model_name='absence',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_absencehistory" ("id", "meetup_id", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "slots") VALUES (OLD."id", OLD."meetup_id", OLD."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."slots"); RETURN NULL;', hash='867e2623db542672ffca0afe32d27486343da62c', operation='DELETE', pgid='pgtrigger_delete_delete_6358c', table='meetups_absence', when='AFTER')),
        ),
        portal.security.operations.InstallTrigger(
            model_name='absencehistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5bd08a81d59f51d16e82d391e0a66ef360a9f236', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_28bf4', table='meetups_absencehistory', when='BEFORE')),
        ),
        portal.security.operations.InstallTrigger(
            model_name='bar',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_barhistory" ("application_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "standing") VALUES (NEW."application_id", NEW."id", NEW."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."reason", NEW."standing"); RETURN NULL;', hash='b5064b4e253318ce299ad5f5c76fbf8772297027', operation='INSERT', pgid='pgtrigger_insert_insert_98b4a', table='meetups_bar', when='AFTER')),
        ),
        portal.security.operations.InstallTrigger(
            model_name='bar',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "meetups_barhistory" ("application_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "standing") VALUES (NEW."application_id", NEW."id", NEW."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."reason", NEW."standing"); RETURN NULL;', hash='be602ed3c0bca2563b7b2d34ce1e91746ffccc29', operation='UPDATE', pgid='pgtrigger_update_update_261d3', table='meetups_bar', when='AFTER')),
        ),
        portal.security.operations.InstallTrigger(
            model_name='bar',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_barhistory" ("application_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "standing") VALUES (OLD."application_id", OLD."id", OLD."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."reason", OLD."standing"); RETURN NULL;', hash='c2e9bdc1848f79cfd4eb2a440273d7e33b948661', operation='DELETE', pgid='pgtrigger_delete_delete_52ffd', table='meetups_bar', when='AFTER')),
        ),
        portal.security.operations.InstallTrigger(
            model_name='barhistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7e732eb2b3f6e4c147955ed5e0095eea31f32594', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_0bd51', table='meetups_barhistory', when='BEFORE')),
        ),
        portal.security.operations.InstallTrigger(
            model_name='calculation',
            trigger=pgtrigger.compiler.Trigger(name='steps', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{computed:applied,computed:discarded,computing:computed,computing:failed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='adebe2f911425d11772281e82b622c22a7af9bab', operation='UPDATE', pgid='pgtrigger_steps_9ac0f', table='meetups_calculation', when='BEFORE')),
        ),
        portal.security.operations.InstallTrigger(
            model_name='calculation',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_calculationhistory" ("bound", "finished_at", "first", "id", "left_out", "left_out_bound", "meetings", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "problem", "started_at", "started_by_id", "state", "stopped", "total") VALUES (NEW."bound", NEW."finished_at", NEW."first", NEW."id", NEW."left_out", NEW."left_out_bound", NEW."meetings", NEW."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."problem", NEW."started_at", NEW."started_by_id", NEW."state", NEW."stopped", NEW."total"); RETURN NULL;', hash='8eb51c084d619c1a611952e1748bafde600fd47f', operation='INSERT', pgid='pgtrigger_insert_insert_58c86', table='meetups_calculation', when='AFTER')),
        ),
        portal.security.operations.InstallTrigger(
            model_name='calculation',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."bound" IS DISTINCT FROM (NEW."bound") OR OLD."finished_at" IS DISTINCT FROM (NEW."finished_at") OR OLD."first" IS DISTINCT FROM (NEW."first") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."left_out" IS DISTINCT FROM (NEW."left_out") OR OLD."left_out_bound" IS DISTINCT FROM (NEW."left_out_bound") OR OLD."meetings" IS DISTINCT FROM (NEW."meetings") OR OLD."meetup_id" IS DISTINCT FROM (NEW."meetup_id") OR OLD."problem" IS DISTINCT FROM (NEW."problem") OR OLD."started_at" IS DISTINCT FROM (NEW."started_at") OR OLD."started_by_id" IS DISTINCT FROM (NEW."started_by_id") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."stopped" IS DISTINCT FROM (NEW."stopped") OR OLD."total" IS DISTINCT FROM (NEW."total"))', func='INSERT INTO "meetups_calculationhistory" ("bound", "finished_at", "first", "id", "left_out", "left_out_bound", "meetings", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "problem", "started_at", "started_by_id", "state", "stopped", "total") VALUES (NEW."bound", NEW."finished_at", NEW."first", NEW."id", NEW."left_out", NEW."left_out_bound", NEW."meetings", NEW."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."problem", NEW."started_at", NEW."started_by_id", NEW."state", NEW."stopped", NEW."total"); RETURN NULL;', hash='c1d6e5d9351af56dbc4488ca70afa366add1bdd8', operation='UPDATE', pgid='pgtrigger_update_update_631ce', table='meetups_calculation', when='AFTER')),
        ),
        portal.security.operations.InstallTrigger(
            model_name='calculation',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_calculationhistory" ("bound", "finished_at", "first", "id", "left_out", "left_out_bound", "meetings", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "problem", "started_at", "started_by_id", "state", "stopped", "total") VALUES (OLD."bound", OLD."finished_at", OLD."first", OLD."id", OLD."left_out", OLD."left_out_bound", OLD."meetings", OLD."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."problem", OLD."started_at", OLD."started_by_id", OLD."state", OLD."stopped", OLD."total"); RETURN NULL;', hash='dcb3d860316799c8ad23161f2e1f06331e691aa0', operation='DELETE', pgid='pgtrigger_delete_delete_1baaa', table='meetups_calculation', when='AFTER')),
        ),
        portal.security.operations.InstallTrigger(
            model_name='calculationhistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='faccf0ab307d54253b98772ef10711d07345454f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a40bb', table='meetups_calculationhistory', when='BEFORE')),
        ),
        portal.security.operations.InstallTrigger(
            model_name='corporationgrade',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_corporationgradehistory" ("application_id", "corporation_id", "grade", "graded_at", "graded_by_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "startup_id") VALUES (NEW."application_id", NEW."corporation_id", NEW."grade", NEW."graded_at", NEW."graded_by_id", NEW."id", NEW."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."startup_id"); RETURN NULL;', hash='96c6a186771eefd617b428a6299545ed9345ac58', operation='INSERT', pgid='pgtrigger_insert_insert_b3c01', table='meetups_corporationgrade', when='AFTER')),
        ),
        portal.security.operations.InstallTrigger(
            model_name='corporationgrade',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "meetups_corporationgradehistory" ("application_id", "corporation_id", "grade", "graded_at", "graded_by_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "startup_id") VALUES (NEW."application_id", NEW."corporation_id", NEW."grade", NEW."graded_at", NEW."graded_by_id", NEW."id", NEW."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."startup_id"); RETURN NULL;', hash='ffd68064e900ac910e09b31a04e56d657b0c92cb', operation='UPDATE', pgid='pgtrigger_update_update_b3bfb', table='meetups_corporationgrade', when='AFTER')),
        ),
        portal.security.operations.InstallTrigger(
            model_name='corporationgrade',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_corporationgradehistory" ("application_id", "corporation_id", "grade", "graded_at", "graded_by_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "startup_id") VALUES (OLD."application_id", OLD."corporation_id", OLD."grade", OLD."graded_at", OLD."graded_by_id", OLD."id", OLD."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."startup_id"); RETURN NULL;', hash='01ae8d926c21113eb11b6d920caa75fdb1bd6471', operation='DELETE', pgid='pgtrigger_delete_delete_578bd', table='meetups_corporationgrade', when='AFTER')),
        ),
        portal.security.operations.InstallTrigger(
            model_name='corporationgradehistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3ce7211cf7ec25c0520c4ecdb62e2e9121fd719e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_2b977', table='meetups_corporationgradehistory', when='BEFORE')),
        ),
        portal.security.operations.InstallTrigger(
            model_name='host',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_hosthistory" ("corporation_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "room", "tables") VALUES (NEW."corporation_id", NEW."id", NEW."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."room", NEW."tables"); RETURN NULL;', hash='3aaa7903b0988e6e4bba0beb8859ca76090bada0', operation='INSERT', pgid='pgtrigger_insert_insert_2498c', table='meetups_host', when='AFTER')),
        ),
        portal.security.operations.InstallTrigger(
            model_name='host',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "meetups_hosthistory" ("corporation_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "room", "tables") VALUES (NEW."corporation_id", NEW."id", NEW."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."room", NEW."tables"); RETURN NULL;', hash='efb1bc0ac5806fd3f08cb9e28b3a988f1434adcc', operation='UPDATE', pgid='pgtrigger_update_update_e2883', table='meetups_host', when='AFTER')),
        ),
        portal.security.operations.InstallTrigger(
            model_name='host',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_hosthistory" ("corporation_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "room", "tables") VALUES (OLD."corporation_id", OLD."id", OLD."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."room", OLD."tables"); RETURN NULL;', hash='5789df5268d93bd5de73387970be8231e85a4f4c', operation='DELETE', pgid='pgtrigger_delete_delete_7284d', table='meetups_host', when='AFTER')),
        ),
        portal.security.operations.InstallTrigger(
            model_name='hosthistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2a1625ccd3a0a49654b63251b675b053c472a223', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_087ce', table='meetups_hosthistory', when='BEFORE')),
        ),
        portal.security.operations.InstallTrigger(
            model_name='startupgrade',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_startupgradehistory" ("application_id", "corporation_id", "grade", "graded_at", "graded_by_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "startup_id") VALUES (NEW."application_id", NEW."corporation_id", NEW."grade", NEW."graded_at", NEW."graded_by_id", NEW."id", NEW."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."startup_id"); RETURN NULL;', hash='9e59655a10d656fdbb1f3c5c73dd559e35bd1fcf', operation='INSERT', pgid='pgtrigger_insert_insert_95339', table='meetups_startupgrade', when='AFTER')),
        ),
        portal.security.operations.InstallTrigger(
            model_name='startupgrade',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "meetups_startupgradehistory" ("application_id", "corporation_id", "grade", "graded_at", "graded_by_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "startup_id") VALUES (NEW."application_id", NEW."corporation_id", NEW."grade", NEW."graded_at", NEW."graded_by_id", NEW."id", NEW."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."startup_id"); RETURN NULL;', hash='9b414de066db1c78773a39c5b8d51ea348cb11d8', operation='UPDATE', pgid='pgtrigger_update_update_f9333', table='meetups_startupgrade', when='AFTER')),
        ),
        portal.security.operations.InstallTrigger(
            model_name='startupgrade',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "meetups_startupgradehistory" ("application_id", "corporation_id", "grade", "graded_at", "graded_by_id", "id", "meetup_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "startup_id") VALUES (OLD."application_id", OLD."corporation_id", OLD."grade", OLD."graded_at", OLD."graded_by_id", OLD."id", OLD."meetup_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."startup_id"); RETURN NULL;', hash='c9dba70df65ed8bd79fac17a6f4e7023b1a13a0a', operation='DELETE', pgid='pgtrigger_delete_delete_6d9fe', table='meetups_startupgrade', when='AFTER')),
        ),
        portal.security.operations.InstallTrigger(
            model_name='startupgradehistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='dc99eb30b137add88a566fceabddf29b99b39edb', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_db214', table='meetups_startupgradehistory', when='BEFORE')),
        ),
    ]
