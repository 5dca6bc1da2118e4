"""New rows that name a merged startup are refused by the statement: lists come in thousands of rows."""

from django.db import migrations

FUNCTION = """
-- As merging_refuse() for all rows of an INSERT: held in the order of their keys, so that two lists don't block each other.
CREATE FUNCTION merging_refuse_new() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    was text := coalesce(current_setting('portal.system', true), '');
    col text; named uuid; gone uuid;
BEGIN
    PERFORM set_config('portal.system', 'merged startups', true);
    FOREACH col IN ARRAY TG_ARGV LOOP
        EXECUTE format('WITH held AS MATERIALIZED (SELECT id, merged_into_id FROM organizations_organization '
            'WHERE id IN (SELECT %I FROM made) ORDER BY id FOR KEY SHARE) '
            'SELECT id, merged_into_id FROM held WHERE merged_into_id IS NOT NULL LIMIT 1', col) INTO named, gone;
        IF gone IS NOT NULL THEN
            RAISE EXCEPTION 'startup % was merged into %', named, gone
                USING ERRCODE = '23514', CONSTRAINT = 'startup_merged_away';
        END IF;
    END LOOP;
    PERFORM set_config('portal.system', was, true);
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("merging", "0002_moving")]
    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION merging_refuse_new CASCADE")]
