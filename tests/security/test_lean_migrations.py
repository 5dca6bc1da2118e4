"""Migrations run lean (`portal.security.migrating`) and leave the very schema that Django's own way leaves."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.db import connection, models
from django.db.migrations.operations.models import AddConstraint
from django.db.migrations.state import ModelState, ProjectState

from portal.security.migrating import LeanState
from tests.database import ROOT, admin, blank, drop, named

CATALOGUE = (
    "SELECT table_schema, table_name, column_name, data_type, is_nullable, column_default, character_maximum_length"
    " FROM information_schema.columns WHERE table_schema IN ('public', 'search')",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace IN ('public'::regnamespace, 'search'::regnamespace)",
    "SELECT schemaname, indexname, indexdef FROM pg_indexes WHERE schemaname IN ('public', 'search')",
    "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT tablename, policyname, permissive, roles::text, cmd, qual, with_check FROM pg_policies",
    "SELECT proname, prosrc, prosecdef FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "SELECT relname, relrowsecurity, relforcerowsecurity, array(SELECT unnest(relacl)::text ORDER BY 1)::text FROM pg_class"
    " WHERE relkind IN ('r', 'v') AND relnamespace = 'public'::regnamespace",
)
PLAIN = """
import django; django.setup()
from django.core.management.commands import migrate
from portal.security.actor import system
with system("migration"):
    from django.core.management import call_command
    call_command(migrate.Command(), verbosity=0)
"""


def _state() -> LeanState:
    state = LeanState()
    state.add_model(ModelState("shop", "Owner", [("id", models.BigAutoField(primary_key=True))]))
    fields = [("id", models.BigAutoField(primary_key=True)), ("owner", models.ForeignKey("shop.Owner", models.CASCADE))]
    state.add_model(ModelState("shop", "Thing", fields))
    state.apps.get_models()
    return state


def test_a_constraint_renders_nothing_anew() -> None:
    state = _state()
    before = state.apps.get_model("shop", "Thing")
    AddConstraint("thing", models.UniqueConstraint(fields=["owner"], name="one")).state_forwards("shop", state)
    assert state.apps.get_model("shop", "Thing") is before
    assert [c.name for c in before._meta.constraints] == ["one"]


def test_a_column_renders_its_model_alone_until_rows_are_worked_with() -> None:
    state = _state()
    thing = state.apps.get_model("shop", "Thing")
    state.add_field("shop", "owner", "name", models.TextField(default=""), True)
    owner = state.apps.get_model("shop", "Owner")
    assert owner._meta.get_field("name")
    assert state.apps.get_model("shop", "Thing") is thing
    state.clear_delayed_apps_cache()  # what RunPython does first
    fresh = state.apps.get_model("shop", "Thing")
    assert fresh._meta.get_field("owner").related_model is state.apps.get_model("shop", "Owner")


def test_an_altered_column_after_a_new_one_renders_all() -> None:
    state = _state()
    state.add_field("shop", "owner", "name", models.TextField(default=""), True)
    state.alter_field("shop", "owner", "id", models.UUIDField(primary_key=True), True)
    owner = state.apps.get_model("shop", "Owner")
    assert [r.related_model for r in owner._meta.related_objects] == [state.apps.get_model("shop", "Thing")]


def test_a_clone_goes_its_own_way() -> None:
    state = _state()
    copy = state.clone()
    copy.add_field("shop", "thing", "name", models.TextField(default=""), True)
    assert isinstance(copy, ProjectState)
    assert "name" not in {f.name for f in state.apps.get_model("shop", "Thing")._meta.get_fields()}


@pytest.mark.prove
def test_the_schema_is_what_django_makes(db: Any) -> None:
    made = f"test_{os.getpid()}_plain"
    blank(made)
    try:
        environment = os.environ | {"DATABASE_OWNER_URL": named(os.environ["DATABASE_OWNER_URL"], made)}
        environment |= {"DJANGO_SETTINGS_MODULE": "portal.settings", "PORTAL_DATABASE_ROLE": "owner"}
        subprocess.run([sys.executable, "-W", "ignore", "-c", PLAIN], cwd=ROOT, env=environment, check=True)
        for question in CATALOGUE:
            plain, lean = (set(admin(question, name)) for name in (made, connection.settings_dict["NAME"]))
            assert plain == lean and plain
    finally:
        drop(made)
