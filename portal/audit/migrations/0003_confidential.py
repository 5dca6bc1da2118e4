# ruff: noqa: E501

"""A record about something confidential is for the owner alone."""

import portal.security.rowsecurity
import portal.security.rules
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_acts_in_words'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='accessrecord',
            name='access_record_rows',
        ),
        migrations.AddField(
            model_name='accessrecord',
            name='confidential',
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name='accessrecord',
            constraint=portal.security.rowsecurity.RowSecurity(name='access_record_rows', reads=[portal.security.rules.Rule(kind='ministry', roles=('auditor',), when=models.Q(('confidential', False))), portal.security.rules.Rule(kind=None, party='owner_id', roles=('administrator',), when=None)], writes=[portal.security.rules.Rule(when=None)]),
        ),
    ]
