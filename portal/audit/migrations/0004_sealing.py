# ruff: noqa: E501

"""The hash chain of the access records, its checks, and the monthly reviews."""

import django.db.models.deletion
import portal.audit.models
import portal.kernel.ids
import portal.security.rowsecurity
import portal.security.rules
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0003_confidential'),
    ]

    operations = [
        migrations.CreateModel(
            name='RecordCheck',
            fields=[
                ('id', models.UUIDField(default=portal.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('waiting', '대기 중'), ('running', '확인하는 중'), ('sound', '이상 없음'), ('faulty', '이상 발견'), ('failed', '확인하지 못함')], default='waiting', max_length=10)),
                ('head', models.TextField(blank=True, verbose_name='보관한 봉인값')),
                ('requested_at', models.DateTimeField()),
                ('requested_by', models.CharField(max_length=60)),
                ('finished_at', models.DateTimeField(null=True)),
                ('checked', models.BigIntegerField(default=0)),
                ('total', models.BigIntegerField(default=0)),
                ('faults', models.JSONField(default=list)),
            ],
        ),
        migrations.CreateModel(
            name='RecordReview',
            fields=[
                ('id', models.UUIDField(default=portal.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('month', models.DateField(verbose_name='검토한 달')),
                ('note', models.TextField(max_length=2000, verbose_name='검토 의견')),
                ('figures', models.JSONField(default=dict)),
                ('reviewed_at', models.DateTimeField()),
                ('reviewed_by_id', models.UUIDField()),
                ('reviewed_by', models.CharField(max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name='RecordSeal',
            fields=[
                ('id', models.UUIDField(default=portal.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.BigIntegerField(unique=True)),
                ('tx', models.BigIntegerField()),
                ('salt', models.BinaryField(null=True)),
                ('personal', models.BinaryField()),
                ('digest', models.BinaryField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='accessrecord',
            name='access_record_rows',
        ),
        migrations.AddField(
            model_name='accessrecord',
            name='tx',
            field=models.BigIntegerField(db_index=True, default=0, editable=False),  # settled long ago
        ),
        migrations.AlterField(
            model_name='accessrecord',
            name='tx',
            field=models.BigIntegerField(db_index=True, default=portal.audit.models.current_transaction, editable=False),
        ),
        migrations.AlterField(
            model_name='accessrecord',
            name='act',
            field=models.CharField(choices=[('view', '열람'), ('change', '변경'), ('download', '내려받기'), ('print', '인쇄'), ('refused', '거부'), ('unmasked', '가린 값 확인'), ('erased', '개인정보 삭제')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='accessrecord',
            constraint=portal.security.rowsecurity.RowSecurity(name='access_record_rows', reads=[portal.security.rules.Rule(kind='ministry', roles=('auditor',), when=models.Q(('confidential', False))), portal.security.rules.Rule(kind=None, party='owner_id', roles=('administrator', 'representative'), when=None)], writes=[portal.security.rules.Rule(when=None)]),
        ),
        migrations.AddConstraint(
            model_name='recordcheck',
            constraint=portal.security.rowsecurity.RowSecurity(name='record_check_rows', reads=[portal.security.rules.Rule(kind='ministry', roles=('auditor',), when=None)], writes=[portal.security.rules.Rule(kind='ministry', roles=('auditor',), when=None)]),
        ),
        migrations.AddConstraint(
            model_name='recordreview',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1)), name='record_review_month'),
        ),
        migrations.AddConstraint(
            model_name='recordreview',
            constraint=portal.security.rowsecurity.RowSecurity(name='record_review_rows', reads=[portal.security.rules.Rule(kind='ministry', roles=('auditor',), when=None)], writes=[portal.security.rules.Rule(kind='ministry', roles=('auditor',), when=None)]),
        ),
        migrations.AddField(
            model_name='recordseal',
            name='record',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='seal', to='audit.accessrecord'),
        ),
        migrations.AddConstraint(
            model_name='recordseal',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='record_seal_counts'),
        ),
        migrations.AddConstraint(
            model_name='recordseal',
            constraint=portal.security.rowsecurity.RowSecurity(name='record_seal_rows'),
        ),
    ]
