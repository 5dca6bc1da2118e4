"""The triggers that keep an award's use and a disbursement's progress.

Whoever draws on an award locks its use, and so does whoever cancels it: the second sees what the first has done.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION funding_keep_use() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE was text := coalesce(current_setting('portal.system', true), '');
BEGIN
    PERFORM set_config('portal.system', 'money guard', true);
    IF TG_OP = 'INSERT' THEN
        INSERT INTO funding_awarduse (id, award_id, program_id, startup_id, amount, drawn, state, announced_at)
            VALUES (gen_random_uuid(), NEW.id, NEW.program_id, NEW.startup_id, NEW.amount, 0, NEW.state, NEW.announced_at);
    ELSE
        UPDATE funding_awarduse SET amount = NEW.amount, state = NEW.state, announced_at = NEW.announced_at
            WHERE award_id = NEW.id;
    END IF;
    PERFORM set_config('portal.system', was, true);
    RETURN NULL;
END $$;
CREATE TRIGGER funding_keep_use AFTER INSERT OR UPDATE OF amount, state, announced_at ON funding_award
    FOR EACH ROW EXECUTE FUNCTION funding_keep_use();

CREATE OR REPLACE FUNCTION funding_count_disbursement() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    was text := coalesce(current_setting('portal.system', true), '');
    idle text[] := ARRAY['refused', 'failed'];
    before bigint := CASE WHEN TG_OP <> 'INSERT' AND OLD.state <> ALL (idle) THEN OLD.amount ELSE 0 END;
    after bigint := CASE WHEN TG_OP <> 'DELETE' AND NEW.state <> ALL (idle) THEN NEW.amount ELSE 0 END;
    drawn_on uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.award_id ELSE NEW.award_id END;
    standing text;
BEGIN
    PERFORM set_config('portal.system', 'money guard', true);
    IF TG_OP = 'UPDATE' AND (OLD.award_id, OLD.amount) IS DISTINCT FROM (NEW.award_id, NEW.amount) THEN
        RAISE EXCEPTION 'a disbursement keeps its award and amount'
            USING ERRCODE = '23514', CONSTRAINT = 'disbursement_stays';
    END IF;
    IF after <> before THEN
        SELECT state INTO standing FROM funding_awarduse WHERE award_id = drawn_on FOR UPDATE;
        IF after > 0 AND before = 0 AND standing IS DISTINCT FROM 'active' THEN
            RAISE EXCEPTION 'the award is not active' USING ERRCODE = '23514', CONSTRAINT = 'award_active';
        END IF;
        UPDATE funding_awarduse SET drawn = drawn + after - before WHERE award_id = drawn_on;
    END IF;
    PERFORM set_config('portal.system', was, true);
    RETURN NULL;
END $$;

CREATE FUNCTION funding_keep_progress() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE was text := coalesce(current_setting('portal.system', true), '');
BEGIN
    PERFORM set_config('portal.system', 'progress', true);
    INSERT INTO funding_progress (id, disbursement_id, award_id, program_id, startup_id, center_id, state)
        SELECT gen_random_uuid(), NEW.id, NEW.award_id, NEW.program_id, NEW.startup_id, center_id, NEW.state
        FROM funding_award WHERE id = NEW.award_id AND center_id IS NOT NULL
        ON CONFLICT (disbursement_id) DO UPDATE SET state = EXCLUDED.state;
    PERFORM set_config('portal.system', was, true);
    RETURN NULL;
END $$;
CREATE TRIGGER funding_keep_progress AFTER INSERT OR UPDATE OF state ON funding_disbursement
    FOR EACH ROW EXECUTE FUNCTION funding_keep_progress();
"""
DROP = """
DROP TRIGGER funding_keep_progress ON funding_disbursement; DROP FUNCTION funding_keep_progress;
DROP TRIGGER funding_keep_use ON funding_award; DROP FUNCTION funding_keep_use;
"""


class Migration(migrations.Migration):
    dependencies = [("funding", "0005_use_and_progress")]
    operations = [migrations.RunSQL(FUNCTIONS, DROP)]
