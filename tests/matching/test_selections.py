"""Selection: proposed, confirmed by somebody else, announced to all at once; nothing leaks before."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from matching.applications.models import Application
from matching.evaluations import operations as evaluations
from matching.evaluations.models import Result
from matching.selections import hooks, operations, papers, queries
from matching.selections.models import Line, Selection
from portal.documents.models import Document
from portal.kernel.errors import Conflict, Invalid, NotAllowed, OverLimit, Refusal, SamePerson, WrongState
from portal.kernel.ids import new_id
from portal.kernel.roles import Role
from portal.notifications.models import Mail, Notification
from portal.security.actor import acting, system
from tests.matching.stage import assign, counted, deliver, do, evaluated, membership, score, with_three


@pytest.fixture
def letters(monkeypatch):
    """What the documents room is asked for."""
    asked = []

    def asked_for(*, papers, **given):
        asked.extend(given | {"owner": paper.owner, "data": paper.data} for paper in papers)

    monkeypatch.setattr(papers, "issue_batch", asked_for)
    return asked


@pytest.fixture
def awards(monkeypatch):
    """What is done with a confirmed selection."""
    called = []
    monkeypatch.setattr(hooks, "on_confirmed", [lambda **given: called.append(given)])
    return called


@pytest.fixture
def round(stage):
    return evaluated(stage)


@pytest.fixture
def selection(stage, round):
    return do(stage.manager, operations.create, round=round)


def lines_of(selection, actor):
    with acting(actor):
        rows = Line.objects.visible_to(actor).filter(selection=selection).select_related("application")
        return {x.application.number[-1]: x for x in rows}


def change(stage, selection, **given):
    """Change lines by the last digit of their application's number: _1={…}."""
    rows = lines_of(selection, stage.manager)
    do(stage.manager, operations.edit, selection=selection, lines={rows[k[1:]].pk: v for k, v in given.items()})


def confirmed(stage, selection):
    do(stage.manager, operations.propose, selection=selection)
    return do(stage.approver, operations.confirm, selection=selection)


# --- the road ---


def test_the_road_through_pages(stage, round, letters, awards, client_of, frozen):
    manager, approver, officer = (client_of(a) for a in (stage.manager, stage.approver, stage.officer))
    assert "선정안 작성" in manager.get("/").content.decode()
    assert manager.get("/selections/new/").status_code == 200
    body = {"id": str(new_id()), "round": str(round.pk)}
    first, again = manager.post("/selections/new/", body), manager.post("/selections/new/", body)
    assert (first.status_code, again.status_code) == (302, 302) and first.url == again.url
    assert manager.post("/selections/new/", body | {"id": str(new_id())}).status_code == 409
    url = first.url
    selection = Selection(pk=url.split("/")[2])
    rows = lines_of(selection, stage.manager)
    assert [(rows[n].decision, rows[n].amount, rows[n].rank) for n in "123"] == [
        ("select", 100_000_000, 1), ("select", 100_000_000, 2), ("reject", 0, 3),
    ]  # fmt: skip
    assert approver.get(url).status_code == 404 and "가온" not in approver.get("/notices/").content.decode()
    page = manager.get(f"{url}edit/").content.decode()
    assert "평가 1순위 · 평균 90.00점" in page
    with acting(stage.manager):
        seen = queries.stored_fingerprint(selection)
    form = {"seen": seen}
    for row in rows.values():
        form |= {f"decision_{row.pk.hex}": row.decision, f"amount_{row.pk.hex}": str(row.amount)}
    form |= {f"amount_{rows['1'].pk.hex}": "200,000,001"}
    over = manager.post(f"{url}edit/", form)
    assert over.status_code == 422 and "200,000,000원" in over.content.decode()
    form |= {f"amount_{rows['1'].pk.hex}": "200,000,000", f"message_{rows['3'].pk.hex}": "다음에 뵙겠습니다"}
    assert manager.post(f"{url}edit/", form).status_code == 302
    stale = manager.post(f"{url}edit/", form)
    assert stale.status_code == 409 and "먼저 저장" in stale.content.decode()
    assert manager.post(f"{url}propose/").status_code == 302
    assert manager.post(f"{url}propose/").status_code == 409
    assert "선정안 확정" in approver.get("/").content.decode()
    assert officer.post(f"{url}confirm/").status_code == 403
    assert approver.post(f"{url}return/", {"reason": "금액 근거를 적어 주십시오"}).status_code == 302
    assert manager.post(f"{url}propose/").status_code == 302
    assert not awards
    assert approver.post(f"{url}confirm/").status_code == 302
    assert approver.post(f"{url}confirm/").status_code == 409
    assert len(awards) == 1 and awards[0]["actor"].user_id == stage.approver.user_id
    assert "선정 결과 발표" in officer.get("/").content.decode()
    assert officer.post(f"{url}announce/").status_code == 302
    assert officer.post(f"{url}announce/").status_code == 409
    winner, _, loser = (client_of(a) for a in stage.startups)
    own = winner.get(f"/notices/{rows['1'].pk}/").content.decode()
    assert "200,000,000원" in own and "90.00" in own
    theirs = loser.get(f"/notices/{rows['3'].pk}/").content.decode()
    assert "미선정" in theirs and "다음에 뵙겠습니다" in theirs
    assert winner.get(f"/notices/{rows['3'].pk}/").status_code == 404
    assert "나래센서" not in winner.get("/notices/").content.decode()
    for who in (manager, approver, officer, winner):
        for where in ("/selections/", "/notices/", "/selections/?export=xlsx", "/notices/?export=xlsx"):
            assert who.get(where).status_code == 200


