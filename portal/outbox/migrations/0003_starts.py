# ruff: noqa: E501

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('outbox', '0002_confidential'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='starts',
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
