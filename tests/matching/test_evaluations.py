"""Evaluation: who scores, and who sees what when."""

import re
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from matching.evaluations import operations, queries, scoring
from matching.evaluations.models import Assignment, ConflictReason, Result, Round, Sheet
from portal.kernel.errors import Invalid, NotAllowed, Refusal, WrongState
from portal.kernel.ids import new_id
from portal.kernel.roles import Role
from portal.notifications.models import MailContent, Notification
from portal.security.actor import acting, system
from tests.matching.stage import CODES, assign, counted, deliver, do, given, score

# --- the road ---


def test_the_road_through_pages(stage, client_of, frozen):
    manager, evaluator = client_of(stage.manager), client_of(stage.evaluators[0])
    form = manager.get("/evaluations/new/")
    assert form.status_code == 200 and "공식 기준이 아닙니다" in form.content.decode()
    body = {"id": str(new_id()), "demand": str(stage.demand.pk), "pass_mark": "60"}
    first = manager.post("/evaluations/new/", body)
    again = manager.post("/evaluations/new/", body)
    assert (first.status_code, again.status_code) == (302, 302) and first.url == again.url
    url = first.url
    chosen = {
        "applications": [str(stage.applications[0].pk)],
        "evaluators": [str(stage.evaluators[0].membership_id), str(stage.evaluators[1].membership_id)],
    }
    assert manager.get(f"{url}assign/").status_code == 200
    for _ in range(2):
        assert manager.post(f"{url}assign/", chosen).status_code == 302
    with system("check"):
        assignment = Assignment.objects.get(evaluator_id=stage.evaluators[0].membership_id)
        assert Assignment.objects.count() == 2
    assert "이해충돌 확인" in evaluator.get("/").content.decode()
    assert evaluator.get(f"/assignments/{assignment.pk}/").status_code == 200
    assert evaluator.post(f"/assignments/{assignment.pk}/declare_none/").status_code == 302
    with system("check"):
        sheet = Sheet.objects.get()
    page = evaluator.get(f"/sheets/{sheet.pk}/edit/")
    assert page.status_code == 200 and "가온로보틱스의 협업 제안" in page.content.decode()
    half = {"version": "1", "score_fit": "90", "reason_fit": "맞습니다", "comment": ""}
    assert evaluator.post(f"/sheets/{sheet.pk}/edit/", half).status_code == 302
    refused = evaluator.post(f"/sheets/{sheet.pk}/submit/")
    assert refused.status_code == 422 and "기술성" in refused.content.decode()
    stale = evaluator.post(f"/sheets/{sheet.pk}/edit/", half)
    assert stale.status_code == 409 and "맞습니다" in stale.content.decode()
    whole = {"version": "2", "comment": "좋습니다"}
    for code in CODES:
        whole |= {f"score_{code}": "90", f"reason_{code}": "근거"}
    whole |= {"score_capability": "", "none_capability": "on"}
    both = evaluator.post(f"/sheets/{sheet.pk}/edit/", whole | {"score_capability": "5"})
    assert both.status_code == 422 and "가운데 하나만" in both.content.decode()
    assert evaluator.post(f"/sheets/{sheet.pk}/edit/", whole).status_code == 302
    assert evaluator.post(f"/sheets/{sheet.pk}/submit/").status_code == 302
    assert evaluator.post(f"/sheets/{sheet.pk}/submit/").status_code == 409
    progress = manager.get(url).content.decode()
    assert "90.00" not in progress and "순위" not in progress
    assert manager.get(f"/sheets/{sheet.pk}/").status_code == 404
    assert manager.post(f"{url}close/").status_code == 302
    assert manager.post(f"{url}close/").status_code == 409
    results = manager.get(url).content.decode()
    assert "90.00" in results and "바뀌지 않았습니다" in results
    assert manager.get(f"/sheets/{sheet.pk}/").status_code == 200
    for who in (manager, evaluator, client_of(stage.officer)):
        for where in (
            "/evaluations/",
            "/assignments/",
            "/sheets/",
            "/assignments/?export=xlsx",
            "/sheets/?export=xlsx",
        ):
            assert who.get(where).status_code == 200


def test_closing_computes_and_freezes(stage, round):
    one, two, _ = stage.applications
    first, second, third = stage.evaluators
    score(first, assign(stage, one, first), 80, 80, 80, 80)
    score(second, assign(stage, one, second), 90, 90, 90, 90)
    score(first, assign(stage, two, first), 50, 60, None, 55)
    score(third, assign(stage, two, third), 10, 10, 10, 10, submit=False)
    do(stage.manager, operations.close, round=round)
    with acting(stage.manager):
        found = {r.application_id: r for r in Result.objects.visible_to(stage.manager)}
        assert (found[one.pk].mean, found[one.pk].spread, found[one.pk].rank) == (Decimal("85.00"), Decimal("7.07"), 1)
        assert (found[two.pk].mean, found[two.pk].spread, found[two.pk].rank) == (Decimal("55.00"), None, 2)
        assert (found[one.pk].passed, found[two.pk].passed) == (True, False)
        assert Sheet.objects.visible_to(stage.manager).count() == 3  # the draft stays its evaluator's own
        assert len(round.figures_hash) == 64 and queries.unaltered(round)
        rows, names = queries.results(round, stage.manager)
        assert [len(r.totals) for r in rows] == [2, 1] and len(names) == 2
    with system("somebody meddles"):
        Sheet.objects.filter(application=one, state="submitted", total=80).update(
            scores={c: {"score": 81, "reason": "x"} for c in CODES}
        )
    with acting(stage.manager):
        assert not queries.unaltered(round)


