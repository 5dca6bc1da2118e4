"""Evaluation: who scores, who sees what when, and that a conflict closes every path."""

import re
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from matching.applications.models import Exclusion
from matching.evaluations import operations, queries, scoring
from matching.evaluations.models import Assignment, ConflictReason, Result, Round, Sheet
from portal.kernel.errors import Conflict, Invalid, NotAllowed, Refusal, WrongState
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.notifications.models import MailContent, Notification
from portal.outbox.models import Message
from portal.outbox.tasks import run
from portal.security.actor import acting, system
from portal.security.models import block
from tests.matching.stage import do, membership, rename

CODES = ("fit", "technology", "business", "capability")


def given(*scores):
    return {code: {"score": s, "reason": "근거"} for code, s in zip(CODES, scores, strict=True)}


@pytest.fixture
def round(stage):
    return do(stage.manager, operations.open_round, demand=stage.demand)


def assign(stage, application, evaluator, by=None):
    return do(by or stage.manager, operations.assign, application=application, evaluator_id=evaluator.membership_id)


def score(evaluator, assignment, *scores, submit=True):
    do(evaluator, operations.declare_none, assignment=assignment)
    with acting(evaluator):
        sheet = Sheet.objects.visible_to(evaluator).get(assignment=assignment)
        scoring.save(sheet=sheet, actor=evaluator, scores=given(*scores), version=1)
        return scoring.submit(sheet=sheet, actor=evaluator) if submit else sheet


def deliver():
    """Work off what was announced, as the relay would."""
    with system("test relay"):
        waiting = list(Message.objects.filter(job="notifications.deliver", state="waiting"))
    for message in waiting:
        run(message)
        with system("test relay"):
            Message.objects.filter(pk=message.pk).update(state="done", done_at=message.created_at)


def exclude(application, text):
    sides = {name: getattr(application, name) for name in ("corporation_id", "startup_id", "state")}
    Exclusion(application=application, text=text, **sides).save(force_insert=True)


def counted(actor, table):
    with acting(actor), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


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


# --- conflicts ---


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
