"""An organisation keeps an administrator, unless it was merged into another: then nobody works for it any more."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("portal.organizations.migrations.0004_roles").KEEP
KEEP = BEFORE.replace(
    "AND 'administrator' = ANY (roles)) THEN",
    "AND 'administrator' = ANY (roles))\n"
    "       AND NOT EXISTS (SELECT 1 FROM organizations_organization\n"
    "                       WHERE id = NEW.organization_id AND merged_into_id IS NOT NULL) THEN",
)


class Migration(migrations.Migration):
    dependencies = [("organizations", "0008_merged")]
    operations = [migrations.RunSQL(KEEP, BEFORE)]