def test_nothing_is_written_after_closing(stage, round):
    one, two, _ = stage.applications
    first, second, _ = stage.evaluators
    score(first, assign(stage, one, first), 80, 80, 80, 80)
    late, never = assign(stage, one, second), assign(stage, two, first)
    sheet = score(second, late, 1, 1, 1, 1, submit=False)
    with pytest.raises(Refusal, match=r"A2025-002\(미제출 1명\)"):
        do(stage.manager, operations.close, round=round)
    do(first, operations.declare_conflict, assignment=never, ground="related", explanation="친족")
    do(stage.manager, operations.close, round=round)
    with pytest.raises(WrongState):
        do(second, scoring.save, sheet=sheet, scores=given(2, 2, 2, 2))
    with pytest.raises(WrongState):
        do(second, scoring.submit, sheet=sheet)
    with pytest.raises(WrongState):
        assign(stage, two, second)


def test_an_empty_round_does_not_close(stage, round):
    with pytest.raises(Refusal, match="아직 없습니다"):
        do(stage.manager, operations.close, round=round)


# --- before closing nobody sees anything ---


def test_nobody_sees_scores_before_closing(stage, round, client_of, frozen):
    first, second, _ = stage.evaluators
    both = stage.world(stage.corporation, Role.MANAGER, Role.EVALUATOR)
    sheet = score(first, assign(stage, stage.applications[0], first), 77, 77, 77, 77)
    score(second, assign(stage, stage.applications[0], second), 66, 66, 66, 66)
    others = (stage.manager, stage.officer, stage.approver, both, stage.rival, stage.startups[0])
    for who in others:
        assert counted(who, "evaluations_sheet") == 0
        assert counted(who, "evaluations_sheethistory") == 0
        assert counted(who, "evaluations_result") == 0
        client = client_of(who)
        assert client.get(f"/sheets/{sheet.pk}/").status_code == 404
        for url in ("/", "/sheets/", "/sheets/?export=xlsx", "/evaluations/", f"/evaluations/{round.pk}/"):
            body = client.get(url).content.decode(errors="ignore")
            assert "77.00" not in body and "71.50" not in body and "66.00" not in body
    assert counted(second, "evaluations_sheet") == 1
    assert client_of(second).get(f"/sheets/{sheet.pk}/").status_code == 404
    deliver()
    with system("check"):
        words = [n.title + n.body for n in Notification.objects.all()] + [
            m.subject + m.body for m in MailContent.objects.all()
        ]
    words = [re.sub(r"[0-9a-f-]{36}", "", w) for w in words]  # addresses hold any digits
    assert words and not any("77" in w or "66" in w for w in words)


# --- who may not ---


def test_who_may_not(stage, round, client_of, frozen):
    evaluator = stage.evaluators[0]
    assignment = assign(stage, stage.applications[0], evaluator)
    sheet = score(evaluator, assignment, 50, 50, 50, 50, submit=False)
    plain = client_of(evaluator)
    assert plain.post(f"/evaluations/{round.pk}/close/").status_code == 403
    assert plain.get(f"/evaluations/{round.pk}/assign/").status_code == 403
    assert plain.get("/evaluations/new/").status_code == 403
    colleague = client_of(stage.evaluators[1])
    assert colleague.get(f"/assignments/{assignment.pk}/").status_code == 404
    assert client_of(stage.manager).post(f"/assignments/{assignment.pk}/declare_none/").status_code == 403
    for who in (stage.rival, stage.startups[0], stage.startups[1]):
        client = client_of(who)
        for url in (f"/evaluations/{round.pk}/", f"/assignments/{assignment.pk}/", f"/sheets/{sheet.pk}/"):
            assert client.get(url).status_code == 404
        assert client.post(f"/evaluations/{round.pk}/close/").status_code == 404
        assert client.post(f"/sheets/{sheet.pk}/submit/").status_code == 404
        for table in ("round", "roundhistory", "assignment", "assignmenthistory", "sheet", "sheethistory"):
            assert counted(who, f"evaluations_{table}") == 0, table
        with pytest.raises((NotAllowed, WrongState)):
            do(who, operations.close, round=round)
    for url in ("/evaluations/", "/assignments/", "/sheets/"):
        assert client_of(stage.manager).get(f"{url}{new_id()}/").status_code == 404
    stranger = stage.rival.membership_id
    with pytest.raises(Invalid):
        do(stage.manager, operations.assign, application=stage.applications[0], evaluator_id=stranger)
    with pytest.raises(NotAllowed):
        do(evaluator, operations.assign, application=stage.applications[1], evaluator_id=evaluator.membership_id)


