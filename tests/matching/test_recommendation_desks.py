"""The officer's desk (one by one and in bulk, with remarks on fields) and the center's (who of ours is where)."""

import pytest

from matching.applications.models import Application
from matching.recommendations import operations, queries
from matching.recommendations.models import Recommendation
from matching.recommendations.queries import road_counts
from matching.recommendations.workflow import State
from portal.kernel.errors import Invalid
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Organization
from portal.security.actor import acting, system
from tests.matching.recommending import FIELDS, REASON, invited, joined, step

__all__ = ["invited"]
NUMBERS = ("000-88-00013", "000-88-00027", "000-88-00032")


@pytest.fixture
def three(scene, invited):
    """Three recommendations with the officer."""
    found = []
    for n, number in enumerate(NUMBERS):
        with acting(scene.coordinator):
            fields = FIELDS | {"business_no": number, "company": f"기업{n}", "email": f"ceo{n}@x.example"}
            one = operations.create(actor=scene.coordinator, demand=scene.demand, **fields)
        step("request_consent", one, scene.coordinator)
        step("consent", one, joined(scene, one))
        found.append(one)
    return found


def states():
    with system("check"):
        return list(Recommendation.objects.order_by("business_no").values_list("state", flat=True))


def test_accepted_in_bulk(scene, three, client_of, frozen):
    client = client_of(scene.officer)
    page = client.get("/recommendations/").content.decode()
    assert page.count('name="pick"') == 3 and "bulk-accept" in page
    step("accept", three[0], scene.officer)
    response = client.post("/recommendations/bulk/accept/", {"pick": [str(one.pk) for one in three]}, follow=True)
    page = response.content.decode()
    assert "2건을 처리했습니다" in page and "기업0: " in page, "what was refused is told by name"
    assert states() == [State.ACCEPTED] * 3


def test_returned_and_rejected_in_bulk(scene, three, client_of, frozen):
    client = client_of(scene.officer)
    picked = {"pick": [str(one.pk) for one in three[:2]]}
    asked = client.post("/recommendations/bulk/return/", picked)
    assert asked.status_code == 200 and "remark_reason" in asked.content.decode()
    sent = picked | {"bulk": "1", "reason": "근거를 더 적어 주십시오.", "remark_reason": "실증 사례가 필요합니다."}
    assert client.post("/recommendations/bulk/return/", sent).status_code == 302
    assert states() == [State.RETURNED, State.RETURNED, State.SUBMITTED]
    sent = {"pick": [str(three[2].pk)], "bulk": "1", "reason": "수요와 다릅니다."}
    assert client.post("/recommendations/bulk/reject/", sent).status_code == 302
    assert states()[2] == State.REJECTED
    for stranger in (scene.coordinator, scene.manager):
        assert client_of(stranger).post("/recommendations/bulk/accept/", picked).status_code == 403


def test_remarks_reopen_only_what_was_flagged(scene, three, client_of, frozen):
    one = three[0]
    step(
        "return_",
        one,
        scene.officer,
        reason="보완",
        remarks={"reason": "실증 사례가 필요합니다.", "priority": "높습니다."},
    )
    client = client_of(scene.coordinator)
    page = client.get(f"/recommendations/{one.pk}/edit/").content.decode()
    assert "실증 사례가 필요합니다." in page
    with acting(scene.coordinator), pytest.raises(Invalid):
        operations.edit(recommendation=one, actor=scene.coordinator, company="다른 이름")
    with acting(scene.coordinator), pytest.raises(Invalid):
        operations.edit(recommendation=one, actor=scene.coordinator, consensus_note="다른 의견")
    with acting(scene.coordinator):
        operations.edit(recommendation=one, actor=scene.coordinator, reason=REASON * 2)
    step("resubmit", one, scene.coordinator)
    with system("check"):
        now = Recommendation.objects.get(pk=one.pk)
    assert (now.state, now.remarks, now.reason, now.company) == (State.SUBMITTED, {}, REASON * 2, "기업0")


