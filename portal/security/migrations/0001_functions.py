"""The functions that row security asks: who acts, what is granted, what is blocked.

Each raises where no context was set: a missing context never looks like an empty list.
"""

from django.db import migrations

FUNCTIONS = """
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE FUNCTION portal_setting(name text) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE found text := current_setting('portal.' || name, true);
BEGIN
    -- A setting reads as '' after its transaction, as NULL before the first one.
    IF found IS NULL OR found = '' THEN
        RAISE EXCEPTION 'no actor: the portal''s context is not set' USING ERRCODE = '42501';
    END IF;
    RETURN found;
END $$;

CREATE FUNCTION portal_kind() RETURNS text LANGUAGE sql STABLE AS $$ SELECT portal_setting('kind') $$;
CREATE FUNCTION portal_organization() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT portal_setting('organization')::uuid $$;
CREATE FUNCTION portal_membership() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT portal_setting('membership')::uuid $$;
CREATE FUNCTION portal_user() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT portal_setting('user')::uuid $$;
CREATE FUNCTION portal_roles() RETURNS text[] LANGUAGE sql STABLE AS $$ SELECT portal_setting('roles')::text[] $$;
CREATE FUNCTION portal_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$ SELECT portal_setting('now')::timestamptz $$;
CREATE FUNCTION portal_in_system() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT portal_setting('system') <> '-' $$;
CREATE FUNCTION portal_in_context() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT portal_setting('kind') IS NOT NULL $$;
"""

DROP = "".join(
    f"DROP FUNCTION IF EXISTS portal_{name}; "
    for name in (
        "in_context",
        "in_system",
        "now",
        "roles",
        "user",
        "membership",
        "organization",
        "kind",
        "setting",
    )
)


class Migration(migrations.Migration):
    dependencies = []
    operations = [migrations.RunSQL(FUNCTIONS, DROP)]
