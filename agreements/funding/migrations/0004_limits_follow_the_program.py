"""Limits are the program's, always; and an award is shown when its selection is announced.

Whoever raises an award first locks the program's counter, then reads the cap; whoever changes the program's budget or cap
locks the same counter. So neither works with the other's old figure, and a limit can't be put below what is awarded.
"""

from django.db import migrations

FUNCTIONS = """
CREATE OR REPLACE FUNCTION funding_count_award() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    was text := coalesce(current_setting('portal.system', true), '');
    before bigint := CASE WHEN TG_OP <> 'INSERT' AND OLD.state <> 'cancelled' THEN OLD.amount ELSE 0 END;
    after bigint := CASE WHEN TG_OP <> 'DELETE' AND NEW.state <> 'cancelled' THEN NEW.amount ELSE 0 END;
    row_program uuid; row_startup uuid;
BEGIN
    PERFORM set_config('portal.system', 'money guard', true);
    IF TG_OP = 'UPDATE' AND (OLD.program_id, OLD.startup_id) IS DISTINCT FROM (NEW.program_id, NEW.startup_id) THEN
        RAISE EXCEPTION 'an award stays with its startup and program' USING ERRCODE = '23514', CONSTRAINT = 'award_stays';
    END IF;
    IF after <> before THEN
        IF TG_OP = 'DELETE' THEN row_program := OLD.program_id; row_startup := OLD.startup_id;
        ELSE row_program := NEW.program_id; row_startup := NEW.startup_id; END IF;
        -- The program before its counter, as in every other transaction that locks both: no deadlock.
        PERFORM 1 FROM plans_program WHERE id = row_program FOR KEY SHARE;
        INSERT INTO funding_programfunds (id, program_id, budget, awarded)
            SELECT gen_random_uuid(), row_program, budget, 0 FROM plans_program WHERE id = row_program
            ON CONFLICT (program_id) DO NOTHING;
        UPDATE funding_programfunds SET awarded = awarded + after - before WHERE program_id = row_program;
        INSERT INTO funding_startupfunds (id, program_id, startup_id, cap, awarded)
            SELECT gen_random_uuid(), row_program, row_startup, cap_per_startup, 0 FROM plans_program WHERE id = row_program
            ON CONFLICT (program_id, startup_id) DO NOTHING;
        UPDATE funding_startupfunds SET awarded = awarded + after - before
            WHERE program_id = row_program AND startup_id = row_startup;
    END IF;
    PERFORM set_config('portal.system', was, true);
    RETURN NULL;
END $$;

CREATE FUNCTION funding_follow_program() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE was text := coalesce(current_setting('portal.system', true), '');
BEGIN
    PERFORM set_config('portal.system', 'money guard', true);
    INSERT INTO funding_programfunds (id, program_id, budget, awarded) VALUES (gen_random_uuid(), NEW.id, NEW.budget, 0)
        ON CONFLICT (program_id) DO UPDATE SET budget = EXCLUDED.budget;
    UPDATE funding_startupfunds SET cap = NEW.cap_per_startup
        WHERE program_id = NEW.id AND cap <> NEW.cap_per_startup;
    PERFORM set_config('portal.system', was, true);
    RETURN NULL;
END $$;
CREATE TRIGGER funding_follow_program AFTER INSERT OR UPDATE OF budget, cap_per_startup ON plans_program
    FOR EACH ROW EXECUTE FUNCTION funding_follow_program();

CREATE FUNCTION funding_follow_announcement() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE was text := coalesce(current_setting('portal.system', true), '');
BEGIN
    PERFORM set_config('portal.system', 'announcement', true);
    UPDATE funding_award SET announced_at = NEW.announced_at WHERE application_id = NEW.application_id;
    PERFORM set_config('portal.system', was, true);
    RETURN NULL;
END $$;
CREATE TRIGGER funding_follow_announcement AFTER UPDATE OF announced_at ON selections_line
    FOR EACH ROW WHEN (OLD.announced_at IS DISTINCT FROM NEW.announced_at)
    EXECUTE FUNCTION funding_follow_announcement();
"""
DROP = """
DROP TRIGGER funding_follow_announcement ON selections_line; DROP FUNCTION funding_follow_announcement;
DROP TRIGGER funding_follow_program ON plans_program; DROP FUNCTION funding_follow_program;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("funding", "0003_shown_after_announcement"),
        ("plans", "0001_initial"),
        ("selections", "0001_initial"),
    ]
    operations = [migrations.RunSQL(FUNCTIONS, DROP)]