def test_an_officer_assigns_too(stage, round, client_of, frozen):
    made = assign(stage, stage.applications[0], stage.evaluators[0], by=stage.officer)
    assert made.assigned_by_id == stage.officer.user_id
    client = client_of(stage.officer)
    assert client.get(f"/evaluations/{round.pk}/assign/").status_code == 200
    assert client.get("/assignments/new/").status_code == 200
    with pytest.raises(NotAllowed):
        assign(stage, stage.applications[1], stage.evaluators[0], by=stage.approver)


def test_double_posts_and_second_rounds(stage, round, client_of, frozen):
    client = client_of(stage.manager)
    body = {
        "id": str(new_id()),
        "application": str(stage.applications[0].pk),
        "evaluator_id": str(stage.evaluators[0].membership_id),
    }
    assert client.post("/assignments/new/", body).status_code == 302
    assert client.post("/assignments/new/", body).status_code == 302
    assert client.post("/assignments/new/", body | {"id": str(new_id())}).status_code == 409
    with system("check"):
        assert Assignment.objects.count() == 1
    with pytest.raises(WrongState):
        do(stage.manager, operations.open_round, demand=stage.demand)
    with pytest.raises(WrongState):
        do(stage.rival, operations.open_round, demand=stage.demand)


def test_only_applications_that_can_be_evaluated(stage, round):
    early = stage.apply("라온", state="submitted")
    with pytest.raises((WrongState, Invalid)):
        do(stage.officer, operations.assign, application=early, evaluator_id=stage.evaluators[0].membership_id)
    with pytest.raises(Invalid):
        do(
            stage.officer, operations.assign_all, round=round, applications=[early.pk],
            evaluators=[stage.evaluators[0].membership_id],
        )  # fmt: skip


# --- the database by itself ---


def test_the_database_refuses(stage, round):
    evaluator = stage.evaluators[0]
    assignment = assign(stage, stage.applications[0], evaluator)
    sheet = score(evaluator, assignment, 50, 50, 50, 50, submit=False)
    with system("attack"):
        with pytest.raises(IntegrityError), transaction.atomic():  # total above 100
            Sheet.objects.filter(pk=sheet.pk).update(total=101)
        with pytest.raises(IntegrityError), transaction.atomic():  # a draft is never disclosed
            Sheet.objects.filter(pk=sheet.pk).update(disclosed_at=stage.world.now)
        with pytest.raises(IntegrityError), transaction.atomic():  # nothing submitted without a total
            Sheet.objects.filter(pk=sheet.pk).update(state="submitted", submitted_at=stage.world.now)
        with pytest.raises(IntegrityError), transaction.atomic():  # no closed round without a hash
            Round.objects.filter(pk=round.pk).update(
                state="closed", closed_at=stage.world.now, closed_by_id=stage.manager.user_id
            )
        with pytest.raises(IntegrityError), transaction.atomic():  # an evaluator of another house
            Assignment.objects.filter(pk=assignment.pk).update(
                evaluator_id=stage.rival.membership_id, evaluator_user_id=stage.rival.user_id
            )
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(Exception, match="Invalid transition"), transaction.atomic():
            Assignment.objects.filter(pk=assignment.pk).update(state="assigned")
    with acting(stage.manager), pytest.raises(Exception, match="row-level security"), transaction.atomic():
        Result(
            round=round, application=stage.applications[0], corporation=stage.corporation,
            startup=stage.applications[0].startup, sheets=1, mean=99, passed=True,
        ).save(force_insert=True)  # fmt: skip
    with acting(stage.manager):
        assert Sheet._base_manager.filter(pk=sheet.pk).update(comment="x") == 0
    with (
        acting(evaluator),
        pytest.raises(Exception, match=r"row-level security|permission denied"),
        transaction.atomic(),
    ):
        ConflictReason(
            assignment=assignment, evaluator_id=stage.evaluators[1].membership_id, ground="other", explanation="x",
            declared_at=stage.world.now,
        ).save(force_insert=True)  # fmt: skip


def test_lists_ask_as_often_for_many_rows(stage, round, client_of, frozen):
    evaluator = stage.evaluators[0]
    score(evaluator, assign(stage, stage.applications[0], evaluator), 50, 50, 50, 50)
    client = client_of(evaluator)

    def asked(url):
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as queries_made:
            assert client.get(url).status_code == 200
        return len(queries_made)

    urls = ("/assignments/", "/sheets/", f"/evaluations/{round.pk}/", "/")
    before = [asked(u) for u in urls[:3]]
    for application in stage.applications[1:]:
        score(evaluator, assign(stage, application, evaluator), 50, 50, 50, 50)
    assert [asked(u) for u in urls[:3]] == before
