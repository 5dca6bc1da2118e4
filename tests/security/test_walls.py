"""The walls, one by one: policy and row security each against the table of design/access.md, with the other down."""

import os
from collections.abc import Callable
from typing import Any

import psycopg2
import pytest
from django.apps import apps
from django.db import connection

from portal.security.actor import Actor, Context, acting, nobody, system
from portal.security.backend.base import settings_of
from portal.security.scope import PartyModel
from tests.sides import Sides

ALL = {"officer", "approver", "finance", "auditor"}  # the ministry's people who follow the programme
CORPORATION = {"manager", "evaluator", "signatory"}
STARTUP = {"representative", "member"}
CENTER = {"head", "coordinator"}
FOUNDATION = {"case_manager", "advisor"}
EVERYBODY = ALL | {"operator"} | CORPORATION | STARTUP | CENTER | FOUNDATION | {"public", "nobody's"}
NOBODY: set[str] = set()

# model → (who sees the row of the own side, who sees the other side's). Written from design/access.md.
SEES: dict[str, tuple[set[str], set[str]]] = {
    "plans.Program": (EVERYBODY, EVERYBODY),
    "plans.Stage": (EVERYBODY, EVERYBODY),
    "plans.Setting": (EVERYBODY, EVERYBODY),
    "plans.Extension": (ALL | STARTUP, ALL),  # the row of the side is the startup's
    "demands.Detail": (ALL | CORPORATION, ALL),  # startups only with a Grant, centers never
    "demands.DetailRevision": (ALL | CORPORATION, ALL),  # like the detail itself
    "demands.Revision": (ALL | CORPORATION | STARTUP | CENTER, ALL | STARTUP | CENTER),  # the current one
    "demands.Reminder": (ALL, ALL),
    "demands.Demand": (ALL | CORPORATION | STARTUP | CENTER, ALL | STARTUP | CENTER),
    "startups.Profile": (ALL | STARTUP | CORPORATION | CENTER, ALL),
    "startups.ExclusiveTie": (STARTUP, NOBODY),
    "startups.PastSupport": (ALL | STARTUP, ALL),
    "startups.Evidence": (ALL | STARTUP, ALL),
    "startups.Consent": (ALL | STARTUP | CENTER, ALL),  # the row of the side was given to its center
    "recommendations.Recommendation": (ALL | CENTER | STARTUP | CORPORATION, ALL),
    "recommendations.ConsensusNote": (ALL | CENTER, ALL),
    "recommendations.Upload": ({"coordinator"}, NOBODY),  # who has uploaded it
    "recommendations.UploadRow": ({"coordinator"}, NOBODY),
    "applications.Application": (ALL | STARTUP | CORPORATION | CENTER, ALL),
    "applications.Exclusion": (ALL | STARTUP | {"manager"}, ALL),
    "applications.ShortlistEntry": ({"manager"}, NOBODY),  # the corporation's own; startup and ministry never
    "matches.Match": (ALL | CORPORATION, ALL),  # the row of the side is the corporation's
    "matches.StartupVectors": (NOBODY, NOBODY),
    "matches.DemandVectors": (NOBODY, NOBODY),
    "matches.Run": (ALL, ALL),
    "meetups.Meetup": (ALL | CORPORATION | STARTUP | CENTER, ALL),
    "meetups.Meeting": (ALL | CORPORATION | STARTUP | CENTER, ALL),
    "meetups.PlanEntry": (ALL | CORPORATION | STARTUP | CENTER, ALL),
    # A side's grades: whoever gave them, and the ministry.
    "meetups.CorporationGrade": (ALL | CORPORATION, ALL),
    "meetups.StartupGrade": (ALL | STARTUP, ALL),
    "meetups.Absence": (ALL | STARTUP, ALL),  # the row of the side is the startup's
    "meetups.Host": (ALL | CORPORATION, ALL),
    "meetups.Bar": (ALL, ALL),
    "meetups.Calculation": (ALL, ALL),
    "meetups.Rating": (ALL | STARTUP, ALL),  # the row of the side is the startup's
    "meetups.Outcome": (ALL | CORPORATION | STARTUP | CENTER, ALL),
    "evaluations.Round": (ALL | CORPORATION, ALL),
    "evaluations.Assignment": (ALL | {"manager", "evaluator"}, ALL),
    "evaluations.ConflictReason": ({"evaluator"}, NOBODY),
    "evaluations.Sheet": (ALL | {"manager", "evaluator"}, ALL),
    "evaluations.Result": (ALL | {"manager", "signatory"}, ALL),
    "selections.Selection": (ALL | {"manager", "signatory"}, ALL),
    "selections.Line": (ALL | {"manager", "signatory"}, ALL),
    "funding.ProgramFunds": (ALL, ALL),
    "funding.StartupFunds": (ALL, ALL),
    "funding.Award": (ALL | STARTUP | CENTER | {"manager", "signatory"}, ALL),
    "funding.AwardUse": (ALL | STARTUP, ALL),
    "funding.Progress": (CENTER, NOBODY),
    "funding.Disbursement": (ALL | STARTUP, ALL),
    "funding.LedgerEntry": ({"finance", "approver", "auditor"} | STARTUP, {"finance", "approver", "auditor"}),
    "legal.LegalCase": (STARTUP | FOUNDATION, FOUNDATION),
    "legal.Note": (STARTUP | FOUNDATION, FOUNDATION),
    # A startup's organisation: its own people, the ministry, and whom a Grant names.
    "organizations.Organization": (ALL | {"operator"} | STARTUP | CORPORATION | CENTER, ALL | {"operator"}),
    "organizations.Membership": ({"representative", "operator"}, {"operator"}),
    "organizations.MembershipUse": ({"representative", "operator"}, {"operator"}),  # whose it is; the administrator
    "organizations.Invitation": (NOBODY, NOBODY),
    "merging.StartupMerge": (ALL | {"operator"}, ALL | {"operator"}),
    "rolereviews.RoleReview": ({"representative", "operator"}, {"operator"}),
    "audit.AccessRecord": ({"auditor", "representative"}, {"auditor"}),
    "audit.RecordSeal": (NOBODY, NOBODY),  # the verification's
    "audit.RecordCheck": ({"auditor"}, {"auditor"}),
    "audit.RecordReview": ({"auditor"}, {"auditor"}),
    "joining.JoinRequest": (
        {"representative", "operator"},
        {"operator"},
    ),  # the row of the side is the representative's
    "signon.Identity": ({"representative"}, NOBODY),  # whose it is
    "resets.SecondFactorReset": ({"operator", "auditor"}, {"operator", "auditor"}),
    "outbox.Message": ({"operator", "auditor"}, {"operator", "auditor"}),
    "notifications.Notification": ({"representative"}, NOBODY),
    "notifications.Mail": ({"operator", "auditor"}, {"operator", "auditor"}),
    "notifications.MailContent": (NOBODY, NOBODY),
    "webhooks.Webhook": (NOBODY, NOBODY),  # the administrator's
    "webhooks.Delivery": (NOBODY, NOBODY),
    "files.File": (CENTER, NOBODY),
    "documents.Document": (ALL | STARTUP, ALL),
    "documents.Batch": (CORPORATION, NOBODY),  # the row of the side is the corporation's
    "documents.Counter": (NOBODY, NOBODY),
    "api.Token": ({"representative"}, NOBODY),
    "api.IdempotencyKey": ({"representative"}, NOBODY),
    "security.Grant": (CENTER, NOBODY),  # the row of the side is the center's
    "security.Block": ({"evaluator"}, NOBODY),
}


