"""A list is counted and leafed through to a bound."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.kernel.roles import Kind, Role
from portal.security.actor import acting, system
from portal.web import paging
from programs.demands.models import Demand
from programs.plans import operations as plans


@pytest.fixture
def manager(world):
    """A manager with five demands."""
    ministry = world.organization(Kind.MINISTRY)
    officer, approver = world(ministry, Role.OFFICER), world(ministry, Role.APPROVER)
    with acting(officer):
        program = plans.create(
            actor=officer,
            year=2025,
            name="2025년 딥테크 밸류업",
            budget=10_000_000_000,
            target_startups=50,
            cap_per_startup=200_000_000,
        )
    with acting(approver):
        plans.open_(program=program, actor=approver)
    made = world(world.organization(Kind.CORPORATION), Role.MANAGER)
    with system("test rows"):
        for number in range(5):
            Demand.objects.bulk_create(
                [
                    Demand(
                        program=program,
                        corporation_id=made.organization_id,
                        number=f"D2025-{number}",
                        title=f"과제 {number}",
                        created_at=world.now - timedelta(days=number),
                    )
                ]
            )
    return made


def test_a_long_list_says_that_there_is_more(manager, client_of, frozen, monkeypatch):
    monkeypatch.setattr(paging, "FURTHEST", 3)
    page = client_of(manager).get("/demands/").content.decode()
    assert "<strong>3</strong>건 이상" in page
    assert page.count('data-label="과제명"') == 3


def test_a_short_list_says_how_many(manager, client_of, frozen):
    assert "모두 <strong>5</strong>건" in client_of(manager).get("/demands/").content.decode()


def test_nobody_leafs_past_the_bound(manager, client_of, frozen, monkeypatch):
    monkeypatch.setattr(paging, "FURTHEST", 4)
    page = client_of(manager).get("/demands/?per_page=2&page=9").content.decode()
    assert page.count('data-label="과제명"') == 2
    assert 'aria-current="page"' in page


def test_the_visitor_does_not_decide_how_many_rows_a_page_has(manager, client_of, frozen, monkeypatch):
    monkeypatch.setattr(paging, "MOST_PER_PAGE", 2)
    page = client_of(manager).get("/demands/?per_page=1000000").content.decode()
    assert page.count('data-label="과제명"') == 2


def test_the_export_has_all_rows(manager, client_of, frozen, monkeypatch):
    monkeypatch.setattr(paging, "FURTHEST", 2)
    lines = client_of(manager).get("/demands/?export=csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 6


def test_rows_are_joined_to_others_for_their_page_only(manager, client_of, frozen):
    with CaptureQueriesContext(connection) as asked:
        page = client_of(manager).get("/demands/?per_page=2&page=2").content.decode()
    assert page.count('data-label="과제명"') == 2
    leafing = [query["sql"] for query in asked if "OFFSET 2" in query["sql"]]
    assert len(leafing) == 1 and not any("JOIN" in sql for sql in leafing), leafing


def test_what_is_shown_beside_the_columns_is_not_counted(manager, client_of, frozen):
    with CaptureQueriesContext(connection) as asked:
        client_of(manager).get("/demands/")
    counts = [q["sql"] for q in asked if "COUNT(" in q["sql"] and "demands_demand" in q["sql"]]
    assert counts and not any("closes_at" in sql for sql in counts)
