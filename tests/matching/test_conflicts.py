"""Conflicts of interest: what is declared or found closes every path, and its reason stays where it was said."""

from decimal import Decimal

import pytest
from django.db import connection

from matching.applications.models import Exclusion
from matching.evaluations import operations, queries
from matching.evaluations.models import Assignment, Result
from portal.kernel.errors import Conflict
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.notifications.models import Notification
from portal.security.actor import acting, system
from portal.security.models import block
from tests.matching.stage import assign, counted, deliver, do, membership, rename, score


def exclude(application, text):
    sides = {name: getattr(application, name) for name in ("corporation_id", "startup_id", "state")}
    Exclusion(application=application, text=text, **sides).save(force_insert=True)


def test_a_declared_conflict_closes_every_path(stage, round, client_of, frozen):
    evaluator, other, _ = stage.evaluators
    one, two, _ = stage.applications
    closed = assign(stage, one, evaluator)
    kept = assign(stage, two, evaluator)
    sheet = score(evaluator, closed, 40, 40, 40, 40, submit=False)
    client = client_of(evaluator)
    page = client.get(f"/assignments/{closed.pk}/declare_conflict/")
    assert page.status_code == 200 and "본인만" in page.content.decode()
    assert client.post(f"/assignments/{closed.pk}/declare_conflict/", {"ground": "related"}).status_code == 422
    sent = {"ground": "related", "explanation": "대표가 사촌입니다"}
    done = client.post(f"/assignments/{closed.pk}/declare_conflict/", sent)
    assert (done.status_code, done.url) == (302, "/assignments/")
    assert client.post(f"/assignments/{closed.pk}/declare_conflict/", sent).status_code == 404
    for url in (f"/assignments/{closed.pk}/", f"/sheets/{sheet.pk}/", f"/sheets/{sheet.pk}/edit/"):
        assert client.get(url).status_code == 404
    assert client.post(f"/sheets/{sheet.pk}/submit/").status_code == 404
    assert client.post(f"/assignments/{closed.pk}/declare_none/").status_code == 404
    for url in ("/", "/assignments/", "/assignments/?search=A2025-001", "/sheets/", f"/evaluations/{round.pk}/"):
        body = client.get(url).content.decode()
        if "search" in url:
            body = body.replace('value="A2025-001"', "").replace("search=A2025-001", "")
        assert one.number not in body and "가온로보틱스" not in body
    assert kept.application.number in client.get("/assignments/").content.decode()
    # Row security alone, history included.
    with acting(evaluator), connection.cursor() as cursor:
        for table in ("assignment", "assignmenthistory", "sheet", "sheethistory"):
            cursor.execute(f"SELECT count(*) FROM evaluations_{table} WHERE application_id = %s", [one.pk])
            assert cursor.fetchone() == (0,), table
        cursor.execute("SELECT count(*) FROM applications_application WHERE id = %s", [one.pk])
        assert cursor.fetchone() == (0,)
    # The declaration itself stays the evaluator's; the managers see the fact.
    assert counted(evaluator, "evaluations_conflictreason") == 1
    for who in (stage.manager, stage.officer, other):
        assert counted(who, "evaluations_conflictreason") == 0
    for who in (stage.manager, stage.officer):
        seen = client_of(who).get(f"/assignments/{closed.pk}/").content.decode()
        assert "이해충돌" in seen and "사촌" not in seen and "친족" not in seen
    # No further word about it reaches the evaluator, the managers get the fact.
    deliver()
    with system("check"):
        to_evaluator = Notification.objects.filter(user_id=evaluator.user_id, url__contains=str(closed.pk))
        assert not to_evaluator.exists()
        told = Notification.objects.get(event="assignment.conflicted")
        assert told.user_id == stage.manager.user_id and "사촌" not in told.title + told.body
    # Results leave the conflicted draft out, and the evaluator sees nothing of them either.
    score(other, assign(stage, one, other), 90, 90, 90, 90)
    score(evaluator, kept, 70, 70, 70, 70)
    do(stage.manager, operations.close, round=round)
    with acting(stage.manager):
        assert Result.objects.visible_to(stage.manager).get(application=one).mean == Decimal("90.00")
    body = client.get(f"/evaluations/{round.pk}/").content.decode()
    assert "90.00" not in body and one.number not in body