@pytest.fixture
def sides(world: Any) -> Sides:
    return Sides(world)


def models() -> list[type[PartyModel]]:
    return [m for m in apps.get_models() if issubclass(m, PartyModel)]


def by_policy(model: type[PartyModel], actor: Actor) -> set[Any]:
    """What the policy shows with row security out of the way."""
    queryset = model.objects.visible_to(actor).values_list("pk", flat=True)
    with system("row security down"):
        return set(queryset)


def by_row_security(model: type[PartyModel], actor: Actor) -> set[Any]:
    """What row security shows with the policy out of the way."""
    with acting(actor), connection.cursor() as cursor:
        cursor.execute(f'SELECT id FROM "{model._meta.db_table}"')
        return {row[0] for row in cursor.fetchall()}


def test_every_model_stands_in_the_table(sides: Sides) -> None:
    labels = {m._meta.label for m in models()}
    assert set(SEES) == labels, "a model without a line in SEES (from design/access.md)"
    for side in (sides.a, sides.b):
        made = {m._meta.label for m in side.rows}
        kept_by_triggers = {"funding.ProgramFunds", "funding.StartupFunds"}
        assert labels - made == kept_by_triggers, "a negative test needs data that could leak"


@pytest.mark.parametrize("wall", [by_policy, by_row_security], ids=["policy alone", "row security alone"])
def test_each_wall_alone(sides: Sides, wall: Callable[..., set[Any]]) -> None:
    """Every model × every role × own and other side, through one wall with the other down."""
    probes, wrong = 0, []
    for model in models():
        own, other = SEES[model._meta.label]
        with system("the truth"):
            rows = [(sides.a.rows.get(model) or model.objects.first(), own)]
            if model in sides.b.rows:
                rows.append((sides.b.rows[model], other))
        if not rows[0][0] or model not in sides.a.rows:
            rows = []
        for role, actor in sides.actors().items():
            seen = wall(model, actor)
            for row, readers in rows:
                probes += 1
                if (row.pk in seen) is not (role in readers):
                    wrong.append((model._meta.label, role, "own" if readers is own else "other", row.pk in seen))
    assert not wrong, wrong
    assert probes > 1000


