"""A Grant is looked up by index, row by row: a page costs what it shows, however much is granted."""

from importlib import import_module

from django.apps import apps
from django.db import connection, transaction

from matching.startups.models import Profile
from portal.kernel.roles import Kind, Role
from portal.security.actor import acting
from portal.security.rowsecurity import RowSecurity


def granted() -> dict[str, str]:
    """The tables whose rows a Grant opens, with the name of a rule's purpose."""
    return {
        model._meta.db_table: rule.granted[0]
        for model in apps.get_models()
        for security in model._meta.constraints
        if isinstance(security, RowSecurity)
        for rule in security.reads
        if rule.granted
    }


def test_row_rules_ask_for_one_subject(world) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT polrelid::regclass::text, pg_get_expr(polqual, polrelid) FROM pg_policy"
            " WHERE polname = 'portal_select' AND polrelid::regclass::text = ANY(%s)",
            [list(granted())],
        )
        rules = dict(cursor.fetchall())
    assert rules.keys() == granted().keys() and len(rules) > 10
    for table, purpose in granted().items():
        assert "FROM security_grant held" in rules[table] and f"'{purpose}'" in rules[table], table


def test_the_database_looks_into_the_index(world) -> None:
    manager = world(world.organization(Kind.CORPORATION, "현대자동차"), Role.MANAGER)
    with acting(manager), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN SELECT 1 FROM {Profile._meta.db_table}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "grant_once" in plan and "subject_id = startups_profile.startup_id" in plan, plan


def test_a_portal_in_use_gets_its_rules_anew(django_db_setup: None) -> None:
    """The migration writes the policies of every table that a Grant opens, its history included, and of no other."""
    migration = import_module("portal.security.migrations.0006_grants_by_index")
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        migration.renew(apps, editor)
    made = {
        line.split(" ON ")[1].split()[0].strip('"') for line in editor.collected_sql if "POLICY portal_select" in line
    }
    told = "\n".join(editor.collected_sql)
    assert made == granted().keys() and all(
        f'DROP POLICY IF EXISTS portal_select ON "{table}"' in told for table in made
    )
