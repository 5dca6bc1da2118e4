"""Each row asks the index for its Grant. What a database holds already gets its row rules anew; a fresh one has them so."""

from typing import Any

from django.db import migrations

from portal.security.rowsecurity import RowSecurity


def renew(apps: Any, schema_editor: Any) -> None:
    for model in apps.get_models():
        for security in model._meta.constraints:
            if isinstance(security, RowSecurity) and any(rule.granted for rule in security.reads + security.writes):
                schema_editor.execute(security.remove_sql(model, schema_editor))
                schema_editor.execute(security.create_sql(model, schema_editor))


class Migration(migrations.Migration):
    dependencies = [("security", "0005_pairs_of_many")]
    operations = [
        migrations.RunPython(renew, migrations.RunPython.noop),
        migrations.RunSQL("DROP FUNCTION portal_granted"),
    ]
