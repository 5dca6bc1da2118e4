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
from portal.notifications.tasks import recipients
from portal.organizations.models import Invitation, Organization
from portal.outbox.models import Message
from portal.security.actor import acting, system
from programs.demands import operations as demands

REASON = "로봇 핸드의 정밀 제어 기술을 갖추고 있어 조립 공정의 케이블 체결 수요에 잘 맞으며 실증 경험도 풍부합니다."
NOTE = "전문가 3인이 만장일치로 추천함"
FIELDS = {
    "business_no": "000-88-00013",
    "company": "테솔로",
    "representative": "김대표",
    "email": "ceo@tesollo.example",
    "phone": "010-1234-5678",
    "tech_fields": ["F05"],
    "trl": 6,
    "reason": REASON,
    "priority": 1,
    "consensus_note": NOTE,
}


@pytest.fixture
def invited(monkeypatch):
    """Invitations that were asked for, instead of mails."""
    asked = []
    monkeypatch.setattr(operations, "invite_startup", lambda **given: asked.append(given))
    return asked


@pytest.fixture
def recommendation(scene, invited):
    with acting(scene.coordinator):
        return operations.create(actor=scene.coordinator, demand=scene.demand, **FIELDS)


@pytest.fixture
def startup(scene, recommendation):
    """The representative of the recommended startup, whose certificate has been checked."""
    return joined(scene, recommendation)


def joined(scene, recommendation, verified=True):
    with system("test world"):
        organization = Organization.objects.get(pk=recommendation.startup_id)
        organization.verified_at = scene.world.now if verified else None
        organization.save()
    return scene.world(organization, Role.REPRESENTATIVE)


def step(name, recommendation, actor, **given):
    with acting(actor):
        return getattr(operations, name)(recommendation=recommendation, actor=actor, **given)


def sees(actor, model=Recommendation):
    with acting(actor):
        return model.objects.visible_to(actor).exists()


def raw(actor, table):
    """How many rows row security alone shows: the policy's wall is down."""
    with acting(actor), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def told():
    with system("check"):
        return [m.arguments["name"] for m in Message.objects.filter(job="notifications.deliver").order_by("id")]


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


def test_the_startup_consents_on_its_page(scene, recommendation, startup, client_of, frozen):
    step("request_consent", recommendation, scene.coordinator)
    client = client_of(startup)
    assert "추천 동의: 테솔로" in client.get("/").content.decode()
    page = client.get(f"/recommendations/{recommendation.pk}/").content.decode()
    assert "거부할 권리" in page and NOTE not in page
    assert client.post(f"/recommendations/{recommendation.pk}/consent/").status_code == 302
    officer = client_of(scene.officer)
    assert "추천 검토: 테솔로" in officer.get("/").content.decode()
    refused = officer.post(f"/recommendations/{recommendation.pk}/reject/", {"reason": ""})
    assert refused.status_code == 422
    done = officer.post(f"/recommendations/{recommendation.pk}/reject/", {"reason": "수요와 맞지 않습니다."})
    assert done.status_code == 302
    assert not sees(scene.coordinator, Profile)


def test_a_centers_only_demand_can_be_consented_to(scene, invited, client_of, frozen):
    demand = scene.publish("비공개 과제", level="centers")
    with acting(scene.coordinator):
        made = operations.create(actor=scene.coordinator, demand=demand, **FIELDS)
        operations.request_consent(recommendation=made, actor=scene.coordinator)
    startup = joined(scene, made)
    page = client_of(startup).get(f"/recommendations/{made.pk}/")
    assert page.status_code == 200 and "비공개 과제" in page.content.decode()
    step("consent", made, startup)