def test_history_is_read_like_what_it_records(sides: Sides) -> None:
    for model in models():
        if not hasattr(model, "pgh_event_model"):
            continue
        for role, actor in sides.actors().items():
            with acting(actor), connection.cursor() as cursor:
                cursor.execute(f'SELECT DISTINCT id FROM "{model.pgh_event_model._meta.db_table}"')
                seen = {row[0] for row in cursor.fetchall()}
            assert seen <= by_row_security(model, actor), (model, role)


def test_both_walls_down_leak(sides: Sides) -> None:
    """The control: without policy and without row security the same probes do see foreign rows."""
    leaks = 0
    with system("both walls down"):
        for model, row in sides.b.rows.items():
            if not SEES[model._meta.label][1] & CORPORATION:
                leaks += model._base_manager.filter(pk=row.pk).count()
    assert leaks > 25


@pytest.mark.django_db(transaction=True)
def test_a_table_answers_nobody() -> None:
    """No context raises, also where the rows are committed and the connection is new."""
    with nobody(), pytest.raises(Exception, match="no actor"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM organizations_organization o, plans_program p")
        cursor.execute("SELECT portal_kind()")


def test_context_ends_with_its_transaction(django_db_blocker: Any, sides: Sides) -> None:
    """The settings are local: the next transaction on the same connection knows nothing of them."""
    raw = psycopg2.connect(os.environ["DATABASE_URL"])
    try:
        with raw, raw.cursor() as cursor:
            for name, value in settings_of(Context(sides.actors()["officer"])).items():
                cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
            cursor.execute("SELECT portal_kind()")
            assert cursor.fetchone() == ("ministry",)
        with pytest.raises(psycopg2.errors.InsufficientPrivilege), raw, raw.cursor() as cursor:
            cursor.execute("SELECT portal_kind()")
    finally:
        raw.close()
