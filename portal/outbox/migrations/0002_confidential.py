# ruff: noqa: E501

"""A message about something confidential is closed to operator and auditor."""

import portal.security.rowsecurity
import portal.security.rules
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('outbox', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='message',
            name='outbox_rows',
        ),
        migrations.AddField(
            model_name='message',
            name='confidential',
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=portal.security.rowsecurity.RowSecurity(name='outbox_rows', reads=[portal.security.rules.Rule(kind='ministry', roles=('operator', 'auditor'), when=models.Q(('confidential', False)))], writes=[portal.security.rules.Rule(when=None)]),
        ),
    ]
