"""The trigger that keeps the plan's entries equal to the meetings."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION meetups_keep_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE was text := coalesce(current_setting('portal.system', true), '');
BEGIN
    PERFORM set_config('portal.system', 'the day''s plan', true);
    INSERT INTO meetups_planentry (id, meeting_id, meetup_id, application_id, startup_id, corporation_name,
            startup_name, "table", starts_at, ends_at, published, cancelled)
        VALUES (gen_random_uuid(), NEW.id, NEW.meetup_id, NEW.application_id, NEW.startup_id, NEW.corporation_name,
            NEW.startup_name, NEW."table", NEW.starts_at, NEW.ends_at, NEW.published, NEW.state = 'cancelled')
        ON CONFLICT (meeting_id) DO UPDATE SET meetup_id = EXCLUDED.meetup_id, application_id = EXCLUDED.application_id,
            startup_id = EXCLUDED.startup_id, corporation_name = EXCLUDED.corporation_name,
            startup_name = EXCLUDED.startup_name, "table" = EXCLUDED."table", starts_at = EXCLUDED.starts_at,
            ends_at = EXCLUDED.ends_at, published = EXCLUDED.published, cancelled = EXCLUDED.cancelled;
    PERFORM set_config('portal.system', was, true);
    RETURN NULL;
END $$;
CREATE TRIGGER meetups_keep_entry AFTER INSERT OR UPDATE ON meetups_meeting
    FOR EACH ROW EXECUTE FUNCTION meetups_keep_entry();
"""
DROP = "DROP TRIGGER meetups_keep_entry ON meetups_meeting; DROP FUNCTION meetups_keep_entry"


class Migration(migrations.Migration):
    dependencies = [("meetups", "0003_plan_entries")]
    operations = [migrations.RunSQL(FUNCTION, DROP)]
