"""Recommendations: who recommends, who consents, who sees, and what the walls hold."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from matching.recommendations import operations
from matching.recommendations.models import ConsensusNote, Recommendation
from matching.recommendations.workflow import State
from matching.startups.models import Profile
from portal.audit.models import AccessRecord
from portal.kernel.errors import Invalid, NotAllowed, StageClosed, WrongState
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Organization
from portal.security.actor import acting, system
from programs.demands import operations as demands
from tests.matching.recommending import FIELDS, NOTE, REASON, invited, raw, recommendation, sees, startup, step, told

__all__ = ["invited", "recommendation", "startup"]


def test_the_road_of_a_recommendation(scene, recommendation, startup, client_of, frozen):
    everybody = [scene.coordinator, startup, scene.officer, scene.manager]
    seen = lambda: [sees(actor) for actor in everybody]  # noqa: E731
    assert recommendation.state == State.DRAFT and seen() == [True, False, False, False]
    step("request_consent", recommendation, scene.coordinator)
    assert seen() == [True, True, False, False]
    assert not sees(scene.coordinator, Profile)
    step("consent", recommendation, startup)
    assert recommendation.state == State.SUBMITTED and seen() == [True, True, True, False]
    assert sees(scene.coordinator, Profile) and not sees(scene.manager, Profile)
    step("return_", recommendation, scene.officer, reason="근거를 더 적어 주십시오.")
    with acting(scene.coordinator):
        operations.edit(
            recommendation=recommendation, actor=scene.coordinator, reason=REASON * 2, version=recommendation.version
        )
    step("resubmit", recommendation, scene.coordinator)
    step("accept", recommendation, scene.officer)
    assert recommendation.state == State.ACCEPTED and seen() == [True] * 4
    assert sees(scene.manager, Profile)
    assert [sees(actor, ConsensusNote) for actor in everybody] == [True, False, True, False]
    for who in everybody:
        for url in ("/recommendations/", f"/recommendations/{recommendation.pk}/", "/", "/recommendations/?export=csv"):
            response = client_of(who).get(url)
            assert response.status_code == 200, (url, response.content[:2000])
        page = client_of(who).get(f"/recommendations/{recommendation.pk}/").content.decode()
        assert (NOTE in page) == (who in (scene.coordinator, scene.officer))
    assert "recommendation.arrived" in told()


def test_create_and_ask_through_the_pages(scene, invited, client_of, frozen):
    client = client_of(scene.coordinator)
    page = client.get("/recommendations/new/")
    assert page.status_code == 200 and scene.demand.title in page.content.decode()
    data = FIELDS | {"demand": scene.demand.pk, "id": new_id()}
    response = client.post("/recommendations/new/", data)
    assert response.status_code == 302, response.content.decode()[:3000]
    url = response.headers["Location"]
    again = client.post("/recommendations/new/", data)
    assert again.status_code == 302 and again.headers["Location"] == url
    assert client.post(f"{url}request_consent/").status_code == 302
    assert [(i["email"], i["actor"].user_id) for i in invited] == [(FIELDS["email"], scene.coordinator.user_id)]
    twice = client.post(f"{url}request_consent/")
    assert twice.status_code == 409 and "동의 요청" in twice.content.decode()
    assert client.get(f"{url}edit/").status_code == 200
    shown = client.get("/").content.decode()
    assert "추천 동의: 테솔로" in shown


def test_strangers_and_rivals(scene, recommendation, startup, client_of, frozen):
    step("request_consent", recommendation, scene.coordinator)
    step("consent", recommendation, startup)
    url = f"/recommendations/{recommendation.pk}/"
    rivals = [
        scene.rival_center,
        scene.manager,  # not accepted yet
        scene.world(scene.world.organization(Kind.CORPORATION, "경쟁사"), Role.MANAGER),
        scene.world(scene.world.organization(Kind.STARTUP, "다른 기업"), Role.REPRESENTATIVE),
        scene.world(scene.world.organization(Kind.FOUNDATION, "재단"), Role.CASE_MANAGER),
    ]
    for rival in rivals:
        client = client_of(rival)
        assert client.get(url).status_code == 404
        assert client.post(f"{url}withdraw/", {"reason": "탈취"}).status_code == 404
        assert f"{recommendation.pk}" not in client.get("/recommendations/?search=테솔로").content.decode()
        for table in ("recommendation", "recommendationhistory", "consensusnote", "consensusnotehistory"):
            assert raw(rival, f"recommendations_{table}") == 0, table
        with acting(rival), pytest.raises(NotAllowed):
            operations.accept(recommendation=recommendation, actor=rival)
    assert raw(startup, "recommendations_consensusnote") == 0
    missing = client_of(scene.officer).get(f"/recommendations/{new_id()}/")
    assert missing.status_code == 404


def test_own_members_without_the_role(scene, recommendation, startup, client_of, frozen):
    center = scene.world(_organization(scene.coordinator), Role.ADMINISTRATOR)
    url = f"/recommendations/{recommendation.pk}/"
    assert client_of(center).get(url).status_code == 200
    assert client_of(center).post(f"{url}request_consent/").status_code == 403
    assert client_of(center).get("/recommendations/new/").status_code == 403
    step("request_consent", recommendation, scene.coordinator)
    member = scene.world(_organization(startup), Role.MEMBER)
    assert client_of(member).post(f"{url}consent/").status_code == 403
    assert client_of(startup).post(f"{url}accept/").status_code == 403
    auditor = scene.world(_organization(scene.officer), Role.AUDITOR)
    step("consent", recommendation, startup)
    assert client_of(auditor).get(url).status_code == 200
    assert client_of(auditor).post(f"{url}accept/").status_code == 403


def _organization(actor):
    with system("check"):
        return Organization.objects.get(pk=actor.organization_id)


def test_a_withdrawn_draft_never_reaches_the_startup(scene, recommendation, startup):
    step("withdraw", recommendation, scene.coordinator, reason="잘못 적었습니다.")
    assert not sees(startup) and raw(startup, "recommendations_recommendationhistory") == 0
    assert "recommendation.withdrawn" not in told()


def test_wrong_input_is_said_by_field(scene, invited, client_of, frozen):
    for field, value in (
        ("business_no", "123-45-67890"),
        ("reason", "짧습니다."),
        ("email", "nobody"),
        ("phone", "1"),
        ("company", "=1+1"),
        ("trl", 11),
    ):
        with acting(scene.coordinator), pytest.raises(Invalid) as refused:
            operations.create(actor=scene.coordinator, demand=scene.demand, **(FIELDS | {field: value}))
        assert list(refused.value.fields) == [field]
    page = client_of(scene.coordinator).post(
        "/recommendations/new/", FIELDS | {"demand": scene.demand.pk, "business_no": "123-45-67890"}
    )
    assert page.status_code == 422 and "검증번호가 맞지 않습니다" in page.content.decode()
    with system("check"):
        assert not Recommendation.objects.exists() and not Profile.objects.exists()


def test_the_same_startup_twice_is_refused_in_words(scene, recommendation):
    with acting(scene.coordinator), pytest.raises(Invalid) as refused:
        operations.create(actor=scene.coordinator, demand=scene.demand, **FIELDS)
    assert "이미 추천한" in str(refused.value.fields["business_no"])
    with acting(scene.rival_center):  # another center may
        operations.create(actor=scene.rival_center, demand=scene.demand, **FIELDS)


def test_a_number_of_a_corporation_is_refused(scene):
    scene.world.organization(Kind.CORPORATION, "삼성전자", business_no="124-81-00998")
    with acting(scene.coordinator), pytest.raises(Invalid):
        operations.create(actor=scene.coordinator, demand=scene.demand, **(FIELDS | {"business_no": "124-81-00998"}))


def test_the_window_and_the_demand(scene, recommendation, startup):
    late = scene.coordinator.at(scene.world.now + timedelta(days=1))
    with acting(late), pytest.raises(StageClosed):
        operations.request_consent(recommendation=recommendation, actor=late)
    with acting(late), pytest.raises(StageClosed):
        operations.create(actor=late, demand=scene.demand, **FIELDS)
    step("request_consent", recommendation, late.at(late.now - timedelta(seconds=1)))
    with acting(scene.officer):
        demands.close(demand=scene.demand, actor=scene.officer)
    with acting(startup), pytest.raises(WrongState, match="마감"):
        operations.consent(recommendation=recommendation, actor=startup)
    with acting(scene.coordinator), pytest.raises(WrongState, match="마감"):
        operations.create(actor=scene.coordinator, demand=scene.demand, **(FIELDS | {"business_no": "000-88-00027"}))


def test_saved_over_somebody_else(scene, recommendation):
    step("edit", recommendation, scene.coordinator, version=1, priority=2)
    with pytest.raises(WrongState):
        step("edit", recommendation, scene.coordinator, version=1, priority=3)


def test_nothing_is_edited_once_it_is_with_the_officer(scene, recommendation, startup, client_of, frozen):
    step("request_consent", recommendation, scene.coordinator)
    step("consent", recommendation, startup)
    with pytest.raises(WrongState):
        step("edit", recommendation, scene.coordinator, priority=2)


def test_the_database_holds_what_python_would_let_pass(scene, recommendation, startup):
    mine = Recommendation.objects.visible_to(scene.coordinator).filter(pk=recommendation.pk)
    other = scene.world.organization(Kind.CORPORATION, "경쟁사")
    for changed, words in (
        ({"state": State.ACCEPTED}, "Invalid transition"),
        ({"state": State.CONSENT_REQUESTED}, "recommendation_needs_requested_at"),
        ({"reason": "짧음"}, "recommendation_reason_length"),
        ({"priority": 100}, "recommendation_priority"),
        ({"trl": 0}, "recommendation_trl"),
        ({"corporation": other}, "recommendation_of_demand"),
        ({"center": scene.rival_center.organization_id}, "row-level security"),
    ):
        with acting(scene.coordinator), pytest.raises(Exception, match=words), transaction.atomic():
            mine.update(**changed)
    twin = Recommendation.objects.visible_to(scene.coordinator).filter(pk=recommendation.pk)
    with acting(scene.coordinator), pytest.raises(IntegrityError, match="recommendation_once"), transaction.atomic():
        copy = twin.get()
        copy.pk = new_id()
        copy.save(force_insert=True)
    with acting(startup), pytest.raises(Exception, match="row-level security"), transaction.atomic():
        note = ConsensusNote(recommendation=recommendation, center_id=scene.coordinator.organization_id, text="거짓")
        note.save(force_insert=True)
    foreign = ConsensusNote(
        recommendation_id=recommendation.pk, center_id=scene.rival_center.organization_id, text="거짓"
    )
    with acting(scene.rival_center), pytest.raises(IntegrityError), transaction.atomic():
        foreign.save(force_insert=True)


def test_the_list_asks_as_often_for_one_row_as_for_three(scene, recommendation, client_of, frozen):
    client = client_of(scene.coordinator)
    counts = []
    for number in ("000-88-00027", "000-88-00032"):
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/recommendations/").status_code == 200
        counts.append(len(asked))
        for title in ("둘째 과제", "셋째 과제") if len(counts) == 1 else ():
            with acting(scene.coordinator):
                operations.create(
                    actor=scene.coordinator, demand=scene.publish(title), **(FIELDS | {"business_no": number})
                )
    assert counts[0] == counts[1]


def test_the_telephone_number_is_encrypted_masked_and_unmasked_on_the_record(
    scene, recommendation, startup, client_of, frozen
):
    phone, url = FIELDS["phone"], f"/recommendations/{recommendation.pk}/"
    step("request_consent", recommendation, scene.coordinator)
    step("consent", recommendation, startup)
    step("accept", recommendation, scene.officer)
    with system("check"), connection.cursor() as cursor:
        for table in ("recommendations_recommendation", "recommendations_recommendationhistory"):
            cursor.execute(f"SELECT phone FROM {table}")
            assert all("5678" not in text and text.startswith("enc1:") for (text,) in cursor.fetchall())
    page = {who: client_of(who).get(url).content.decode() for who in (scene.coordinator, startup, scene.officer)}
    assert phone in page[scene.coordinator] and phone in page[startup], "who wrote it, and whose it is"
    assert phone not in page[scene.officer] and "****5678" in page[scene.officer]
    assert "5678" not in client_of(scene.manager).get(url).content.decode(), "the corporation has its own way"
    for client in (client_of(scene.manager), client_of(startup)):
        assert client.post(f"{url}unmask-phone/", {"reason": "서류 보완 안내 전화"}).status_code == 403
    shown = client_of(scene.officer).post(f"{url}unmask-phone/", {"reason": "서류 보완 안내 전화"}, follow=True)
    assert phone in shown.content.decode()
    with system("check"):
        made = AccessRecord.objects.get(act="unmasked")
    assert (made.owner_id, made.user_id) == (recommendation.startup_id, scene.officer.user_id)
    assert made.detail == {"field": "phone", "reason": "서류 보완 안내 전화"}
