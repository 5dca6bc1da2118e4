"""Pairs of neighbouring syllables or letters, so that Korean words are found from two syllables on."""

from django.db import migrations

FUNCTIONS = r"""
CREATE SCHEMA IF NOT EXISTS search;
CREATE FUNCTION portal_pairs(told text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT substr(word, place, 2)), '{}')
    FROM regexp_split_to_table(lower(normalize(coalesce(told, ''), NFC)), '\s+') AS word,
         generate_series(1, length(word) - 1) AS place
$$;
CREATE FUNCTION portal_wanted(told text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_agg('''' || replace(replace(pair, '\', '\\'), '''', '''''') || '''', ' & ')::tsquery
    FROM unnest(portal_pairs(told)) AS pair
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("security", "0003_grants")]
    operations = [
        migrations.RunSQL(
            FUNCTIONS, "DROP FUNCTION portal_wanted; DROP FUNCTION portal_pairs; DROP SCHEMA IF EXISTS search CASCADE"
        )
    ]
