"""What the ministry learns of legal cases: how many there are per subject, and nothing below three.

SECURITY DEFINER, for no row rule opens a case to the ministry. Small counts (nought included) come out as NULL, and
there is no total, so that none can be computed from the others.
"""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION legal_case_counts() RETURNS TABLE (subject text, cases bigint) LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE was text := portal_setting('system');
BEGIN
    IF was = '-' AND NOT (portal_kind() = 'ministry'
        AND portal_roles() && ARRAY['officer', 'approver', 'finance', 'auditor']) THEN
        RAISE EXCEPTION 'legal case counts are for the ministry' USING ERRCODE = '42501';
    END IF;
    PERFORM set_config('portal.system', 'counts of legal cases', true);
    RETURN QUERY SELECT c.code::text, CASE WHEN count(l.id) >= 3 THEN count(l.id) END
        FROM organizations_code c LEFT JOIN legal_legalcase l ON l.subject = c.code
        WHERE c.list = 'legal_subject' GROUP BY c.code, c."order" ORDER BY c."order";
    PERFORM set_config('portal.system', was, true);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("legal", "0002_blocks_and_name"), ("organizations", "0003_reference")]
    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION legal_case_counts")]
