"""A startup doesn't verify itself: only the ministry, or an operation that has asked its policy, says so."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION organizations_verified_by_others() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.verified_at IS NOT NULL AND NOT portal_in_system() AND portal_kind() IS DISTINCT FROM 'ministry'
       AND (TG_OP = 'INSERT' OR NEW.verified_at IS DISTINCT FROM OLD.verified_at
            OR NEW.business_no IS DISTINCT FROM OLD.business_no) THEN
        RAISE EXCEPTION 'nobody verifies the own organisation'
            USING ERRCODE = '23514', CONSTRAINT = 'organization_verified_by_others';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER verified_by_others BEFORE INSERT OR UPDATE OF verified_at, business_no ON organizations_organization
    FOR EACH ROW EXECUTE FUNCTION organizations_verified_by_others();
"""
DROP = """
DROP TRIGGER verified_by_others ON organizations_organization;
DROP FUNCTION organizations_verified_by_others;
"""


class Migration(migrations.Migration):
    dependencies = [("organizations", "0004_roles")]
    operations = [migrations.RunSQL(FUNCTION, DROP)]
