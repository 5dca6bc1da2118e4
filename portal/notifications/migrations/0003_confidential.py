# ruff: noqa: E501

"""A confidential mail is closed to operator and auditor: its address tells whom it is about."""

import portal.security.rowsecurity
import portal.security.rules
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0002_mail_content'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='mail',
            name='mail_rows',
        ),
        migrations.AddField(
            model_name='mail',
            name='confidential',
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name='mail',
            constraint=portal.security.rowsecurity.RowSecurity(name='mail_rows', reads=[portal.security.rules.Rule(kind='ministry', roles=('operator', 'auditor'), when=models.Q(('confidential', False)))], writes=[portal.security.rules.Rule(when=None)]),
        ),
    ]
