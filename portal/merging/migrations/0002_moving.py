"""What moves a merged startup's rows, and what refuses new ones. `portal.merging.database` puts the trigger on tables."""

from django.db import migrations

FUNCTIONS = """
-- Moves one column's rows of a confirmed merge that is under way, and of nothing else: whoever calls it can choose
-- neither from where nor to where.
CREATE FUNCTION merging_move(merge uuid, tab text, col text) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    was text := coalesce(current_setting('portal.system', true), '');
    gone uuid; stays uuid; moved bigint;
BEGIN
    PERFORM set_config('portal.system', 'startups are merged', true);
    SELECT duplicate_id, into_id INTO gone, stays FROM merging_startupmerge
        WHERE id = merge AND state = 'confirmed' AND moved_at IS NULL FOR UPDATE;
    IF gone IS NULL OR NOT EXISTS (
        SELECT FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]
        WHERE c.contype = 'f' AND c.confrelid = 'organizations_organization'::regclass
          AND c.conrelid = to_regclass(quote_ident(tab)) AND a.attname = col) THEN
        RAISE EXCEPTION 'no merge moves %.%', tab, col USING ERRCODE = '23514', CONSTRAINT = 'merging_nothing_to_move';
    END IF;
    SET CONSTRAINTS ALL DEFERRED;
    EXECUTE format('UPDATE %I SET %I = $1 WHERE %I = $2', tab, col, col) USING stays, gone;
    GET DIAGNOSTICS moved = ROW_COUNT;
    PERFORM set_config('portal.system', was, true);
    RETURN moved;
END $$;

-- Asks after the row is there, and holds the startup: a merge at the same time waits, or is waited for and seen.
CREATE FUNCTION merging_refuse() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    was text := coalesce(current_setting('portal.system', true), '');
    col text; named uuid; gone uuid;
BEGIN
    PERFORM set_config('portal.system', 'merged startups', true);
    FOREACH col IN ARRAY TG_ARGV LOOP
        EXECUTE format('SELECT ($1).%I', col) INTO named USING NEW;
        SELECT merged_into_id INTO gone FROM organizations_organization WHERE id = named FOR KEY SHARE;
        IF gone IS NOT NULL THEN
            RAISE EXCEPTION 'startup % was merged into %', named, gone
                USING ERRCODE = '23514', CONSTRAINT = 'startup_merged_away';
        END IF;
    END LOOP;
    PERFORM set_config('portal.system', was, true);
    RETURN NULL;
END $$;
"""
DROP = "DROP FUNCTION merging_refuse CASCADE; DROP FUNCTION merging_move;"


class Migration(migrations.Migration):
    dependencies = [("merging", "0001_startup_merges")]
    operations = [migrations.RunSQL(FUNCTIONS, DROP)]