def test_the_centers_desk_says_who_is_where(scene, three, client_of, frozen):
    step("accept", three[0], scene.officer)
    step("accept", three[1], scene.officer)
    at, one = scene.world.now, three[0]
    with system("test"):
        Application(
            program_id=one.program_id, demand_id=one.demand_id, corporation_id=one.corporation_id,
            startup_id=one.startup_id, center_id=one.center_id, number="A2025-001", state="invited", created_at=at,
            submitted_at=at, submitted_by_id=one.consented_by_id, proposal="제안",
        ).save(force_insert=True)  # fmt: skip
    with acting(scene.coordinator):
        assert road_counts(scene.coordinator) == {"invited": 1, "accepted": 1, "review": 1}
    client = client_of(scene.coordinator)
    page = client.get("/recommendations/?road=invited").content.decode()
    assert "기업0" in page and "기업1" not in page and "밋업 초대" in page
    assert "기업2" in client.get("/recommendations/?road=review").content.decode()
    with acting(scene.rival_center):
        assert road_counts(scene.rival_center) == {}
    for stranger in (scene.rival_center, scene.officer):
        assert "진행 단계별" not in client_of(stranger).get("/recommendations/").content.decode() or (
            stranger is scene.rival_center
        )
    assert "기업0" not in client_of(scene.rival_center).get("/recommendations/?road=invited").content.decode()


def test_the_road_is_counted_to_a_bound(scene, three, client_of, frozen, monkeypatch):
    client = client_of(scene.coordinator)
    assert "p-tab-count" in client.get("/recommendations/").content.decode()
    monkeypatch.setattr(queries, "COUNTED", 2)
    with acting(scene.coordinator):
        assert road_counts(scene.coordinator) is None
    page = client.get("/recommendations/?road=review").content.decode()
    assert "진행 단계별" in page and "p-tab-count" not in page and "기업2" in page, "no wrong number, and every stage"


def test_what_a_recommendation_itself_says_is_not_looked_up(scene, three):
    with acting(scene.coordinator):
        mine = Recommendation.objects.visible_to(scene.coordinator)
        review, met = (str(queries.standing(mine, where).query) for where in ("review", "met"))
        assert queries.standing(mine, "review").count() == 3 and queries.standing(mine, "accepted").count() == 0
    assert "applications_application" not in review and "applications_application" in met


def test_the_coordinator_is_named_and_changed(scene, three, client_of, frozen):
    with system("check"):
        center = Organization.objects.get(pk=scene.coordinator.organization_id)
    colleague, client = scene.world(center, Role.COORDINATOR), client_of(scene.coordinator)
    url = f"/recommendations/{three[0].pk}/assign/"
    assert colleague.name in client.get(url).content.decode()
    assert client.post(url, {"coordinator": colleague.membership_id}).status_code == 302
    assert client.post(url, {"coordinator": scene.rival_center.membership_id}).status_code == 422
    mine = client_of(colleague).get("/recommendations/?coordinator=true").content.decode()
    assert "기업0" in mine and "기업1" not in mine
    with acting(scene.coordinator), pytest.raises(Invalid):
        operations.assign(
            recommendation=three[0], actor=scene.coordinator, coordinator=scene.rival_center.membership_id
        )
    assert client_of(scene.officer).post(url, {"coordinator": colleague.membership_id}).status_code == 403


def test_search_finds_from_two_syllables_on(scene, three, client_of, frozen):
    client = client_of(scene.coordinator)
    assert "기업0" in client.get("/recommendations/?search=로봇").content.decode()
    assert "기업1" not in client.get("/recommendations/?search=000-88-00013").content.decode()
    assert "기업0" not in client_of(scene.rival_center).get("/recommendations/?search=로봇").content.decode()
    assert scene.rival_center.kind == Kind.CENTER