def test_a_manager_with_a_conflict(stage, round, client_of, frozen):
    both = stage.world(stage.corporation, Role.MANAGER, Role.EVALUATOR)
    one, two, _ = stage.applications
    first = stage.evaluators[0]
    own = assign(stage, one, both)
    do(both, operations.declare_conflict, assignment=own, ground="employed", explanation="2020년 근무")
    with acting(both):
        assert queries.recused(round, both) and queries.incomplete(round, both) == ""
    score(first, assign(stage, one, first), 95, 95, 95, 95)
    score(first, assign(stage, two, first), 75, 75, 75, 75)
    client = client_of(both)
    assert client.post(f"/evaluations/{round.pk}/close/").status_code == 409
    assert one.number not in client.get(f"/evaluations/{round.pk}/assign/").content.decode()
    do(stage.manager, operations.close, round=round)
    body = client.get(f"/evaluations/{round.pk}/").content.decode()
    assert "75.00" in body and "95.00" not in body and one.number not in body
    with acting(both):
        rows, _ = queries.results(round, both)
        assert [(r.result.application_id, r.rank) for r in rows] == [(two.pk, None)]
    assert client.get("/sheets/").content.decode().count("95.00") == 0


@pytest.mark.parametrize("why", ["domain", "subdomain", "worked", "named", "address", "house", "blocked"])
def test_a_computed_conflict_is_refused_without_its_reason(stage, round, why, client_of, frozen):
    evaluator, application = stage.evaluators[0], stage.applications[0]
    startup = application.startup
    with system("test"):
        if why == "domain":
            rename(stage.startups[0], email="ceo@gaon.example")
            rename(evaluator, email="kim@gaon.example")
        elif why == "subdomain":
            rename(stage.startups[0], email="ceo@gaon.example")
            rename(evaluator, email="kim@mail.gaon.example")
        elif why == "worked":
            past = stage.world.member(startup, Role.MEMBER, email=membership(evaluator).user.email)
            type(past).objects.filter(pk=past.pk).update(ended_at=stage.world.now)
        elif why in ("named", "address", "house"):
            rename(evaluator, name="홍 길동")
            text = {
                "named": "경쟁사, 홍길동 이사",
                "address": membership(evaluator).user.email,
                "house": "주식회사 옛직장",
            }[why]
            if why == "house":
                house = stage.world.organization(Kind.CORPORATION, "옛직장")
                stage.world.member(house, Role.EVALUATOR, email=membership(evaluator).user.email)
            exclude(application, text)
    if why == "blocked":
        block(subject_id=application.startup_id, user_id=evaluator.user_id, cause="conflict", cause_id=new_id())
    with pytest.raises(Conflict) as refused:
        assign(stage, application, evaluator)
    assert "이해충돌 가능성" in str(refused.value) and "알려 드리지 않습니다" in str(refused.value.hint)
    client = client_of(stage.manager)
    body = client.post(
        f"/evaluations/{round.pk}/assign/",
        {
            "applications": [str(application.pk)],
            "evaluators": [str(evaluator.membership_id), str(stage.evaluators[1].membership_id)],
        },
        follow=True,
    ).content.decode()
    assert "이해충돌 가능성이 확인되어" in body
    with system("check"):
        assert Assignment.objects.get().evaluator_id == stage.evaluators[1].membership_id


def test_webmail_and_other_names_are_no_conflict(stage, round):
    application = stage.applications[0]
    rename(stage.startups[0], email="ceo@gmail.com")
    rename(stage.evaluators[0], email="kim@gmail.com", name="김산")
    with system("test"):
        exclude(application, "김산업 대표, 경쟁사")
    assert assign(stage, application, stage.evaluators[0]).state == "assigned"
