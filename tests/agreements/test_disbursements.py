"""Disbursements: four people, one payment, never more than the award."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from agreements.funding import operations
from agreements.funding.limits import KeyReused
from agreements.funding.models import Award, Disbursement, LedgerEntry, Progress
from agreements.funding.workflow import State
from portal.kernel.errors import Invalid, NotAllowed, OverLimit, SamePerson, WrongState
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Organization
from portal.outbox.models import Message
from portal.security.actor import acting, system
from tests.agreements.scene import MILLION


@pytest.fixture
def startup(scene):
    return scene.startup("테솔로")[1]


@pytest.fixture
def award(scene, startup):
    with system("test"):
        organization = type(scene.corporation).objects.get(pk=startup.organization_id)
    line = scene.line(organization, 100 * MILLION)
    with acting(scene.approver):
        made = operations.create_award(line=line, actor=scene.approver)
    scene.announce(line)
    return made


def remaining(award):
    with system("check"):
        return Award.objects.get(pk=award.pk).remaining


def ask(startup, award, amount=70 * MILLION, **fields):
    with acting(startup):
        return operations.request(actor=startup, award=award, amount=amount, purpose="시제품 제작", **fields)


def step(name, disbursement, actor, **given):
    with acting(actor):
        return getattr(operations, name)(disbursement=disbursement, actor=actor, **given)


def to(scene, state, disbursement):
    """Take the disbursement up to the state."""
    road = [("review", scene.officer), ("approve", scene.approver), ("send", scene.finance)]
    for name, actor in road[: [State.REVIEWED, State.APPROVED, State.SENT].index(state) + 1]:
        step(name, disbursement, actor)
    return disbursement


def test_the_road_to_the_paid_won(scene, startup, award):
    disbursement = to(scene, State.SENT, ask(startup, award))
    assert remaining(award) == 30 * MILLION
    step("pay", disbursement, scene.finance, bank_reference="20250312-001")
    assert disbursement.state == State.PAID
    with acting(scene.finance):
        line = LedgerEntry.objects.visible_to(scene.finance).get(disbursement=disbursement)
        assert (line.debit, line.credit, line.amount) == ("awarded", "paid", 70 * MILLION)
    with system("check"):
        told = set(Message.objects.filter(job="notifications.deliver").values_list("arguments__name", flat=True))
    assert told == {f"disbursement.{e}" for e in ("requested", "reviewed", "approved", "paid")}


def test_the_road_through_the_pages(scene, startup, award, client_of, frozen):
    client = client_of(startup)
    assert "지급 신청" in client.get(f"/awards/{award.pk}/").content.decode()
    form = client.get(f"/disbursements/new/?award={award.pk}")
    assert "남은 금액 100,000,000원" in form.content.decode()
    data = {"id": str(new_id()), "award": str(award.pk), "amount": "70000000", "purpose": "시제품 제작"}
    first, again = (client.post("/disbursements/new/", data) for _ in range(2))
    assert first.status_code == again.status_code == 302 and first.url == again.url
    other = client.post("/disbursements/new/", data | {"amount": "60000000"})
    assert other.status_code == 409 and "다릅니다" in other.content.decode()
    url = first.url
    for actor, name, sent in (
        (scene.officer, "review", {}),
        (scene.approver, "approve", {}),
        (scene.finance, "send", {}),
        (scene.finance, "pay", {"bank_reference": "20250312-001"}),
    ):
        page = client_of(actor).get(url)
        assert f"{url}{name}/" in page.content.decode(), name
        assert client_of(actor).post(f"{url}{name}/", sent).status_code == 302, name
        assert client_of(actor).post(f"{url}{name}/", sent).status_code == 409, name
    page = client_of(scene.auditor).get(url).content.decode()
    assert "지급 완료" in page and "칠천만원" in page and "20250312-001" in page
    assert all(actor.name in page for actor in (startup, scene.officer, scene.approver, scene.finance))
    mine = client.get(url).content.decode()
    assert "지급 완료" in mine and scene.officer.name not in mine and startup.name in mine
    ledger = client_of(scene.auditor).get("/ledger/").content.decode()
    assert "일치합니다" in ledger and "30,000,000원" in ledger
    (line,) = client.get("/api/v1/ledger/").json()["results"]  # the startup's own payment, and not who has booked it
    assert line["credit"] == "paid" and not {"by", "booked_by"} & set(line)
    for address in ("/ledger/", f"/ledger/{line['id']}/", "/ledger/?export=csv"):
        own = client.get(address)
        assert own.status_code == 200 and scene.finance.name not in own.content.decode(), address
    with system("check"):
        assert Disbursement.objects.count() == 1


def test_one_won_too_much(scene, startup, award, client_of, frozen):
    ask(startup, award, 60 * MILLION)
    with acting(startup):
        with pytest.raises(OverLimit, match="남은 지원금은 40,000,000원") as refusal:
            operations.request(actor=startup, award=award, amount=40 * MILLION + 1, purpose="재료비")
        assert refusal.value.hint and "amount" in refusal.value.fields
        with pytest.raises(IntegrityError, match="award_not_overdrawn"), transaction.atomic():
            Disbursement(
                program_id=award.program_id, award_id=award.pk, startup_id=award.startup_id,
                corporation_id=award.corporation_id, amount=40 * MILLION + 1, purpose="x", key="raw",
                requested_at=startup.now, requested_by_id=startup.user_id,
            ).save(force_insert=True)  # fmt: skip
        operations.request(actor=startup, award=award, amount=40 * MILLION, purpose="재료비")
    assert remaining(award) == 0
    data = {"id": str(new_id()), "award": str(award.pk), "amount": "1", "purpose": "재료비"}
    page = client_of(startup).post("/disbursements/new/", data)
    assert page.status_code == 409 and "남은 지원금은 0원" in page.content.decode()
    for amount in ("0", "-5", "1.5", "많이"):
        assert client_of(startup).post("/disbursements/new/", data | {"amount": amount}).status_code == 422


def test_the_same_key_is_the_same_request(startup, award):
    first = ask(startup, award, key="batch-1")
    assert ask(startup, award, key="batch-1").pk == first.pk
    with pytest.raises(KeyReused):
        ask(startup, award, amount=1, key="batch-1")
    with pytest.raises(KeyReused):
        ask(startup, award, amount=1, id=first.pk)
    assert remaining(award) == 30 * MILLION


def test_nobody_acts_twice(scene, startup, award):
    reviewed = to(scene, State.REVIEWED, ask(startup, award))
    with system("the database alone"), pytest.raises(IntegrityError, match="approved_by_another"), transaction.atomic():
        Disbursement.objects.filter(pk=reviewed.pk).update(
            state=State.APPROVED, approved_at=scene.world.now, approved_by=scene.officer.user_id
        )
    both = scene.world.member(scene.ministry, Role.APPROVER)
    with system("test"):  # the officer's person comes back as an approver
        type(both).objects.filter(pk=scene.officer.membership_id).update(roles=["approver"])
        membership = type(both).objects.select_related("user", "organization").get(pk=scene.officer.membership_id)
    again = scene.world.actor(membership)
    with acting(again), pytest.raises(SamePerson):
        operations.approve(disbursement=reviewed, actor=again)


def test_wrong_people_and_wrong_order(scene, startup, award):
    disbursement = ask(startup, award)
    for name, actor in (("approve", scene.approver), ("send", scene.finance)):
        with acting(actor), pytest.raises(WrongState):
            getattr(operations, name)(disbursement=disbursement, actor=actor)
    for actor in (startup, scene.approver, scene.finance, scene.auditor, scene.manager):
        with acting(actor), pytest.raises(NotAllowed):
            operations.review(disbursement=disbursement, actor=actor)
    with acting(scene.officer), pytest.raises(DatabaseError, match="Invalid transition"), transaction.atomic():
        Disbursement.objects.visible_to(scene.officer).update(state=State.PAID)
    member = scene.world(_organization(startup), Role.MEMBER)
    with acting(member), pytest.raises(NotAllowed):
        operations.request(actor=member, award=award, amount=1, purpose="x")


def _organization(actor):
    with system("test"):
        return Organization.objects.get(pk=actor.organization_id)


@pytest.mark.parametrize(("name", "frees"), [("refuse", True), ("fail", True), ("lose", False)])
def test_what_is_not_paid_is_free_again_unless_unknown(scene, startup, award, name, frees):
    disbursement = ask(startup, award)
    if name == "refuse":
        step("refuse", disbursement, scene.officer, reason="증빙이 부족합니다.")
    else:
        step(name, to(scene, State.SENT, disbursement), scene.finance, reason="은행 응답이 없습니다.")
    assert remaining(award) == (100 if frees else 30) * MILLION
    with system("check"):
        assert not LedgerEntry.objects.filter(disbursement=disbursement).exists()


def test_an_unknown_payment_is_reconciled_never_sent_again(scene, startup, award):
    disbursement = to(scene, State.SENT, ask(startup, award))
    step("lose", disbursement, scene.finance, reason="은행 응답이 없습니다.")
    with acting(scene.finance):
        with pytest.raises(WrongState):
            operations.send(disbursement=disbursement, actor=scene.finance)
        operations.pay(disbursement=disbursement, actor=scene.finance, bank_reference="20250313-007")
    assert disbursement.state == State.PAID


def test_a_bank_reference_stands_for_one_payment(scene, startup, award):
    one, other = (to(scene, State.SENT, ask(startup, award, 10 * MILLION)) for _ in range(2))
    step("pay", one, scene.finance, bank_reference="R-1")
    with acting(scene.finance):
        for used in ("R-1", " ", ""):
            with pytest.raises(Invalid) as refusal:
                operations.pay(disbursement=other, actor=scene.finance, bank_reference=used)
            assert "bank_reference" in refusal.value.fields
    with system("check"):
        assert LedgerEntry.objects.filter(credit="paid").count() == 1


def test_a_closed_award_pays_no_more(scene, startup, award):
    with acting(scene.finance):
        operations.close(award=award, actor=scene.finance)
    with acting(startup), pytest.raises(WrongState, match="집행 중인 지원금이 아니어서"):
        operations.request(actor=startup, award=award, amount=1, purpose="x")


def test_amount_and_award_stay(scene, startup, award):
    ask(startup, award)
    with acting(scene.officer), pytest.raises(IntegrityError, match="keeps its award"), transaction.atomic():
        Disbursement.objects.visible_to(scene.officer).update(amount=1)


def test_the_coordinating_center_follows_the_state_alone(scene, startup, award, client_of, frozen):
    disbursement = ask(startup, award)
    world = scene.world
    center = client_of(scene.coordinator)
    with acting(scene.coordinator):
        progress = Progress.objects.visible_to(scene.coordinator).get()
    addresses = (
        f"/disbursement-states/{progress.pk}/", "/disbursement-states/", "/disbursement-states/?export=csv",
        f"/awards/{award.pk}/", f"/api/v1/disbursement-states/{progress.pk}/", "/api/v1/disbursement-states/",
    )  # fmt: skip
    for state, words in ((State.REQUESTED, "신청"), (State.SENT, "송금 요청")):
        if state != disbursement.state:
            to(scene, state, disbursement)
        for address in addresses:
            page = center.get(address).content.decode()
            assert (str(state) if "/api/" in address else words) in page, (address, page[:2000])
            assert not any(secret in page for secret in ("70,000,000", "70000000", "30,000,000", "시제품"))
    others = [startup, scene.manager, world(scene.corporation, Role.SIGNATORY), scene.officer]
    others.append(world(world.organization(Kind.CENTER, "다른 센터"), Role.COORDINATOR))
    for actor in others:
        assert client_of(actor).get(f"/disbursement-states/{progress.pk}/").status_code == 404
        with acting(actor), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM funding_progress")
            assert cursor.fetchone() == (0,)
    assert "지급 진행 상황" not in client_of(scene.manager).get(f"/awards/{award.pk}/").content.decode()


def test_strangers_see_nothing(scene, startup, award, client_of, frozen):
    disbursement = ask(startup, award)
    world = scene.world
    strangers = [
        scene.startup("다른 기업")[1],
        scene.manager,
        world(scene.corporation, Role.SIGNATORY),
        scene.coordinator,
        world(world.organization(Kind.FOUNDATION), Role.CASE_MANAGER),
        scene.admin,
    ]
    for actor in strangers:
        client = client_of(actor)
        assert client.get(f"/disbursements/{disbursement.pk}/").status_code == 404
        assert client.post(f"/disbursements/{disbursement.pk}/review/").status_code == 404
        assert "시제품" not in client.get("/disbursements/").content.decode()
        for table in ("funding_disbursement", "funding_disbursementhistory"):
            with acting(actor), connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM {table}")
                assert cursor.fetchone() == (0,)
    assert client_of(scene.auditor).post(f"/disbursements/{disbursement.pk}/review/").status_code == 403
    assert client_of(scene.officer).get(f"/disbursements/{new_id()}/").status_code == 404
    other = scene.startup("또 다른 기업")[1]
    data = {"id": str(new_id()), "award": str(award.pk), "amount": "1", "purpose": "x"}
    assert client_of(other).post("/disbursements/new/", data).status_code == 422
    with acting(other), pytest.raises(NotAllowed):
        operations.request(actor=other, award=award, amount=1, purpose="x")


def test_the_list_costs_the_same_with_more_rows(scene, startup, award, client_of, frozen):
    client = client_of(scene.officer)
    ask(startup, award, 1)
    client.get("/disbursements/")
    with CaptureQueriesContext(connection) as one:
        client.get("/disbursements/")
    ask(startup, award, 2), ask(startup, award, 3)
    with CaptureQueriesContext(connection) as three:
        client.get("/disbursements/")
    assert len(three) == len(one)


def test_home_says_what_waits(scene, startup, award, client_of, frozen):
    assert "남은 지원금 100,000,000원" in client_of(startup).get("/").content.decode()
    ask(startup, award)
    assert "지급 신청 검토: 테솔로 70,000,000원" in client_of(scene.officer).get("/").content.decode()
    assert "중소벤처기업부의 차례입니다" in client_of(startup).get("/").content.decode()


def test_no_money_before_the_startup_is_checked(scene, startup, award):
    def verified(at):
        with system("test"):
            Organization.objects.filter(pk=startup.organization_id).update(verified_at=at)
            return Award.objects.get(pk=award.pk)

    with pytest.raises(WrongState, match="확인이 끝나지 않았습니다"):
        ask(startup, verified(None))
    with system("test"):
        assert not Disbursement.objects.exists()
    assert ask(startup, verified(scene.officer.now)).state == State.REQUESTED