def test_a_centers_only_demand_opens_to_the_startup_that_consents_and_to_no_other(scene, invited, client_of, frozen):
    demand = scene.publish("비공개 과제", level="centers")
    with acting(scene.coordinator):
        made = operations.create(actor=scene.coordinator, demand=demand, **FIELDS)
        operations.request_consent(recommendation=made, actor=scene.coordinator)
        other = FIELDS | {"business_no": "000-88-00027", "company": "둘째", "email": "ceo@second.example"}
        unanswered = operations.create(actor=scene.coordinator, demand=demand, **other)
        operations.request_consent(recommendation=unanswered, actor=scene.coordinator)
    startup, undecided = joined(scene, made), joined(scene, unanswered)
    stranger = scene.world(scene.world.organization(Kind.STARTUP, "무관한회사"), Role.REPRESENTATIVE)
    rival = scene.world(scene.world.organization(Kind.CORPORATION, "경쟁사"), Role.MANAGER)
    url = f"/demands/{demand.pk}/"

    def opens(actor):
        listed = demand.title in client_of(actor).get("/demands/").content.decode()
        return client_of(actor).get(url).status_code, listed, raw(actor, "demands_demand")

    closed = (404, False, 1)  # the other demand of the scene is open to every startup
    assert opens(startup) == closed
    step("consent", made, startup)
    assert opens(startup) == (200, True, 2)
    assert opens(undecided) == opens(stranger) == closed and opens(rival) == (404, False, 0)
    step("accept", made, scene.officer)
    assert opens(startup) == (200, True, 2)
    assert "신청" in client_of(startup).get(url).content.decode()
    second = scene.publish("둘째 비공개 과제", level="centers")
    with acting(scene.coordinator):
        left = operations.create(actor=scene.coordinator, demand=second, **FIELDS)
        operations.request_consent(recommendation=left, actor=scene.coordinator)
    step("consent", left, startup)
    assert raw(startup, "demands_demand") == 3
    step("withdraw", left, startup, reason="사정이 바뀌었습니다.")
    assert raw(startup, "demands_demand") == 2 and client_of(startup).get(f"/demands/{second.pk}/").status_code == 404


def test_a_startup_without_members_is_invited_once_per_address(scene):
    made = []
    for coordinator in (scene.coordinator, scene.rival_center):
        with acting(coordinator):
            made.append(operations.create(actor=coordinator, demand=scene.demand, **FIELDS))
            operations.request_consent(recommendation=made[-1], actor=coordinator)
    with system("check"):
        invitation = Invitation.objects.get()
        assert (invitation.email, invitation.organization_id) == (FIELDS["email"], made[0].startup_id)
        assert invitation.roles == ["administrator", "representative"]
        assert Message.objects.filter(job="notifications.send").count() == 1


def test_nobody_consents_for_an_unverified_startup(scene, recommendation, client_of, frozen):
    startup = joined(scene, recommendation, verified=False)
    step("request_consent", recommendation, scene.coordinator)
    client = client_of(startup)
    assert "확인이 끝나지 않았습니다" in client.get(f"/recommendations/{recommendation.pk}/").content.decode()
    refused = client.post(f"/recommendations/{recommendation.pk}/consent/")
    assert refused.status_code == 409 and "확인이 끝나지 않았습니다" in refused.content.decode()
    assert not sees(scene.coordinator, Profile)


def test_a_startup_with_members_is_told_and_not_invited(scene, recommendation, startup, invited):
    step("request_consent", recommendation, scene.coordinator)
    assert invited == []
    with system("check"):
        message = Message.objects.get(job="notifications.deliver", arguments__name="recommendation.consent_requested")
        assert [m.user_id for m in recipients(message.arguments["audience"], scene.world.now)] == [startup.user_id]


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


def test_the_startup_takes_its_consent_back(scene, recommendation, startup):
    step("request_consent", recommendation, scene.coordinator)
    step("consent", recommendation, startup)
    assert sees(scene.coordinator, Profile) and sees(scene.officer, ConsensusNote)
    later = startup.at(scene.world.now + timedelta(minutes=1))
    step("withdraw", recommendation, later, reason="다른 사업에 참여합니다.")
    assert not sees(scene.coordinator.at(later.now), Profile)
    assert not sees(scene.officer, ConsensusNote)
    with acting(scene.coordinator):  # and may be recommended again
        operations.create(actor=scene.coordinator, demand=scene.demand, **FIELDS)


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
    for client, told in ((client_of(scene.manager), 403), (client_of(startup), 403)):
        assert client.post(f"{url}unmask-phone/", {"reason": "서류 보완 안내 전화"}).status_code == told
    shown = client_of(scene.officer).post(f"{url}unmask-phone/", {"reason": "서류 보완 안내 전화"}, follow=True)
    assert phone in shown.content.decode()
    with system("check"):
        made = AccessRecord.objects.get(act="unmasked")
    assert (made.owner_id, made.user_id) == (recommendation.startup_id, scene.officer.user_id)
    assert made.detail == {"field": "phone", "reason": "서류 보완 안내 전화"}
