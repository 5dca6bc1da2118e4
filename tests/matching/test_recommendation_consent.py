"""The startup's consent to a recommendation: who is asked how, what it opens, and that it can be taken back."""

from datetime import timedelta

from matching.recommendations import operations
from matching.recommendations.models import ConsensusNote
from matching.startups.models import Profile
from portal.kernel.roles import Kind, Role
from portal.notifications.tasks import recipients
from portal.organizations.models import Invitation
from portal.outbox.models import Message
from portal.security.actor import acting, system
from tests.matching.recommending import FIELDS, NOTE, invited, joined, raw, recommendation, sees, startup, step

__all__ = ["invited", "recommendation", "startup"]


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
