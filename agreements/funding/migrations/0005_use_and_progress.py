# ruff: noqa: E501

"""What of an award is drawn moves to a table of its own; how far a disbursement is, for the coordinating center."""

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
        ('funding', '0004_limits_follow_the_program'),
        ('organizations', '0004_roles'),
        ('plans', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AwardUse',
            fields=[
                ('id', models.UUIDField(default=portal.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('amount', models.BigIntegerField(verbose_name='지원금')),
                ('drawn', models.BigIntegerField(default=0, verbose_name='신청·지급')),
                ('state', models.CharField(choices=[('active', '집행 중'), ('cancelled', '취소'), ('closed', '집행 완료')], default='active', max_length=10)),
                ('announced_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Progress',
            fields=[
                ('id', models.UUIDField(default=portal.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('requested', '신청'), ('reviewed', '검토 완료'), ('approved', '승인'), ('sent', '송금 요청'), ('paid', '지급 완료'), ('failed', '송금 실패'), ('unknown', '확인 필요'), ('refused', '반려')], max_length=10, verbose_name='상태')),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='award',
            name='update_update',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='award',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "funding_awardhistory" ("amount", "announced_at", "application_id", "awarded_at", "awarded_by_id", "center_id", "corporation_id", "id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "program_id", "startup_id", "state") VALUES (NEW."amount", NEW."announced_at", NEW."application_id", NEW."awarded_at", NEW."awarded_by_id", NEW."center_id", NEW."corporation_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."program_id", NEW."startup_id", NEW."state"); RETURN NULL;', hash='5d1ee88202a9bee951ac61b41a19d948510f39b9', operation='UPDATE', pgid='pgtrigger_update_update_23f31', table='funding_award', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.UniqueConstraint(fields=('id', 'program', 'startup', 'center'), name='award_center'),
        ),
        migrations.AddField(
            model_name='awarduse',
            name='award',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='use', to='funding.award'),
        ),
        migrations.AddField(
            model_name='awarduse',
            name='program',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plans.program'),
        ),
        migrations.AddField(
            model_name='awarduse',
            name='startup',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization'),
        ),
        migrations.AddField(
            model_name='progress',
            name='award',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='progress', to='funding.award'),
        ),
        migrations.AddField(
            model_name='progress',
            name='center',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization'),
        ),
        migrations.AddField(
            model_name='progress',
            name='disbursement',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='progress', to='funding.disbursement'),
        ),
        migrations.AddField(
            model_name='progress',
            name='program',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plans.program'),
        ),
        migrations.AddField(
            model_name='progress',
            name='startup',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization'),
        ),
        copied(
            "INSERT INTO funding_awarduse (id, award_id, program_id, startup_id, amount, drawn, state, announced_at) "
            "SELECT gen_random_uuid(), id, program_id, startup_id, amount, drawn, state, announced_at FROM funding_award",
            "UPDATE funding_award a SET drawn = u.drawn FROM funding_awarduse u WHERE u.award_id = a.id",
        ),
        copied(
            "INSERT INTO funding_progress (id, disbursement_id, award_id, program_id, startup_id, center_id, state) "
            "SELECT gen_random_uuid(), d.id, d.award_id, d.program_id, d.startup_id, a.center_id, d.state "
            "FROM funding_disbursement d JOIN funding_award a ON a.id = d.award_id WHERE a.center_id IS NOT NULL"
        ),
        migrations.RemoveConstraint(
            model_name='award',
            name='award_not_overdrawn',
        ),
        migrations.RemoveConstraint(
            model_name='award',
            name='award_cancelled_unused',
        ),
        migrations.RemoveField(
            model_name='award',
            name='drawn',
        ),
        migrations.AddConstraint(
            model_name='awarduse',
            constraint=models.CheckConstraint(condition=models.Q(('drawn__gte', 0), ('drawn__lte', models.F('amount'))), name='award_not_overdrawn'),
        ),
        migrations.AddConstraint(
            model_name='awarduse',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'cancelled'), _negated=True), ('drawn', 0), _connector='OR'), name='award_cancelled_unused'),
        ),
        migrations.AddConstraint(
            model_name='awarduse',
            constraint=portal.security.rowsecurity.Carries(fields=['program', 'startup'], name='use_of_award', through='award'),
        ),
        migrations.AddConstraint(
            model_name='awarduse',
            constraint=portal.security.rowsecurity.RowSecurity(blocks=['startup'], name='award_use_rows', reads=[portal.security.rules.Rule(kind='startup', party='startup', roles=(), when=models.Q(('announced_at__isnull', False))), portal.security.rules.Rule(kind='ministry', roles=('officer', 'approver', 'finance', 'auditor'), when=None)]),
        ),
        migrations.AddIndex(
            model_name='progress',
            index=models.Index(fields=['center'], name='funding_pro_center__0c1cc4_idx'),
        ),
        migrations.AddConstraint(
            model_name='progress',
            constraint=portal.security.rowsecurity.Carries(fields=['program', 'startup', 'award'], name='progress_of_disbursement', through='disbursement'),
        ),
        migrations.AddConstraint(
            model_name='progress',
            constraint=portal.security.rowsecurity.Carries(fields=['program', 'startup', 'center'], name='progress_of_award', through='award'),
        ),
        migrations.AddConstraint(
            model_name='progress',
            constraint=portal.security.rowsecurity.RowSecurity(blocks=['startup'], name='progress_rows', reads=[portal.security.rules.Rule(kind='center', party='center', roles=(), when=None)]),
        ),
    ]
