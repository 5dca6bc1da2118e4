# ruff: noqa: E501

import django.contrib.postgres.fields
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
import portal.kernel.ids
import portal.security.rowsecurity
import portal.security.rules
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organizations', '0004_roles'),
    ]

    operations = [
        migrations.CreateModel(
            name='Webhook',
            fields=[
                ('id', models.UUIDField(default=portal.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('url', models.URLField(max_length=500, verbose_name='주소')),
                ('events', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None, verbose_name='사건')),
                ('state', models.CharField(choices=[('active', '사용 중'), ('stopped', '사용 안 함'), ('failed', '오류로 꺼짐')], default='active', max_length=10, verbose_name='상태')),
                ('key', models.PositiveSmallIntegerField(default=1)),
                ('secret_shown_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(verbose_name='등록')),
                ('failing_since', models.DateTimeField(null=True, verbose_name='실패 시작')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.membership')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
            ],
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=portal.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('event_id', models.UUIDField()),
                ('event', models.CharField(max_length=60, verbose_name='사건')),
                ('subject', models.CharField(max_length=100)),
                ('subject_id', models.UUIDField()),
                ('state', models.CharField(choices=[('waiting', '보낼 예정'), ('delivered', '전달함'), ('failed', '실패, 다시 시도 예정'), ('given_up', '전달하지 못함')], default='waiting', max_length=10, verbose_name='상태')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='시도')),
                ('log', models.JSONField(default=list)),
                ('created_at', models.DateTimeField(verbose_name='발생')),
                ('next_at', models.DateTimeField(null=True, verbose_name='다음 시도')),
                ('done_at', models.DateTimeField(null=True, verbose_name='전달')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('webhook', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='webhooks.webhook')),
            ],
        ),
        migrations.CreateModel(
            name='WebhookHistory',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.UUIDField(default=portal.kernel.ids.new_id, editable=False, serialize=False)),
                ('url', models.URLField(max_length=500, verbose_name='주소')),
                ('events', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None, verbose_name='사건')),
                ('state', models.CharField(choices=[('active', '사용 중'), ('stopped', '사용 안 함'), ('failed', '오류로 꺼짐')], default='active', max_length=10, verbose_name='상태')),
                ('key', models.PositiveSmallIntegerField(default=1)),
                ('secret_shown_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(verbose_name='등록')),
                ('failing_since', models.DateTimeField(null=True, verbose_name='실패 시작')),
                ('membership', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.membership')),
                ('organization', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.organization')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history_events', to='webhooks.webhook')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='webhook',
            constraint=models.UniqueConstraint(fields=('id', 'organization'), name='webhook_organization'),
        ),
        migrations.AddConstraint(
            model_name='webhook',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['active', 'failed', 'stopped'])), name='webhook_state'),
        ),
        migrations.AddConstraint(
            model_name='webhook',
            constraint=models.CheckConstraint(condition=models.Q(('url__startswith', 'https://')), name='webhook_https'),
        ),
        migrations.AddConstraint(
            model_name='webhook',
            constraint=models.CheckConstraint(condition=models.Q(('events__len__gt', 0)), name='webhook_has_events'),
        ),
        migrations.AddConstraint(
            model_name='webhook',
            constraint=portal.security.rowsecurity.Carries(fields=['organization'], name='webhook_of_member', through='membership'),
        ),
        migrations.AddConstraint(
            model_name='webhook',
            constraint=portal.security.rowsecurity.RowSecurity(name='webhook_rows', reads=[portal.security.rules.Rule(party='organization', roles=['administrator'])], writes=[portal.security.rules.Rule(party='organization', roles=['administrator'])]),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='webhook',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "webhooks_webhookhistory" ("created_at", "events", "failing_since", "id", "key", "membership_id", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "secret_shown_at", "state", "url") VALUES (NEW."created_at", NEW."events", NEW."failing_since", NEW."id", NEW."key", NEW."membership_id", NEW."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."secret_shown_at", NEW."state", NEW."url"); RETURN NULL;', hash='7ee05b53d2f18be9cd95acf2f6c9d2036a879c7e', operation='INSERT', pgid='pgtrigger_insert_insert_b6e67', table='webhooks_webhook', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='webhook',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "webhooks_webhookhistory" ("created_at", "events", "failing_since", "id", "key", "membership_id", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "secret_shown_at", "state", "url") VALUES (NEW."created_at", NEW."events", NEW."failing_since", NEW."id", NEW."key", NEW."membership_id", NEW."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."secret_shown_at", NEW."state", NEW."url"); RETURN NULL;', hash='37c30a5a693c1c345fe43be34c4c8937a42ee3ec', operation='UPDATE', pgid='pgtrigger_update_update_86703', table='webhooks_webhook', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='webhook',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "webhooks_webhookhistory" ("created_at", "events", "failing_since", "id", "key", "membership_id", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "secret_shown_at", "state", "url") VALUES (OLD."created_at", OLD."events", OLD."failing_since", OLD."id", OLD."key", OLD."membership_id", OLD."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."secret_shown_at", OLD."state", OLD."url"); RETURN NULL;', hash='8c5fba7f4b1eddd0835ebce10445b67701e4b113', operation='DELETE', pgid='pgtrigger_delete_delete_74817', table='webhooks_webhook', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('webhook', 'event_id'), name='webhook_delivery_once'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['delivered', 'failed', 'given_up', 'waiting'])), name='webhook_delivery_state'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'delivered'), _negated=True), ('done_at__isnull', False), _connector='OR'), name='webhook_delivered_has_time'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=portal.security.rowsecurity.Carries(fields=['organization'], name='webhook_delivery_organization', through='webhook'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=portal.security.rowsecurity.RowSecurity(name='webhook_delivery_rows', reads=[portal.security.rules.Rule(party='organization', roles=['administrator'])], writes=[portal.security.rules.Rule(party='organization', roles=['administrator'])]),
        ),
        migrations.AddIndex(
            model_name='webhookhistory',
            index=models.Index(fields=['id', 'pgh_created_at'], name='webhook_history_id'),
        ),
        migrations.AddConstraint(
            model_name='webhookhistory',
            constraint=portal.security.rowsecurity.RowSecurity(name='webhook_rows_history', reads=[portal.security.rules.Rule(party='organization', roles=['administrator'])], recorded=True),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='webhookhistory',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0f59cf7b3ef56bde77857fdd7c341b312133b4bf', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_3a5f2', table='webhooks_webhookhistory', when='BEFORE')),
        ),
    ]
