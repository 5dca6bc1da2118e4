"""An organisation that has members keeps an administrator, whoever ends or changes a membership, and when."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION organizations_keep_administrator() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE was text := coalesce(current_setting('portal.system', true), '');
BEGIN
    PERFORM set_config('portal.system', 'last administrator', true);
    -- Two administrators who remove each other at the same time wait for each other here.
    PERFORM 1 FROM organizations_organization WHERE id = NEW.organization_id FOR UPDATE;
    IF EXISTS (SELECT 1 FROM organizations_membership WHERE organization_id = NEW.organization_id AND ended_at IS NULL)
       AND NOT EXISTS (SELECT 1 FROM organizations_membership
                       WHERE organization_id = NEW.organization_id AND ended_at IS NULL
                         AND 'administrator' = ANY (roles)) THEN
        RAISE EXCEPTION 'organization % would lose its last administrator', NEW.organization_id
            USING ERRCODE = '23514', CONSTRAINT = 'membership_last_administrator';
    END IF;
    PERFORM set_config('portal.system', was, true);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER membership_last_administrator AFTER INSERT OR UPDATE ON organizations_membership
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION organizations_keep_administrator();
"""
DROP = """
DROP TRIGGER membership_last_administrator ON organizations_membership;
DROP FUNCTION organizations_keep_administrator;
"""


class Migration(migrations.Migration):
    dependencies = [("organizations", "0001_initial")]
    operations = [migrations.RunSQL(FUNCTION, DROP)]
