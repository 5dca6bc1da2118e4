"""Who sees what of an application, and how long."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from matching.applications import operations
from matching.applications.models import Application, Exclusion
from matching.recommendations.models import Recommendation
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Organization
from portal.security.actor import acting, system
from portal.security.models import Grant, block
from tests.matching.races import at_once, committed_world  # noqa: F401
from tests.matching.road import EXCLUDED, PROPOSAL, seen


def test_excluded_parties_are_not_for_evaluators(road, manager, startup, demand, client_of, frozen):
    application = road.admitted(startup, demand)
    for who, told in (
        (startup, True),
        (road.officer, True),
        (manager, True),
        (road.colleague(manager, Role.EVALUATOR), False),
    ):
        page = client_of(who).get(f"/applications/{application.pk}/").content.decode()
        assert PROPOSAL in page
        assert (EXCLUDED in page) is told


def test_excluded_parties_follow_the_application(road, manager, startup, demand):
    """Read as long as the application stands with the reader, by SQL alone too; the state is the database's to keep."""

    def told():
        found = []
        for who in (startup, road.officer, manager, road.colleague(manager, Role.EVALUATOR)):
            with acting(who), connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM applications_exclusion")
                found.append(bool(cursor.fetchone()[0]))
        return found

    application = road.draft(startup, demand)
    assert told() == [True, False, False, False]
    with acting(startup):
        operations.submit(application=application, actor=startup)
    assert told() == [True, True, False, False]
    with acting(road.officer):
        operations.admit(application=application, actor=road.officer)
    assert told() == [True, True, True, False]
    with acting(startup), pytest.raises(Exception, match="permission denied"), transaction.atomic():
        Exclusion.objects.visible_to(startup).update(state="draft")
    with acting(startup):
        operations.withdraw(application=application, actor=startup, reason="다른 사업에 선정되었습니다.")
    assert told() == [True, False, False, False]


def test_the_center_that_recommended_coordinates(road, manager, startup, demand, world, client_of, frozen):
    centers = [
        world(world.organization(Kind.CENTER, name), Role.COORDINATOR) for name in ("경기센터", "대전센터", "부산센터")
    ]
    states = ({"state": "submitted"}, {"state": "accepted", "decided_at": world.now}, {"state": "consent_requested"})
    for center, state in zip(centers, states, strict=True):
        consented = None if state["state"] == "consent_requested" else world.now
        with system("test world"):
            Recommendation(
                program_id=road.program.pk, demand=demand, corporation_id=demand.corporation_id,
                center_id=center.organization_id, startup_id=startup.organization_id, reason="적합합니다. " * 10,
                created_at=world.now, requested_at=world.now, consented_at=consented, submitted_at=consented, **state,
            ).save(force_insert=True)  # fmt: skip
    application = road.submitted(startup, demand)
    assert application.center_id == centers[1].organization_id
    assert [seen(center) for center in centers] == [0, 1, 0]
    assert "테솔로" in client_of(centers[1]).get(f"/applications/{application.pk}/").content.decode()
    assert "테솔로" in client_of(centers[1]).get("/applications/").content.decode()


def test_withdrawal_closes_what_it_had_opened(road, manager, startup, demand):
    application = road.admitted(startup, demand)
    with acting(startup):
        operations.withdraw(application=application, actor=startup, reason="다른 사업에 선정되었습니다.")
    after = manager.at(manager.now + timedelta(seconds=1))
    assert seen(after) == 0
    with acting(after):
        assert not Organization.objects.visible_to(after).filter(pk=startup.organization_id).exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM organizations_organization WHERE id = %s", [startup.organization_id])
            assert cursor.fetchone() == (0,)
    with system("check"):
        assert Grant.objects.get(cause_id=application.pk).valid_until == startup.now


@pytest.mark.parametrize("closed", ["application", "startup"])
def test_a_block_closes_every_path(road, manager, startup, demand, client_of, frozen, closed):
    application = road.admitted(startup, demand)
    other = road.admitted(road.startup("무관한 회사"), demand)
    blocked, free = (road.colleague(manager, Role.EVALUATOR) for _ in range(2))
    subject = application.pk if closed == "application" else application.startup_id
    block(subject_id=subject, user_id=blocked.user_id, cause="conflict", cause_id=new_id())
    assert (seen(blocked), seen(free), seen(manager)) == (1, 2, 2)
    history = Application.pgh_event_model
    tables = ("applications_application", "applications_applicationhistory")
    for who, count in ((free, 1), (blocked, 0)):
        browser, found = client_of(who), "테솔로" if count else ""
        detail = browser.get(f"/applications/{application.pk}/")
        assert detail.status_code == (200 if count else 404)
        for query in ("", "?search=테솔로", "?search=A2025-001", "?state=eligible", "?export=csv", "?sort=startup"):
            answer = browser.get(f"/applications/{query}")
            text = b"".join(answer).decode() if answer.streaming else answer.content.decode("utf-8-sig")
            assert ("A2025-001</" in text or "A2025-001," in text) is bool(count), query
            assert (found in text) if found else ("테솔로</td>" not in text and "테솔로," not in text)
        with acting(who):
            assert Application.objects.visible_to(who).filter(pk=application.pk).count() == count
            assert bool(history.objects.visible_to(who).filter(id=application.pk).exists()) is bool(count)
            for table in tables:
                with connection.cursor() as cursor:
                    cursor.execute(f"SELECT count(DISTINCT id) FROM {table} WHERE id = %s", [application.pk])
                    assert cursor.fetchone() == (count,), table
                    cursor.execute(f"SELECT count(DISTINCT id) FROM {table} WHERE id = %s", [other.pk])
                    assert cursor.fetchone() == (1,), table
        home = browser.get("/").content.decode()
        assert "테솔로" not in home


def test_list_asks_as_often_for_three_rows_as_for_one(road, manager, startup, demand, client_of, frozen):
    from django.test.utils import CaptureQueriesContext

    road.admitted(startup, demand)
    counts = []
    for more in (0, 2):
        for n in range(more):
            road.admitted(road.startup(f"회사{n}"), demand)
        browser = client_of(manager)
        browser.get("/applications/")
        with CaptureQueriesContext(connection) as queries:
            page = browser.get("/applications/").content.decode()
        assert page.count("A2025-0") >= 1 + more
        counts.append(len(queries))
    assert counts[0] == counts[1]
