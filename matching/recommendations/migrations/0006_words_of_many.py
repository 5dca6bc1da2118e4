"""The words of new rows are kept by the statement, not row by row."""

from django.db import migrations

from portal.security.search import Searchable

WORDS = Searchable(fields=['company', 'business_no', 'demand_number', 'demand_title'], name="recommendation_words")


class Migration(migrations.Migration):
    dependencies = [("security", "0005_pairs_of_many"), ("recommendations", "0005_consents_of_earlier_recommendations")]
    operations = [
        migrations.RemoveConstraint(model_name="recommendation", name=WORDS.name),
        migrations.AddConstraint(model_name="recommendation", constraint=WORDS),
    ]
