"""Numbers count per year and kind: a number doesn't name the program, so two programs of a year must share a series."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="counter", name="counter_once"),
        migrations.RemoveConstraint(model_name="document", name="document_serial_once"),
        migrations.RemoveField(model_name="counter", name="program_id"),
        migrations.AddConstraint(
            model_name="counter",
            constraint=models.UniqueConstraint(fields=("year", "kind"), name="counter_once"),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(fields=("year", "kind", "serial"), name="document_serial_once"),
        ),
    ]