def test_announcing_is_one_moment_for_all(stage, selection, letters, awards):
    change(stage, selection, _2={"decision": "wait"})
    confirmed(stage, selection)
    do(stage.officer, operations.announce, selection=selection)
    with system("check"):
        states = [Application.objects.get(pk=a.pk).state for a in stage.applications]
        assert states == ["selected", "waiting", "not_selected"]
        assert set(Line.objects.values_list("announced_at", flat=True)) == {stage.officer.now}
        assert set(Result.objects.values_list("announced_at", flat=True)) == {stage.officer.now}
        decided = Application.objects.get(pk=stage.applications[0].pk)
    assert decided.decided_by_id == stage.officer.user_id
    assert [(x["kind"], x["data"]["decision"], x["data"]["amount"]) for x in letters] == [
        ("결과", "select", 100_000_000), ("결과", "wait", 0), ("결과", "reject", 0),
    ]  # fmt: skip
    assert [x["owner"].name for x in letters] == ["가온로보틱스", "나래센서", "다올에이아이"]
    assert "나래센서" not in str(letters[0]["data"]) and letters[0]["template"] == "documents/selection_result.html"
    deliver()
    with system("check"):
        for startup, application in zip(stage.startups, stage.applications, strict=True):
            told = Notification.objects.get(user_id=startup.user_id)
            assert application.number in told.title and Mail.objects.filter(content__subject=told.title).count() == 1


def test_the_letters(stage, selection, awards, client_of, frozen):
    """Numbered without a gap, each for its startup alone, its words frozen."""
    change(stage, selection, _3={"message": "다음 해를 기약합니다"})
    confirmed(stage, selection)
    do(stage.officer, operations.announce, selection=selection)
    with system("check"):
        issued = list(Document.objects.order_by("serial"))
        assert [d.serial for d in issued] == [1, 2, 3] and {d.kind for d in issued} == {"결과"}
        assert issued[2].data["message"] == "다음 해를 기약합니다" and issued[2].data["decision"] == "reject"
    rows = lines_of(selection, stage.manager)
    for startup, document in zip(stage.startups, issued, strict=True):
        assert counted(startup, "documents_document") == 1
        page = client_of(startup).get(f"/notices/{rows[str(document.serial)].pk}/").content.decode()
        assert document.number in page
    assert counted(stage.rival, "documents_document") == 0


def test_nothing_leaks_before_the_announcement(stage, selection, letters, awards, client_of, frozen):
    change(stage, selection, _3={"message": "비밀 의견"})
    outsiders = [*stage.startups, stage.rival]
    before = {a.user_id: client_of(a).get("/").content.decode().count("<li") for a in outsiders}
    confirmed(stage, selection)
    deliver()
    row = lines_of(selection, stage.manager)["1"]
    for who in outsiders:
        client = client_of(who)
        assert client.get(f"/selections/{selection.pk}/").status_code == 404
        assert client.post(f"/selections/{selection.pk}/announce/").status_code == 404
        assert client.get(f"/notices/{row.pk}/").status_code == 404
        for url in ("/", "/selections/", "/notices/", "/selections/?export=xlsx", "/notices/?export=xlsx"):
            body = client.get(url).content.decode(errors="ignore")
            assert "비밀 의견" not in body and "100,000,000" not in body
            if who is stage.rival or url != "/":  # the applicants' own page names what they applied for
                assert "로봇 핸드 정밀 조립" not in body
        assert client.get("/").content.decode().count("<li") == before[who.user_id]
        for table in (
            "selections_selection",
            "selections_selectionhistory",
            "selections_line",
            "selections_linehistory",
        ):
            assert counted(who, table) == 0, table
        assert counted(who, "evaluations_result") == 0
        assert counted(who, "notifications_notification") == 0
    assert not letters
    with system("check"):
        assert {a.state for a in Application.objects.all()} == {"met"}
        addresses = {membership(a).user.email for a in outsiders}
        assert not Mail.objects.filter(to__in=addresses).exists()
    with acting(stage.evaluators[0]):
        assert not Line.objects.visible_to(stage.evaluators[0]).exists()


