"""Every model is owned by somebody or stands on a short list with its reason; every key is protected."""

import pghistory.models
import pytest
from django.apps import apps
from django.db import connection, models

from portal.security.rights import rights_on
from portal.security.rowsecurity import RowSecurity
from portal.security.scope import PartyModel, ScopedManager, rules_of

OURS = ("portal.", "programs.", "matching.", "agreements.")
# Tables without row rules, each with the reason.
NOT_OWNED = {
    "accounts.User": "read at sign-in, before anybody acts; holds a name and an address only",
    "organizations.Code": "public reference lists, changed by migrations only",
}


def ours():
    return [m for m in apps.get_models() if m.__module__.startswith(OURS)]


def owned():
    return [m for m in ours() if m._meta.label not in NOT_OWNED]


@pytest.mark.parametrize("model", ours(), ids=lambda m: m._meta.label)
def test_owned_or_listed(model):
    if model._meta.label in NOT_OWNED:
        return
    assert issubclass(model, PartyModel | pghistory.models.Event)
    assert isinstance(model._default_manager, ScopedManager), "a plain manager would answer for nobody"
    assert rules_of(model) is not None
    assert sum(isinstance(c, RowSecurity) for c in model._meta.constraints) == 1


@pytest.mark.parametrize("model", owned(), ids=lambda m: m._meta.label)
def test_keys_are_protected(model):
    if issubclass(model, pghistory.models.Event):
        return
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey):
            assert field.remote_field.on_delete is models.PROTECT, f"{field} would delete or empty what hangs on it"


def test_history_of_whatever_changes():
    """A model whose rows change has a history, unless its rows are themselves the record."""
    records = {
        "audit.AccessRecord", "audit.RecordSeal", "audit.RecordCheck", "audit.RecordReview", "outbox.Message", "notifications.Notification", "notifications.Mail",
        "notifications.MailContent", "webhooks.Delivery", "api.Token", "organizations.MembershipUse", "rolereviews.RoleReview", "api.IdempotencyKey", "documents.Counter", "documents.Batch",
        "recommendations.UploadRow", "evaluations.ConflictReason", "funding.LedgerEntry", "funding.AwardUse", "funding.Progress", "meetups.PlanEntry", "funding.ProgramFunds", "funding.StartupFunds",
        "plans.Extension", "plans.Setting", "demands.Revision", "demands.DetailRevision", "demands.Reminder",
        "matches.StartupVectors", "matches.DemandVectors",
    }  # fmt: skip
    for model in owned():
        if not issubclass(model, pghistory.models.Event) and model._meta.label not in records:
            assert hasattr(model, "pgh_event_model"), f"{model._meta.label} leaves no history"


@pytest.mark.django_db
def test_row_security_stands_in_the_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner) FROM pg_class")
        tables = {name: rest for name, *rest in cursor.fetchall()}
        cursor.execute("SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        me, superuser, bypass = cursor.fetchone()
        assert not superuser
        assert not bypass
        for model in owned():
            enabled, forced, owner = tables[model._meta.db_table]
            assert enabled, model
            assert forced, model
            assert owner != me


@pytest.mark.django_db
def test_rights_are_what_the_models_say():
    """No right to change history, the ledger or records; none to delete where no rule opens it; TRUNCATE never."""
    with connection.cursor() as cursor:
        for model in owned():
            wanted = {right.split(" ")[0] for right in rights_on(model)}
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"):
                check = "has_any_column_privilege" if right == "UPDATE" else "has_table_privilege"
                cursor.execute(f"SELECT {check}(%s, %s)", [model._meta.db_table, right])
                assert cursor.fetchone()[0] is (right in wanted), (model._meta.label, right)


@pytest.mark.django_db
def test_definer_functions_pin_their_search_path():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, proconfig FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        )
        found = cursor.fetchall()
    assert found
    for name, config in found:
        assert any(c.startswith("search_path=public, pg_temp") for c in config or ()), name
