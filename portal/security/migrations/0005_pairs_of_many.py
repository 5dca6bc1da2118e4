"""The pairs of many texts in one statement: a function that the database plans together with the rows it is asked for."""

from django.db import migrations

FUNCTIONS = r"""
-- A pair that stands there twice is told twice: a tsvector keeps it once.
CREATE FUNCTION portal_pairs_of(told text) RETURNS TABLE (pairs text[]) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(first || second), '{}')
    FROM string_to_array(regexp_replace(lower(normalize(coalesce(told, ''), NFC)), '\s', ' ', 'g'), NULL) AS letters,
         unnest(letters, letters[2:]) AS pair (first, second)
    WHERE first <> ' ' AND second <> ' '
$$;
CREATE OR REPLACE FUNCTION portal_pairs(told text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT pairs FROM portal_pairs_of(told)
$$;
"""
BEFORE = r"""
CREATE OR REPLACE FUNCTION portal_pairs(told text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT substr(word, place, 2)), '{}')
    FROM regexp_split_to_table(lower(normalize(coalesce(told, ''), NFC)), '\s+') AS word,
         generate_series(1, length(word) - 1) AS place
$$;
DROP FUNCTION portal_pairs_of;
"""


class Migration(migrations.Migration):
    dependencies = [("security", "0004_search")]
    operations = [migrations.RunSQL(FUNCTIONS, BEFORE)]