def test_after_the_announcement_others_stay_closed(stage, selection, letters, awards):
    confirmed(stage, selection)
    do(stage.officer, operations.announce, selection=selection)
    for startup in stage.startups:
        assert counted(startup, "selections_line") == 1
        assert counted(startup, "evaluations_result") == 1
        assert counted(startup, "selections_selection") == 0
        assert counted(startup, "evaluations_sheet") == 0
    assert counted(stage.rival, "selections_line") == 0


# --- what must hold ---


def test_a_departure_needs_a_reason(stage, selection):
    change(stage, selection, _1={"decision": "reject"}, _3={"decision": "select", "amount": 50_000_000})
    with pytest.raises(Refusal, match=r"사유.*A2025-001, A2025-003"):
        do(stage.manager, operations.propose, selection=selection)
    reason = {"departure_reason": "현장 적용성"}
    change(stage, selection, _1=reason, _3=reason)
    assert do(stage.manager, operations.propose, selection=selection).state == "proposed"


def test_quota_and_cap(stage, selection, awards):
    change(stage, selection, _3={"decision": "select", "amount": 1, "departure_reason": "이유"})
    with pytest.raises(Refusal, match="희망 기업 수 2개사"):
        do(stage.manager, operations.propose, selection=selection)
    change(stage, selection, _3={"decision": "reject"})
    for amount in (0, 200_000_001):
        with pytest.raises(Invalid):
            change(stage, selection, _1={"amount": amount})
    change(stage, selection, _1={"amount": 200_000_000})
    do(stage.manager, operations.propose, selection=selection)
    with system("the cap is lowered meanwhile"):
        type(stage.program).objects.filter(pk=stage.program.pk).update(cap_per_startup=199_999_999)
    with pytest.raises(Refusal, match="199,999,999원"):
        do(stage.approver, operations.confirm, selection=selection)
    assert not awards


def test_applications_that_come_and_go(stage, selection, letters, awards):
    stage.apply("라온")
    with pytest.raises(Refusal, match=r"빠진 신청.*A2025-004"):
        do(stage.manager, operations.propose, selection=selection)
    with system("a startup withdraws"):
        Application.objects.filter(pk=stage.applications[2].pk).update(state="withdrawn")
    change(stage, selection)
    rows = lines_of(selection, stage.manager)
    assert set(rows) == {"1", "2", "4"} and rows["4"].decision == "reject"
    confirmed(stage, selection)
    with system("a startup withdraws"):
        Application.objects.filter(pk=stage.applications[1].pk).update(state="withdrawn")
    do(stage.officer, operations.announce, selection=selection)
    assert counted(stage.startups[1], "selections_line") == 0 and len(letters) == 2


def test_who_confirms_did_not_propose(stage, selection, awards):
    approver = stage.world.member(
        stage.world.organization("ministry", "둘째 부처"), Role.APPROVER, email=membership(stage.manager).user.email
    )
    do(stage.manager, operations.propose, selection=selection)
    with pytest.raises(SamePerson):
        do(stage.world.actor(approver), operations.confirm, selection=selection)
    with system("attack"), pytest.raises(IntegrityError), transaction.atomic():
        Selection.objects.filter(pk=selection.pk).update(
            state="confirmed", confirmed_at=stage.world.now, confirmed_by_id=stage.manager.user_id
        )
    assert not awards


def test_over_the_limit_nothing_is_confirmed(stage, selection, monkeypatch, client_of, frozen):
    def refuse(**_given):
        raise OverLimit("예산을 넘습니다.")

    monkeypatch.setattr(hooks, "on_confirmed", [refuse])
    do(stage.manager, operations.propose, selection=selection)
    answer = client_of(stage.approver).post(f"/selections/{selection.pk}/confirm/")
    assert answer.status_code == 409 and "예산을 넘습니다." in answer.content.decode()
    with acting(stage.approver):
        assert Selection.objects.visible_to(stage.approver).get().state == "proposed"


def test_who_may_not(stage, selection, client_of, frozen):
    signatory = stage.world(stage.corporation, Role.SIGNATORY)
    assert client_of(signatory).get(f"/selections/{selection.pk}/").status_code == 200
    assert client_of(signatory).post(f"/selections/{selection.pk}/propose/").status_code == 403
    assert client_of(signatory).get("/selections/new/").status_code == 403
    for who in (stage.evaluators[0], stage.rival, stage.startups[0], stage.officer, stage.approver):
        client = client_of(who)
        assert client.get(f"/selections/{selection.pk}/").status_code == 404
        assert client.get(f"/selections/{selection.pk}/edit/").status_code == 404
    assert client_of(stage.manager).get(f"/selections/{new_id()}/").status_code == 404
    with pytest.raises(NotAllowed):
        do(stage.rival, operations.propose, selection=selection)
    with acting(stage.rival), pytest.raises(WrongState):
        operations.create(actor=stage.rival, round=selection.round)


