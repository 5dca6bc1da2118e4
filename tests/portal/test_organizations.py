"""Organisations: how they come in, are verified and change, and what the walls hold."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.kernel.errors import Invalid, NotAllowed, NotFound
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.notifications.models import Mail
from portal.organizations import operations
from portal.organizations.models import Invitation, Organization
from portal.security.actor import acting, system

FIRM = {"kind": "startup", "name": "테솔로", "name_en": "Tesollo", "business_no": "000-88-00013", "region": ""}


def test_the_road_of_an_organisation(world, officer, operator, client_of, frozen):
    """Entered by the operator with its first administrator invited, then verified by an officer."""
    client = client_of(operator)
    assert client.get("/organizations/new/").status_code == 200
    form = FIRM | {"id": str(new_id()), "administrator_email": "ceo@tesollo.example", "language": "ko"}
    response = client.post("/organizations/new/", form)
    assert response.status_code == 302, response.content.decode()
    again = client.post("/organizations/new/", form)
    assert (again.status_code, again["Location"]) == (302, response["Location"])
    with system("check"):
        made = Organization.objects.get(business_no="000-88-00013")
        invitation = Invitation.objects.get(organization=made)
        assert Mail.objects.filter(to="ceo@tesollo.example").count() == 1
    assert invitation.roles == ["administrator", "representative"]
    assert made.verified_at is None
    officers = client_of(officer)
    assert f"/organizations/{made.pk}/verify/" in officers.get(f"/organizations/{made.pk}/").content.decode()
    assert "사업자등록 확인: 테솔로" in officers.get("/").content.decode()
    assert officers.post(f"/organizations/{made.pk}/verify/").status_code == 302
    assert officers.post(f"/organizations/{made.pk}/verify/").status_code == 409
    with system("check"):
        made.refresh_from_db()
        assert made.verified_at == world.now
        assert Organization.pgh_event_model.objects.filter(id=made.pk).count() == 2  # type: ignore[attr-defined]
    for url in (
        "/organizations/",
        f"/organizations/{made.pk}/",
        f"/organizations/{made.pk}/edit/",
        "/organizations/?export=xlsx",
    ):
        assert officers.get(url).status_code == 200, url


def test_wrong_numbers_are_refused_or_warned_of(operator, client_of, frozen):
    client = client_of(operator)
    form = FIRM | {"id": str(new_id()), "business_no": "123-45-67890", "language": "ko"}
    response = client.post("/organizations/new/", form)
    assert response.status_code == 422
    assert "검증번호가 맞지 않습니다" in response.content.decode()
    form |= {"business_no": "124-81-00998", "corporate_no": "110111-0000001"}
    response = client.post("/organizations/new/", form, follow=True)
    assert response.status_code == 200
    assert "법인등록번호의 검증번호가 맞지 않습니다" in response.content.decode()
    with system("check"):
        assert Organization.objects.get(business_no="124-81-00998").corporate_no == "110111-0000001"
    taken = client.post("/organizations/new/", form | {"id": str(new_id()), "name": "다른 기업"})
    assert taken.status_code == 422
    assert "이미 등록된 사업자등록번호" in taken.content.decode()


def test_another_business_number_takes_the_verification_back(world, officer):
    startup = world.organization(Kind.STARTUP, "로봇손", business_no="000-88-00013")
    ceo = world(startup, Role.REPRESENTATIVE)
    with acting(ceo):
        operations.edit(organization=startup, actor=ceo, name="로봇손 주식회사")
        assert Organization.objects.visible_to(ceo).get(pk=startup.pk).verified_at == world.now
        operations.edit(organization=startup, actor=ceo, business_no="124-81-00998")
        assert Organization.objects.visible_to(ceo).get(pk=startup.pk).verified_at is None
        with pytest.raises(NotAllowed):
            operations.verify(organization=startup, actor=ceo)


def test_a_center_verifies_only_startups_that_it_sees(world, client_of, frozen):
    from portal.security.models import grant

    startup = world.organization(Kind.STARTUP, "로봇손", business_no="000-88-00013")
    with system("test"):
        Organization.objects.filter(pk=startup.pk).update(verified_at=None)
    coordinator = world(world.organization(Kind.CENTER, "경기센터"), Role.COORDINATOR)
    client = client_of(coordinator)
    assert client.post(f"/organizations/{startup.pk}/verify/").status_code == 404
    with acting(coordinator), pytest.raises(NotFound):
        operations.verify(organization=startup, actor=coordinator)
    grant(
        purpose="startup",
        subject_id=startup.pk,
        cause="test",
        cause_id=new_id(),
        actor=coordinator.at(world.now),
        organization_id=coordinator.organization_id,
    )
    assert client.post(f"/organizations/{startup.pk}/verify/").status_code == 302
    with system("check"):
        assert Organization.objects.get(pk=startup.pk).verified_at == world.now


def test_without_a_number_nothing_is_verified(world, officer):
    startup = world.organization(Kind.STARTUP)
    with system("test"):
        Organization.objects.filter(pk=startup.pk).update(verified_at=None)
    with acting(officer), pytest.raises(Invalid):
        operations.verify(organization=startup, actor=officer)


def test_appoint_ends_with_the_first_member(world, officer, firm, client_of, frozen):
    client = client_of(officer)
    assert (
        client.post(f"/organizations/{firm.pk}/appoint/", {"email": "a@firm.example", "language": "en"}).status_code
        == 302
    )
    world.member(firm)
    assert (
        client.post(f"/organizations/{firm.pk}/appoint/", {"email": "b@firm.example", "language": "ko"}).status_code
        == 409
    )


def test_strangers_and_members_without_a_role(world, administrator, colleague, client_of, frozen):
    startup = world.organization(Kind.STARTUP, "비밀 스타트업")
    rival = world(world.organization(Kind.CORPORATION, "경쟁사"), Role.MANAGER)
    for actor in (rival, colleague):
        client = client_of(actor)
        assert client.get(f"/organizations/{startup.pk}/").status_code == 404
        assert client.get(f"/organizations/{new_id()}/").status_code == 404
        assert client.post("/organizations/new/", FIRM).status_code == 403
        assert "비밀 스타트업" not in client.get("/organizations/").content.decode()
        assert "비밀 스타트업" not in client.get("/organizations/?search=비밀").content.decode()
    own = administrator.organization_id
    assert client_of(colleague).get(f"/organizations/{own}/").status_code == 200
    assert client_of(colleague).get(f"/organizations/{own}/edit/").status_code == 403
    assert client_of(colleague).post(f"/organizations/{own}/verify/").status_code == 403
    assert client_of(rival).get(f"/organizations/{own}/edit/").status_code == 403  # a corporation is public
    assert client_of(administrator).get(f"/organizations/{own}/edit/").status_code == 200


def test_a_startup_s_name_is_behind_row_security(world):
    world.organization(Kind.STARTUP, "비밀 스타트업")
    stranger = world(world.organization(Kind.STARTUP), Role.REPRESENTATIVE)
    with acting(stranger), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM organizations_organization WHERE kind = 'startup'")
        assert cursor.fetchone() == (1,)  # their own


def test_lists_ask_the_same_number_of_queries(world, administrator, firm, operator, client_of, frozen):
    def count(client: Client, url: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    members, organizations = client_of(administrator), client_of(operator)
    before = (
        count(members, "/memberships/"),
        count(organizations, "/organizations/"),
        count(organizations, "/memberships/"),
    )
    for _ in range(2):
        world.member(firm, Role.EVALUATOR)
        world.organization(Kind.STARTUP)
        with acting(administrator):
            operations.invite(actor=administrator, email=f"{new_id()}@x.example", roles=["manager"])
    assert before == (
        count(members, "/memberships/"),
        count(organizations, "/organizations/"),
        count(organizations, "/memberships/"),
    )
