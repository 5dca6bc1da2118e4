"""The money guard: triggers that keep the counters, whose CHECKs refuse what would go over cap, budget or award.

Every INSERT, UPDATE and DELETE passes here, whatever wrote it. Raising a counter locks its row, so simultaneous
sessions wait for each other and the second sees the first's amount. Always in the order program, startup, award.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION funding_count_award() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    was text := coalesce(current_setting('portal.system', true), '');
    before bigint := CASE WHEN TG_OP <> 'INSERT' AND OLD.state <> 'cancelled' THEN OLD.amount ELSE 0 END;
    after bigint := CASE WHEN TG_OP <> 'DELETE' AND NEW.state <> 'cancelled' THEN NEW.amount ELSE 0 END;
    row_program uuid; row_startup uuid; program_cap bigint; program_budget bigint;
BEGIN
    PERFORM set_config('portal.system', 'money guard', true);
    IF TG_OP = 'UPDATE' AND (OLD.program_id, OLD.startup_id) IS DISTINCT FROM (NEW.program_id, NEW.startup_id) THEN
        RAISE EXCEPTION 'an award stays with its startup and program' USING ERRCODE = '23514', CONSTRAINT = 'award_stays';
    END IF;
    IF after <> before THEN
    IF TG_OP = 'DELETE' THEN row_program := OLD.program_id; row_startup := OLD.startup_id;
    ELSE row_program := NEW.program_id; row_startup := NEW.startup_id; END IF;
    SELECT cap_per_startup, budget INTO program_cap, program_budget FROM plans_program WHERE id = row_program;
    INSERT INTO funding_programfunds (id, program_id, budget, awarded)
        VALUES (gen_random_uuid(), row_program, program_budget, 0) ON CONFLICT (program_id) DO NOTHING;
    UPDATE funding_programfunds SET awarded = awarded + after - before, budget = program_budget
        WHERE program_id = row_program;
    INSERT INTO funding_startupfunds (id, program_id, startup_id, cap, awarded)
        VALUES (gen_random_uuid(), row_program, row_startup, program_cap, 0)
        ON CONFLICT (program_id, startup_id) DO NOTHING;
    UPDATE funding_startupfunds SET awarded = awarded + after - before
        WHERE program_id = row_program AND startup_id = row_startup;
    END IF;
    PERFORM set_config('portal.system', was, true);
    RETURN NULL;
END $$;
CREATE TRIGGER funding_count_award AFTER INSERT OR UPDATE OR DELETE ON funding_award
    FOR EACH ROW EXECUTE FUNCTION funding_count_award();

CREATE FUNCTION funding_count_disbursement() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    was text := coalesce(current_setting('portal.system', true), '');
    idle text[] := ARRAY['refused', 'failed'];
    before bigint := CASE WHEN TG_OP <> 'INSERT' AND OLD.state <> ALL (idle) THEN OLD.amount ELSE 0 END;
    after bigint := CASE WHEN TG_OP <> 'DELETE' AND NEW.state <> ALL (idle) THEN NEW.amount ELSE 0 END;
BEGIN
    PERFORM set_config('portal.system', 'money guard', true);
    IF TG_OP = 'UPDATE' AND (OLD.award_id, OLD.amount) IS DISTINCT FROM (NEW.award_id, NEW.amount) THEN
        RAISE EXCEPTION 'a disbursement keeps its award and amount'
            USING ERRCODE = '23514', CONSTRAINT = 'disbursement_stays';
    END IF;
    IF after <> before THEN
        UPDATE funding_award SET drawn = drawn + after - before
            WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.award_id ELSE NEW.award_id END;
    END IF;
    IF after > 0 AND before = 0 AND NOT EXISTS (
        SELECT 1 FROM funding_award WHERE id = NEW.award_id AND state = 'active') THEN
        RAISE EXCEPTION 'the award is not active' USING ERRCODE = '23514', CONSTRAINT = 'award_active';
    END IF;
    PERFORM set_config('portal.system', was, true);
    RETURN NULL;
END $$;
CREATE TRIGGER funding_count_disbursement AFTER INSERT OR UPDATE OR DELETE ON funding_disbursement
    FOR EACH ROW EXECUTE FUNCTION funding_count_disbursement();

-- The ledger and the counters can't be rewritten by anybody, the owner included.
CREATE FUNCTION funding_ledger_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = '23514', CONSTRAINT = 'ledger_append_only';
END $$;
CREATE TRIGGER funding_ledger_stands BEFORE UPDATE OR DELETE ON funding_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION funding_ledger_stands();
CREATE TRIGGER funding_ledger_not_emptied BEFORE TRUNCATE ON funding_ledgerentry
    FOR EACH STATEMENT EXECUTE FUNCTION funding_ledger_stands();
"""
DROP = """
DROP TRIGGER funding_ledger_not_emptied ON funding_ledgerentry;
DROP TRIGGER funding_ledger_stands ON funding_ledgerentry; DROP FUNCTION funding_ledger_stands;
DROP TRIGGER funding_count_disbursement ON funding_disbursement; DROP FUNCTION funding_count_disbursement;
DROP TRIGGER funding_count_award ON funding_award; DROP FUNCTION funding_count_award;
"""


class Migration(migrations.Migration):
    dependencies = [("funding", "0001_initial")]
    operations = [migrations.RunSQL(FUNCTIONS, DROP)]
