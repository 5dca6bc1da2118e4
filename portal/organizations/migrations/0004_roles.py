"""Roles that can't be stored: such as the kind of organisation doesn't know, and roles that somebody gives himself.

Also: the last administrator can't leave even where nobody else is left, and two people who join one organisation at
the same time don't wait for each other (NO KEY UPDATE lets foreign keys pass).
"""

from django.db import migrations

KEEP = """
CREATE OR REPLACE FUNCTION organizations_keep_administrator() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE was text := coalesce(current_setting('portal.system', true), '');  -- it runs at the commit: maybe for nobody
BEGIN
    PERFORM set_config('portal.system', 'last administrator', true);
    -- Two administrators who remove each other at the same time wait for each other here.
    PERFORM 1 FROM organizations_organization WHERE id = NEW.organization_id FOR NO KEY UPDATE;
    IF NOT EXISTS (SELECT 1 FROM organizations_membership
                   WHERE organization_id = NEW.organization_id AND ended_at IS NULL
                     AND 'administrator' = ANY (roles)) THEN
        RAISE EXCEPTION 'organization % would lose its last administrator', NEW.organization_id
            USING ERRCODE = '23514', CONSTRAINT = 'membership_last_administrator';
    END IF;
    PERFORM set_config('portal.system', was, true);
    RETURN NULL;
END $$;
"""
ROLES = """
CREATE FUNCTION organizations_roles_fit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    was text := portal_setting('system');
    its_kind text;
    known text[];
BEGIN
    PERFORM set_config('portal.system', 'roles of a kind', true);
    SELECT kind INTO its_kind FROM organizations_organization WHERE id = NEW.organization_id;
    PERFORM set_config('portal.system', was, true);
    known := CASE its_kind
        WHEN 'ministry' THEN '{officer,approver,finance,auditor,operator}'
        WHEN 'corporation' THEN '{manager,evaluator,signatory}'
        WHEN 'startup' THEN '{representative,member}'
        WHEN 'center' THEN '{head,coordinator}'
        WHEN 'foundation' THEN '{case_manager,advisor}'
        ELSE '{}' END;
    IF NOT NEW.roles::text[] <@ (known || 'administrator'::text) THEN
        RAISE EXCEPTION 'roles % are not of a %', NEW.roles, its_kind
            USING ERRCODE = '23514', CONSTRAINT = TG_TABLE_NAME || '_roles_of_kind';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER roles_of_kind BEFORE INSERT OR UPDATE OF roles, organization_id ON organizations_membership
    FOR EACH ROW EXECUTE FUNCTION organizations_roles_fit();
CREATE TRIGGER roles_of_kind BEFORE INSERT OR UPDATE OF roles, organization_id ON organizations_invitation
    FOR EACH ROW EXECUTE FUNCTION organizations_roles_fit();

CREATE FUNCTION organizations_not_own_roles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT portal_in_system() AND NEW.user_id = portal_user()
       AND (TG_OP = 'INSERT' OR NOT NEW.roles::text[] <@ OLD.roles::text[]) THEN
        RAISE EXCEPTION 'nobody gives himself roles'
            USING ERRCODE = '23514', CONSTRAINT = 'membership_not_own_roles';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER not_own_roles BEFORE INSERT OR UPDATE OF roles, user_id ON organizations_membership
    FOR EACH ROW EXECUTE FUNCTION organizations_not_own_roles();
"""
DROP = """
DROP TRIGGER not_own_roles ON organizations_membership;
DROP TRIGGER roles_of_kind ON organizations_membership;
DROP TRIGGER roles_of_kind ON organizations_invitation;
DROP FUNCTION organizations_not_own_roles;
DROP FUNCTION organizations_roles_fit;
"""


class Migration(migrations.Migration):
    dependencies = [("organizations", "0003_reference")]
    operations = [migrations.RunSQL(KEEP, migrations.RunSQL.noop), migrations.RunSQL(ROLES, DROP)]