def test_a_recused_manager_decides_nothing(stage, client_of, frozen, awards):
    both = stage.world(stage.corporation, Role.MANAGER, Role.EVALUATOR)
    round = do(stage.manager, evaluations.open_round, demand=stage.demand)
    own = assign(stage, stage.applications[0], both)
    do(both, evaluations.declare_conflict, assignment=own, ground="invested", explanation="주식 보유")
    evaluator = stage.evaluators[0]
    for application, points in zip(stage.applications, (91, 81, 51), strict=True):
        score(evaluator, assign(stage, application, evaluator), *[points] * 4)
    do(stage.manager, evaluations.close, round=round)
    with pytest.raises(Conflict):
        do(both, operations.create, round=round)
    selection = do(stage.manager, operations.create, round=round)
    with pytest.raises(Conflict):
        do(both, operations.edit, selection=selection, lines={})
    with pytest.raises(Refusal, match="이해충돌"):
        do(both, operations.propose, selection=selection)
    client = client_of(both)
    body = client.get(f"/selections/{selection.pk}/").content.decode()
    assert "나래센서" in body and "가온로보틱스" not in body and "91.00" not in body and "A2025-001" not in body
    assert "가온로보틱스" not in client.get("/notices/").content.decode()
    assert counted(both, "selections_line") == 2 and counted(both, "selections_linehistory") == 2


# --- the database by itself ---


def test_the_database_refuses(stage, selection):
    row = lines_of(selection, stage.manager)["1"]
    with system("attack"):
        for values in ({"amount": 200_000_001}, {"amount": 0}, {"decision": "reject"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Line.objects.filter(pk=row.pk).update(**values)
        with pytest.raises(Exception, match="Invalid transition"), transaction.atomic():
            Selection.objects.filter(pk=selection.pk).update(state="announced")
    with acting(stage.startups[0]):
        assert Line._base_manager.filter(pk=row.pk).update(message="x") == 0
    with acting(stage.approver), pytest.raises(Exception, match="row-level security"), transaction.atomic():
        Line(
            selection=selection, standing=selection.state, program=stage.program, corporation=stage.corporation,
            application=stage.applications[0], startup_id=row.startup_id, decision="reject",
        ).save(force_insert=True)  # fmt: skip


def test_lists_ask_as_often_for_many_rows(stage, selection, letters, awards, client_of, frozen):
    def asked(client, url):
        client.get(url)
        with CaptureQueriesContext(connection) as made:
            assert client.get(url).status_code == 200
        return len(made)

    manager = client_of(stage.manager)
    rows = lines_of(selection, stage.manager)
    with acting(stage.manager):
        Line.objects.visible_to(stage.manager).filter(pk__in=[rows["2"].pk, rows["3"].pk]).delete()
    urls = ("/notices/", f"/selections/{selection.pk}/")
    before = [asked(manager, u) for u in urls]
    change(stage, selection)
    assert len(lines_of(selection, stage.manager)) == 3
    after = [asked(manager, u) for u in urls]
    assert after[0] == before[0] and after[1] <= before[1]


# --- at the same time ---


@pytest.mark.django_db(transaction=True)
def test_two_approvers_at_once(world, monkeypatch):
    """Both press the button in the same moment: one confirmation, one refusal, the awards made once."""
    stage = with_three(world)
    with system("test"):
        ministry = membership(stage.approver).organization
    approvers = [stage.approver, world(ministry, Role.APPROVER)]
    selection = do(stage.manager, operations.create, round=evaluated(stage))
    do(stage.manager, operations.propose, selection=selection)
    calls, said = [], []
    start = threading.Barrier(2)
    monkeypatch.setattr(hooks, "on_confirmed", [lambda **given: calls.append(given["actor"].user_id)])

    def press(approver):
        try:
            with acting(approver):
                own = Selection.objects.visible_to(approver).get(pk=selection.pk)
                start.wait(timeout=10)
                operations.confirm(selection=own, actor=approver.at(approver.now + timedelta(seconds=1)))
            said.append("confirmed")
        except WrongState:
            said.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(a,)) for a in approvers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(said) == ["confirmed", "too late"] and len(calls) == 1
    with system("check"):
        assert Selection.objects.get().confirmed_by_id == calls[0]
