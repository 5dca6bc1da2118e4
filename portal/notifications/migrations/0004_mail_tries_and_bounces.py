# ruff: noqa: E501

"""A mail's tries by the kind of fault, and bounces. A Message-ID is made with the mail, and can't be guessed."""

import portal.notifications.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0003_confidential'),
    ]

    operations = [
        migrations.AddField(
            model_name='mail',
            name='again_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='mail',
            name='bounced_at',
            field=models.DateTimeField(null=True, verbose_name='반송'),
        ),
        migrations.AddField(
            model_name='mail',
            name='fault',
            field=models.CharField(blank=True, choices=[('network', '메일 서버에 연결하지 못함'), ('setup', '메일 서버가 포털을 받아들이지 않음(계정·설정)'), ('temporary', '메일 서버가 나중에 다시 보내라고 함'), ('refused', '메일 서버가 받기를 거절함'), ('lost', '보낸 뒤 답을 받지 못함'), ('broken', '포털이 메일을 만들지 못함')], default='', max_length=10, verbose_name='오류 종류'),
        ),
        migrations.AddField(
            model_name='mail',
            name='next_at',
            field=models.DateTimeField(null=True, verbose_name='다음 시도'),
        ),
        migrations.AddField(
            model_name='mail',
            name='no_such_address',
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name='mail',
            name='message_id',
            field=models.CharField(default=portal.notifications.models.new_message_id, max_length=200),
        ),
        migrations.AlterField(
            model_name='mail',
            name='state',
            field=models.CharField(choices=[('waiting', '보내는 중'), ('sent', '보냄'), ('failed', '실패, 다시 시도 예정'), ('given_up', '보내지 못함'), ('unknown', '결과 모름'), ('bounced', '반송됨')], default='waiting', max_length=10, verbose_name='상태'),
        ),
        migrations.AddIndex(
            model_name='mail',
            index=models.Index(condition=models.Q(('no_such_address', True)), fields=['to'], name='mail_dead_addresses'),
        ),
        migrations.AddConstraint(
            model_name='mail',
            constraint=models.UniqueConstraint(condition=models.Q(('message_id', ''), _negated=True), fields=('message_id',), name='mail_message_id'),
        ),
        migrations.AddConstraint(
            model_name='mail',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['bounced', 'failed', 'given_up', 'sent', 'unknown', 'waiting'])), name='mail_state'),
        ),
        migrations.AddConstraint(
            model_name='mail',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'bounced'), _negated=True), ('bounced_at__isnull', False), _connector='OR'), name='mail_bounced_has_time'),
        ),
    ]
