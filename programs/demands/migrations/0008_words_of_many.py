"""The words of new rows are kept by the statement, not row by row."""

from django.db import migrations

from portal.security.search import Searchable

WORDS = Searchable(fields=['number', 'title', 'problem', 'scope', 'required_spec'], name="demand_words")


class Migration(migrations.Migration):
    dependencies = [("security", "0005_pairs_of_many"), ("demands", "0007_detail_of_earlier_submissions")]
    operations = [
        migrations.RemoveConstraint(model_name="demand", name=WORDS.name),
        migrations.AddConstraint(model_name="demand", constraint=WORDS),
    ]
