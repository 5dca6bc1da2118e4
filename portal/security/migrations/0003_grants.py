"""What is granted to and blocked for whoever acts. SECURITY DEFINER: the question is asked past the row rules.

The functions enter the system context themselves and leave it again: a SET clause would need a superuser's grant.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION portal_granted(wanted text) RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE was text := portal_setting('system');
BEGIN
    PERFORM set_config('portal.system', 'grants', true);
    RETURN QUERY SELECT subject_id FROM security_grant
        WHERE purpose = wanted AND (organization_id = portal_organization() OR membership_id = portal_membership())
          AND valid_from <= portal_now() AND (valid_until IS NULL OR valid_until > portal_now());
    PERFORM set_config('portal.system', was, true);
END $$;
CREATE FUNCTION portal_blocked() RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE was text := portal_setting('system');
BEGIN
    PERFORM set_config('portal.system', 'blocks', true);
    RETURN QUERY SELECT subject_id FROM security_block
        WHERE user_id = portal_user() OR organization_id = portal_organization();
    PERFORM set_config('portal.system', was, true);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("security", "0002_initial")]
    run_before = [("organizations", "0001_initial"), ("audit", "0001_initial"), ("outbox", "0001_initial")]
    operations = [
        migrations.RunSQL(FUNCTIONS, "DROP FUNCTION IF EXISTS portal_granted; DROP FUNCTION IF EXISTS portal_blocked;")
    ]
