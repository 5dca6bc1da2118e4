"""Awards: made with the confirmation, never above cap or budget, seen by those whom they concern."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from agreements.funding import operations
from agreements.funding.models import Award, AwardUse, LedgerEntry, ProgramFunds, StartupFunds
from matching.selections import hooks
from portal.kernel.errors import NotAllowed, OverLimit, Refusal, WrongState
from portal.kernel.roles import Kind, Role
from portal.security.actor import acting, system
from programs.plans import operations as programs
from programs.plans.models import Program
from tests.agreements.scene import MILLION, Scene


@pytest.fixture
def startup(scene):
    return scene.startup("테솔로")


@pytest.fixture
def award(scene, startup):
    line = scene.line(startup[0], 100 * MILLION)
    with acting(scene.approver):
        made = operations.create_award(line=line, actor=scene.approver)
    scene.announce(line)
    with acting(scene.approver):
        return Award.objects.visible_to(scene.approver).get(pk=made.pk)


def raw(actor, query, *params):
    with acting(actor), connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()


def refused(statement, why=r"permission denied|must be owner"):
    with pytest.raises(DatabaseError, match=why), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def insert_award(line, scene, amount, **fields):
    """Past the operation: nothing but the database refuses."""
    Award(
        program_id=line.program_id, application_id=line.application_id, corporation_id=line.corporation_id,
        startup_id=line.startup_id, amount=amount, awarded_at=scene.world.now, awarded_by_id=scene.approver.user_id,
        **fields,
    ).save(force_insert=True)  # fmt: skip


def test_confirmation_awards_every_selected_line(scene, startup):
    assert operations.create_awards in hooks.on_confirmed
    other, _ = scene.startup("모바휠")
    refused, _ = scene.startup("미선정기업")
    selection = scene.selection()
    scene.lines(selection, [(startup[0], 120 * MILLION), (other, 80 * MILLION)])
    scene.lines(selection, [(refused, 0)], decision="reject")
    with acting(scene.approver):
        made = operations.create_awards(selection=selection, actor=scene.approver)
        assert {(a.startup_id, a.amount) for a in made} == {(startup[0].pk, 120 * MILLION), (other.pk, 80 * MILLION)}
        assert ProgramFunds.objects.visible_to(scene.approver).get().awarded == 200 * MILLION
        entries = LedgerEntry.objects.visible_to(scene.approver)
        assert sorted(entries.values_list("debit", "credit", "amount")) == [
            ("budget", "awarded", 80 * MILLION), ("budget", "awarded", 120 * MILLION),
        ]  # fmt: skip


def test_only_an_approver_awards(scene, startup):
    line = scene.line(startup[0], MILLION)
    for actor in (scene.officer, scene.finance, scene.manager, startup[1]):
        with acting(actor), pytest.raises(NotAllowed):
            operations.create_award(line=line, actor=actor)


def test_the_cap_counts_over_all_awards_to_the_last_won(scene, startup):
    first, second, third = (scene.line(startup[0], a) for a in (150 * MILLION, 50 * MILLION + 1, 50 * MILLION))
    with acting(scene.approver):
        operations.create_award(line=first, actor=scene.approver)
        with pytest.raises(OverLimit) as refusal:
            operations.create_award(line=second, actor=scene.approver)
        assert "테솔로" in str(refusal.value)
        assert "남은 한도는 50,000,000원" in str(refusal.value)
        assert refusal.value.hint
        with pytest.raises(IntegrityError, match="startup_within_cap"), transaction.atomic():
            insert_award(second, scene, second.amount)
        operations.create_award(line=third, actor=scene.approver)
        assert StartupFunds.objects.visible_to(scene.approver).get().awarded == 200 * MILLION


def test_the_budget_holds_and_one_refusal_refuses_all(world):
    scene = Scene(world, budget=250 * MILLION)
    (one, _), (other, _) = scene.startup("가"), scene.startup("나")
    selection = scene.selection()
    scene.lines(selection, [(one, 200 * MILLION), (other, 50 * MILLION + 1)])
    with acting(scene.approver):
        with pytest.raises(OverLimit, match="남은 예산은") as refusal:
            operations.create_awards(selection=selection, actor=scene.approver)
        assert refusal.value.status == 409
        assert not Award.objects.visible_to(scene.approver).exists()
        assert not LedgerEntry.objects.visible_to(scene.approver).exists()


def test_a_smaller_cap_of_the_program_is_the_cap(world):
    scene = Scene(world, cap=100 * MILLION)
    line = scene.line(scene.startup()[0], 100 * MILLION + 1)
    with acting(scene.approver), pytest.raises(OverLimit, match="남은 한도는 100,000,000원"):
        operations.create_award(line=line, actor=scene.approver)


def test_no_application_is_awarded_twice(scene, startup):
    line = scene.line(startup[0], MILLION)
    with acting(scene.approver):
        operations.create_award(line=line, actor=scene.approver)
        with pytest.raises(WrongState):
            operations.create_award(line=line, actor=scene.approver)


def test_limits_cannot_be_put_below_what_is_awarded(scene, award):
    programs = Program.objects.visible_to(scene.officer).filter(pk=scene.program.pk)
    with acting(scene.officer):
        for field, constraint in (("budget", "program_within_budget"), ("cap_per_startup", "startup_within_cap")):
            with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
                programs.update(**{field: award.amount - 1})
        programs.update(budget=award.amount, cap_per_startup=award.amount)
    with system("check"):
        assert ProgramFunds.objects.get().budget == StartupFunds.objects.get().cap == award.amount


def test_an_officer_is_told_how_far_the_limits_can_be_lowered(scene, award, client_of, frozen):
    officer, url = client_of(scene.officer), f"/programs/{scene.program.pk}/edit/"
    kept = {n: getattr(scene.program, n) for n in ("name", "budget", "target_startups", "cap_per_startup")}
    figure = f"{award.amount:,}원"
    for field in ("budget", "cap_per_startup"):
        page = officer.post(url, kept | {field: award.amount - 1})
        assert page.status_code == 409 and f"{figure} 이상으로" in page.content.decode(), field
        with acting(scene.officer), pytest.raises(OverLimit, match=figure):
            programs.edit(program=scene.program, actor=scene.officer, **{field: award.amount - 1})
    assert officer.post(url, kept | {"budget": award.amount, "cap_per_startup": award.amount}).status_code == 302
    with system("check"):
        assert ProgramFunds.objects.get().budget == StartupFunds.objects.get().cap == award.amount


def test_counters_are_not_the_applications_to_write(scene, award):
    statements = [
        "UPDATE funding_programfunds SET awarded = 0",
        "UPDATE funding_startupfunds SET awarded = 0, cap = 200000000",
        "DELETE FROM funding_startupfunds",
        "INSERT INTO funding_startupfunds (id, program_id, startup_id, cap) "
        "SELECT gen_random_uuid(), program_id, startup_id, cap FROM funding_startupfunds",
        "UPDATE funding_awarduse SET drawn = 0",
        "DELETE FROM funding_awarduse",
        "UPDATE funding_award SET announced_at = NULL",
        "DELETE FROM funding_award",
        "ALTER TABLE funding_award DISABLE TRIGGER funding_count_award",
    ]
    for actor in (scene.approver, scene.finance):
        for statement in statements:
            with acting(actor):
                refused(statement)
    with system("even so"), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        AwardUse.objects.update(drawn=0)


def test_the_ledger_cannot_be_rewritten(scene, award):
    statements = ["UPDATE funding_ledgerentry SET amount = 1", "DELETE FROM funding_ledgerentry"]
    for statement in [*statements, "TRUNCATE funding_ledgerentry"]:
        with system("even so"):
            refused(statement)
    with acting(scene.officer):  # nor can a line be smuggled in by another role
        refused(
            "INSERT INTO funding_ledgerentry (id, program_id, startup_id, award_id, debit, credit, amount, at, by_id) "
            "SELECT gen_random_uuid(), program_id, startup_id, id, 'awarded', 'paid', 1, now(), awarded_by_id "
            "FROM funding_award",
            "row-level security",
        )


def test_cancelling_frees_the_amount_and_books_it_back(scene, award):
    with acting(scene.officer), pytest.raises(NotAllowed):
        operations.cancel(award=award, actor=scene.officer, reason="중복")
    with acting(scene.approver):
        operations.cancel(award=award, actor=scene.approver, reason="협업을 하지 않기로 했습니다.")
        assert ProgramFunds.objects.visible_to(scene.approver).get().awarded == 0
        assert LedgerEntry.objects.visible_to(scene.approver).filter(debit="awarded", credit="budget").count() == 1
        with pytest.raises(WrongState):
            operations.cancel(award=award, actor=scene.approver, reason="다시")


def test_an_award_that_is_used_cannot_be_cancelled(scene, startup, award):
    with acting(startup[1]):
        operations.request(actor=startup[1], award=award, amount=MILLION, purpose="재료비")
    with acting(scene.approver):
        with pytest.raises(Refusal, match="취소할 수 없습니다"):
            operations.cancel(award=award, actor=scene.approver, reason="중복")
        with pytest.raises(IntegrityError, match="award_cancelled_unused"), transaction.atomic():
            Award.objects.visible_to(scene.approver).update(state="cancelled")
    with acting(scene.finance), pytest.raises(Refusal, match="처리 중인 지급"):
        operations.close(award=award, actor=scene.finance)


def test_the_startup_learns_of_it_with_the_announcement(scene, startup, client_of, frozen):
    line = scene.line(startup[0], 100 * MILLION)
    with acting(scene.approver):
        made = operations.create_award(line=line, actor=scene.approver)
    url = f"/awards/{made.pk}/"
    tables = (
        "funding_award",
        "funding_awardhistory",
        "funding_awarduse",
        "funding_ledgerentry",
        "funding_startupfunds",
        "funding_programfunds",
    )
    for actor in (startup[1], scene.coordinator):
        assert client_of(actor).get(url).status_code == 404
        for table in tables:
            assert raw(actor, f"SELECT count(*) FROM {table}") == [(0,)]
    scene.announce(line)
    for actor in (startup[1], scene.coordinator):
        assert client_of(actor).get(url).status_code == 200
        assert raw(actor, "SELECT amount FROM funding_award") == [(100 * MILLION,)]


def test_who_sees_what_on_the_page(scene, startup, award, client_of, frozen):
    url = f"/awards/{award.pk}/"
    with acting(startup[1]):
        operations.request(actor=startup[1], award=award, amount=30 * MILLION, purpose="시제품 제작")
    for actor in (startup[1], scene.officer, scene.auditor, scene.finance):
        page = client_of(actor).get(url).content.decode()
        assert "100,000,000원 (금일억원)" in page
        assert "70,000,000원 (금칠천만원)" in page
        assert "시제품 제작" in page
    for actor in (scene.manager, scene.coordinator):
        client = client_of(actor)
        for address in (url, "/awards/", "/awards/?export=csv"):
            page = client.get(address).content.decode()
            assert "70,000,000" not in page and "30,000,000" not in page and "70000000" not in page
            assert "시제품" not in page and "남은 금액" not in page
        assert "100,000,000원" in client.get(url).content.decode()
        assert client.get("/disbursements/new/").status_code == 403
        assert raw(actor, "SELECT count(*) FROM funding_awarduse") == [(0,)]
        assert raw(actor, "SELECT count(*) FROM funding_disbursement") == [(0,)]
        assert raw(actor, "SELECT count(*) FROM funding_disbursementhistory") == [(0,)]


def test_strangers_see_nothing(scene, startup, award, client_of, frozen):
    world = scene.world
    rival_startup = scene.startup("경쟁 스타트업")[1]
    rival = world(world.organization(Kind.CORPORATION, "경쟁사"), Role.MANAGER)
    center = world(world.organization(Kind.CENTER, "다른 센터"), Role.COORDINATOR)
    foundation = world(world.organization(Kind.FOUNDATION, "재단"), Role.CASE_MANAGER)
    evaluator = world(scene.corporation, Role.EVALUATOR)
    with system("check"):
        entry = LedgerEntry.objects.get(award=award)
    for actor in (rival_startup, rival, center, foundation, evaluator):
        client = client_of(actor)
        assert client.get(f"/awards/{award.pk}/").status_code == 404
        assert client.post(f"/awards/{award.pk}/close/").status_code == 404
        assert "테솔로" not in client.get("/awards/").content.decode()
        for url in ("/ledger/", "/ledger/?export=csv", "/api/v1/ledger/"):
            assert (
                "테솔로" not in client.get(url).content.decode()
                and str(award.pk) not in client.get(url).content.decode()
            )
        assert (
            client.get(f"/ledger/{entry.pk}/").status_code
            == client.get(f"/api/v1/ledger/{entry.pk}/").status_code
            == 404
        )
        for table in ("award", "awardhistory", "ledgerentry", "programfunds", "startupfunds"):
            assert raw(actor, f"SELECT count(*) FROM funding_{table}") == [(0,)], table
    assert client_of(scene.officer).get(f"/awards/{scene.program.pk}/").status_code == 404


def test_the_books_balance(scene, startup, award, client_of, frozen):
    for actor in (scene.finance, scene.approver, scene.auditor):
        client = client_of(actor)
        page = client.get("/ledger/").content.decode()
        assert "일치합니다" in page and "테솔로" in page and scene.approver.name in page
        assert client.get("/ledger/?export=xlsx").status_code == 200
        assert "원장 보기" in client.get("/awards/").content.decode()
        line = client.get("/api/v1/ledger/").json()["results"][0]
        assert (line["award"], line["amount"], line["credit"]) == (str(award.pk), award.amount, "awarded")
    for actor in (scene.officer, startup[1]):  # an award is no payment yet
        client = client_of(actor)
        assert (
            line["id"] not in client.get("/ledger/").content.decode()
            and "일치합니다" not in client.get("/ledger/").content.decode()
        )
        assert client.get(f"/ledger/{line['id']}/").status_code == 404
        assert client.get("/api/v1/ledger/").json()["results"] == []


def test_lists_cost_the_same_with_more_rows(scene, startup, award, client_of, frozen):
    from django.test.utils import CaptureQueriesContext

    client = client_of(scene.officer)
    client.get("/awards/")
    with CaptureQueriesContext(connection) as one:
        client.get("/awards/")
    for name in ("가", "나"):
        with acting(scene.approver):
            operations.create_award(line=scene.line(scene.startup(name)[0], MILLION), actor=scene.approver)
    with CaptureQueriesContext(connection) as three:
        assert "KRW" not in client.get("/awards/").content.decode()
    assert len(three) == len(one)
