"""Consents of startups: given with a recommendation or to be found, and what their withdrawal ends at once."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction

from matching.recommendations import operations
from matching.recommendations.models import ConsensusNote, Recommendation
from matching.recommendations.workflow import State
from matching.startups import consents
from matching.startups.models import Consent, Profile
from matching.startups.workflow import ConsentState
from portal.kernel.errors import NotAllowed, Refusal, WrongState
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Organization
from portal.outbox.models import Message
from portal.security.actor import acting, system
from portal.security.models import Grant, grant
from programs.plans import operations as plans
from tests.matching.recommending import FIELDS, invited, joined, raw, sees, step

__all__ = ["invited"]


@pytest.fixture
def accepted(scene, invited):
    """A recommendation that the corporation has got."""
    with acting(scene.coordinator):
        one = operations.create(actor=scene.coordinator, demand=scene.demand, **FIELDS)
    step("request_consent", one, scene.coordinator)
    scene.startup = joined(scene, one)
    step("consent", one, scene.startup)
    step("accept", one, scene.officer)
    return one


def given():
    with system("check"):
        return list(Consent.objects.order_by("id"))


def take_back(consent, actor, reason="계획이 바뀌었습니다."):
    with acting(actor):
        return consents.withdraw(consent=consent, actor=actor, reason=reason)


def test_consenting_to_a_recommendation_names_both_third_parties(scene, accepted, client_of, frozen):
    assert [c.recipient_id for c in given()] == [scene.coordinator.organization_id, scene.manager.organization_id]
    client = client_of(scene.startup)
    page = client.get("/consents/").content.decode()
    assert "경기창조경제혁신센터" in page and "현대자동차" in page and "동의 중" in page
    page = client.get(f"/consents/{given()[1].pk}/").content.decode()
    for words in (
        "제공받는 곳",
        "추천의 검토와 협업 상대의 선정",
        "항목",
        "매출액",
        "기간",
        "거부할 권리",
        scene.demand.title,
    ):
        assert words in page, words
    assert client_of(scene.manager).get(f"/consents/{given()[1].pk}/").status_code == 200
    for stranger in (scene.rival_center, scene.manager):
        assert client_of(stranger).get(f"/consents/{given()[0].pk}/").status_code == 404
    assert raw(scene.rival_center, "startups_consent") == 0


@pytest.mark.parametrize("which", [0, 1])
def test_withdrawal_works_at_once(scene, accepted, which, client_of, frozen):
    assert sees(scene.manager, Profile) and sees(scene.coordinator, Profile) and sees(scene.manager)
    client, one = client_of(scene.startup), given()[which]
    assert client.post(f"/consents/{one.pk}/withdraw/", {"reason": "계획이 바뀌었습니다."}).status_code == 302
    for actor in (scene.manager, scene.coordinator):
        assert not sees(actor, Profile) and raw(actor, "startups_profile") == 0
    assert not sees(scene.manager) and raw(scene.manager, "recommendations_recommendation") == 0
    assert client_of(scene.manager).get(f"/recommendations/{accepted.pk}/").status_code == 404
    with system("check"):
        assert Recommendation.objects.get().state == State.WITHDRAWN
        assert not Grant.objects.filter(cause_id=accepted.pk, valid_until=None).exists()
        assert not ConsensusNote.objects.get().handed_in
        told = set(Message.objects.filter(job="notifications.deliver").values_list("arguments__name", flat=True))
    assert {"consent.withdrawn", "recommendation.revoked"} <= told
    states = [c.state for c in given()]
    assert states[which] == ConsentState.WITHDRAWN and states[1 - which] == ConsentState.ENDED
    again = client.post(f"/consents/{one.pk}/withdraw/", {"reason": "다시"})
    assert again.status_code == 409


def test_withdrawn_midway(scene, invited):
    with acting(scene.coordinator):
        one = operations.create(actor=scene.coordinator, demand=scene.demand, **FIELDS)
    step("request_consent", one, scene.coordinator)
    startup = joined(scene, one)
    step("consent", one, startup)
    take_back(given()[0], startup)
    with system("check"):
        assert Recommendation.objects.get().state == State.WITHDRAWN
    with pytest.raises(Refusal):
        step("accept", one, scene.officer)
    assert not sees(scene.manager, Profile)


def test_what_ends_otherwise_ends_the_consents(scene, accepted):
    other = scene.publish("둘째 과제")
    with acting(scene.coordinator):
        second = operations.create(actor=scene.coordinator, demand=other, **FIELDS)
    step("request_consent", second, scene.coordinator)
    step("consent", second, scene.startup)
    step("reject", second, scene.officer, reason="수요와 다릅니다.")
    states = [c.state for c in given()]
    assert states == [ConsentState.GIVEN] * 2 + [ConsentState.ENDED] * 2
    assert sees(scene.manager, Profile), "the first one stands by itself"


def test_who_may_not_withdraw(scene, accepted):
    with system("check"):
        house = Organization.objects.get(pk=accepted.startup_id)
    member = scene.world(house, Role.MEMBER)
    for actor in (member, scene.coordinator, scene.officer, scene.manager):
        with pytest.raises(NotAllowed):
            take_back(given()[1], actor)
    with acting(scene.manager), connection.cursor() as cursor:
        cursor.execute("UPDATE startups_consent SET state = 'given', about = 'x'")
        assert cursor.rowcount == 0


def test_agreeing_to_be_found(world, client_of, frozen):
    house = world.organization(Kind.STARTUP, "가온로보틱스")
    actor, member = world(house, Role.REPRESENTATIVE), world(house, Role.MEMBER)
    client, id = client_of(actor), new_id()
    page = client.get("/consents/new/").content.decode()
    assert "거부할 권리" in page and "동의를 철회하실 때까지" in page
    for _twice in (1, 2):
        assert client.post("/consents/new/", {"id": id}).headers["Location"] == f"/consents/{id}/"
    assert client.post("/consents/new/", {"id": new_id()}).status_code == 409
    assert client_of(member).post("/consents/new/", {"id": new_id()}).status_code == 403
    with system("check"):
        assert list(consents.findable()) == [{"startup_id": house.pk}]
    take_back(given()[0], actor)
    with system("check"):
        assert not consents.findable().exists()


def test_the_database_alone(scene, accepted):
    one = given()[0]
    with system("past the operations"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Consent.objects.filter(pk=one.pk).update(recipient=None)
        with pytest.raises(IntegrityError), transaction.atomic():
            one.pk = new_id()
            one.save(force_insert=True)
        with pytest.raises(Exception, match="Invalid transition"), transaction.atomic():
            Consent.objects.update(state=ConsentState.WITHDRAWN, withdrawn_at=scene.world.now)
            Consent.objects.update(state=ConsentState.GIVEN)


def test_consents_end_with_the_program(scene, accepted, client_of, frozen):
    with acting(scene.startup):
        consents.be_found(actor=scene.startup)
    with acting(scene.rival_center):
        waiting = operations.create(actor=scene.rival_center, demand=scene.demand, **FIELDS)
    for name, actor in (("request_consent", scene.rival_center), ("consent", scene.startup)):
        step(name, waiting, actor)
    assert sees(scene.manager, Profile) and sees(scene.coordinator, Profile) and sees(scene.rival_center, Profile)
    with acting(scene.officer):
        plans.run(program=scene.program, actor=scene.officer)
    with acting(scene.approver):
        plans.close(program=scene.program, actor=scene.approver)
    states = [(c.purpose, c.state) for c in given()]
    assert states.count(("recommendation", ConsentState.ENDED)) == 4
    assert ("found", ConsentState.GIVEN) in states  # given until it is withdrawn, whatever the program
    for actor in (scene.manager, scene.coordinator, scene.rival_center):
        assert not sees(actor, Profile) and raw(actor, "startups_profile") == 0
    with acting(scene.officer), pytest.raises(WrongState, match="동의도 끝났습니다"):
        operations.accept(recommendation=waiting, actor=scene.officer)
    assert "기간 종료" in client_of(scene.startup).get("/consents/").content.decode()


def test_a_profile_that_is_read_by_an_application_stays_open(scene, accepted, frozen):
    with system("an application"):
        grant(
            purpose="startup", subject_id=scene.startup.organization_id, organization_id=scene.manager.organization_id,
            cause="application", cause_id=new_id(), actor=scene.officer,
        )  # fmt: skip
    with acting(scene.officer):
        plans.run(program=scene.program, actor=scene.officer)
    with acting(scene.approver):
        plans.close(program=scene.program, actor=scene.approver)
    assert sees(scene.manager, Profile) and not sees(scene.coordinator, Profile)


def test_consents_from_before_their_records_are_written_down(scene, accepted):
    """The migration: who consented with the recommendation has consented; once, and not in a program that is over."""
    migration = import_module("matching.recommendations.migrations.0005_consents_of_earlier_recommendations")
    before = given()
    with system("as it was before"):
        Consent.objects.filter(cause_id=accepted.pk).update(cause_id=new_id(), state=ConsentState.ENDED)
    for _again in range(2):
        migration.write_down(None, SimpleNamespace(connection=connection))
    made = [c for c in given() if c.cause_id == accepted.pk]
    assert [(c.recipient_id, c.items, c.about, c.given_at, c.given_by_id, c.state) for c in made] == [
        (c.recipient_id, c.items, c.about, accepted_at(accepted), c.given_by_id, ConsentState.GIVEN) for c in before
    ]
    with system("and over"):
        Consent.objects.filter(cause_id=accepted.pk).update(cause_id=new_id(), state=ConsentState.ENDED)
    with acting(scene.officer):
        plans.run(program=scene.program, actor=scene.officer)
    with acting(scene.approver):
        plans.close(program=scene.program, actor=scene.approver)
    migration.write_down(None, SimpleNamespace(connection=connection))
    assert not [c for c in given() if c.cause_id == accepted.pk]


def accepted_at(recommendation):
    with system("check"):
        return Recommendation.objects.get(pk=recommendation.pk).consented_at
