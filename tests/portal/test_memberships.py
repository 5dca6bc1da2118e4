"""Members: who gives roles and leaves, and who is out of sight."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from portal.accounts.models import User
from portal.kernel.errors import Invalid, NotAllowed
from portal.kernel.ids import new_id
from portal.kernel.roles import INCOMPATIBLE_ROLES, ROLES_OF, Kind, Role
from portal.organizations import operations, refusals
from portal.organizations.models import Invitation, Membership
from portal.security.actor import acting, system
from tests.fixtures import World
from tests.portal.conftest import membership_of


def test_roles_change_and_memberships_end_with_history(world, administrator, colleague, client_of, frozen):
    client, member = client_of(administrator), membership_of(colleague)
    assert client.get(f"/memberships/{member.pk}/change-roles/").status_code == 200
    assert (
        client.post(f"/memberships/{member.pk}/change-roles/", {"roles": ["signatory", "evaluator"]}).status_code == 302
    )
    assert client.post(f"/memberships/{member.pk}/change-roles/", {}).status_code == 422
    theirs = client_of(colleague)
    assert theirs.get("/demands/").status_code == 200
    assert client.post(f"/memberships/{member.pk}/end/").status_code == 302
    assert client.post(f"/memberships/{member.pk}/end/").status_code == 409
    assert theirs.get("/memberships/").status_code == 403  # out at the next request: a member of nothing
    assert "아직 소속된 기관이 없습니다" in theirs.get("/account/").content.decode()
    page = client.get(f"/memberships/{member.pk}/").content.decode()
    assert "소속 종료" in page and "서명권자" in page
    with system("check"):
        rows = Membership.pgh_event_model.objects.filter(id=member.pk).order_by("pgh_id")  # type: ignore[attr-defined]
        assert [sorted(r.roles) for r in rows][:2] == [["evaluator"], ["evaluator", "signatory"]]
        assert rows[1].pgh_context["user"] == str(administrator.user_id)
        assert rows[1].pgh_context["transition"] == "membership.change_roles"


def test_nobody_gives_himself_roles(administrator, client_of, frozen):
    mine = membership_of(administrator)
    with acting(administrator):
        with pytest.raises(refusals.OwnRoles):
            operations.change_roles(membership=mine, actor=administrator, roles=["administrator", "signatory"])
        with pytest.raises(IntegrityError, match="himself"), transaction.atomic():
            Membership.objects.visible_to(administrator).filter(pk=mine.pk).update(roles=["administrator", "signatory"])
    response = client_of(administrator).post(
        f"/memberships/{mine.pk}/change-roles/", {"roles": ["administrator", "signatory"]}
    )
    assert response.status_code == 403
    with system("check"):
        assert sorted(Membership.objects.get(pk=mine.pk).roles) == ["administrator", "manager"]


def test_roles_that_exclude_each_other(world, ministry):
    chief = world(ministry, Role.ADMINISTRATOR)
    clerk = membership_of(world(ministry, Role.AUDITOR))
    for pair in INCOMPATIBLE_ROLES:
        with acting(chief):
            with pytest.raises(Invalid) as refused:
                operations.change_roles(membership=clerk, actor=chief, roles=[str(r) for r in pair])
            assert "함께 맡을 수 없는" in str(refused.value.fields["roles"])
            with pytest.raises(IntegrityError, match="membership_not"), transaction.atomic():
                Membership.objects.visible_to(chief).filter(pk=clerk.pk).update(roles=sorted(pair))


@pytest.mark.parametrize("kind", list(Kind))
def test_the_database_knows_which_roles_a_kind_has(world, kind):
    organization = world.organization(kind)
    someone = world.member(organization)
    with system("test"):
        for role in Role:
            fits = role in ROLES_OF[kind] or role == Role.ADMINISTRATOR
            wanted = sorted({str(role), "administrator"})
            if fits:
                Membership.objects.filter(pk=someone.pk).update(roles=wanted)
                continue
            with pytest.raises(IntegrityError, match="are not of a"), transaction.atomic():
                Membership.objects.filter(pk=someone.pk).update(roles=wanted)
        with pytest.raises(IntegrityError, match="are not of a"), transaction.atomic():
            Invitation(
                organization=organization,
                email="a@b.example",
                roles=["nonsense"],
                token_hash="x",
                invited_at=world.now,
                expires_at=world.now,
            ).save(force_insert=True)


def test_the_last_administrator_stays(world, administrator, colleague, client_of, frozen):
    mine = membership_of(administrator)
    with acting(administrator), pytest.raises(refusals.LastAdministrator):
        operations.end_membership(membership=mine, actor=administrator)
    response = client_of(administrator).post(f"/memberships/{mine.pk}/end/")
    assert response.status_code == 409
    assert "관리자가 한 명은 있어야 합니다" in response.content.decode()
    alone = world(world.organization(Kind.STARTUP), Role.REPRESENTATIVE)  # nobody else would be left
    with acting(alone), pytest.raises(refusals.LastAdministrator):
        operations.end_membership(membership=membership_of(alone), actor=alone)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_remove_each_other_at_the_same_time():
    world = World()
    firm = world.organization(Kind.STARTUP, "둘이서")
    first, second = world(firm, Role.REPRESENTATIVE), world(firm, Role.ADMINISTRATOR)
    with system("test"):
        both = {a.membership_id: Membership.objects.get(pk=a.membership_id) for a in (first, second)}
    gate, said = threading.Barrier(2), []

    def remove(actor: Any, other: Any) -> None:
        try:
            with acting(actor):
                gate.wait(timeout=10)
                operations.end_membership(membership=both[other.membership_id], actor=actor)
            said.append("done")
        except refusals.LastAdministrator:
            said.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=remove, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(said) == ["done", "refused"]
    with system("check"):
        assert Membership.objects.filter(organization=firm, ended_at=None).count() == 1


def test_members_of_others_are_out_of_sight(world, administrator, colleague, client_of, frozen):
    rival = world(world.organization(Kind.CORPORATION, "경쟁사"), Role.MANAGER)
    client, member = client_of(rival), membership_of(colleague)
    assert client.get(f"/memberships/{member.pk}/").status_code == 404
    assert client.get(f"/memberships/{member.pk}/change-roles/").status_code == 404
    assert client.post(f"/memberships/{member.pk}/end/").status_code == 404
    assert client.get(f"/memberships/{new_id()}/").status_code == 404
    own = client_of(colleague)
    assert own.get("/memberships/").content.decode().count("/memberships/0") == 1  # only themselves
    assert own.get("/memberships/invite/").status_code == 403
    assert own.post(f"/memberships/{member.pk}/end/").status_code == 403
    with acting(rival), connection.cursor() as cursor:  # row security alone
        cursor.execute(
            "SELECT count(*) FROM organizations_membership WHERE organization_id = %s", [member.organization_id]
        )
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM organizations_invitation")
        assert cursor.fetchone() == (0,)
        cursor.execute("UPDATE organizations_membership SET roles = '{administrator}' WHERE id = %s", [str(member.pk)])
        assert cursor.rowcount == 0
    with acting(rival), pytest.raises(NotAllowed):
        operations.end_membership(membership=member, actor=rival)


def test_left_yesterday_and_disabled_are_out_at_the_next_request(world, administrator, colleague, client_of, frozen):
    client = client_of(colleague)
    assert client.get("/account/").status_code == 200
    with system("test"):
        Membership.objects.filter(pk=colleague.membership_id).update(ended_at=world.now - timedelta(days=1))
    assert client.get("/account/").status_code == 200  # signed in, but for nobody
    assert client.get("/memberships/").status_code == 403
    disabled = client_of(administrator)
    assert disabled.get("/memberships/").status_code == 200
    User.objects.filter(pk=administrator.user_id).update(is_active=False)
    assert disabled.get("/memberships/").status_code == 302


def test_the_switch_takes_own_active_memberships_only(world, administrator, colleague, client_of, frozen):
    second = world.organization(Kind.CENTER, "경기센터")
    world.member(second)
    with system("test"):
        user = User.objects.get(pk=administrator.user_id)
    other = world.member(second, Role.COORDINATOR, email=user.email)
    client = client_of(administrator)
    response = client.post("/organizations/switch/", {"membership": str(other.pk), "next": "https://evil.example/"})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["membership"] == str(other.pk)
    assert client.get("/organizations/").status_code == 200
    for foreign in (colleague.membership_id, new_id(), "nonsense", ""):
        assert client.post("/organizations/switch/", {"membership": str(foreign)}).status_code == 404
    with system("test"):
        Membership.objects.filter(pk=other.pk).update(ended_at=world.now - timedelta(days=1))
    assert client.post("/organizations/switch/", {"membership": str(other.pk)}).status_code == 404
    response = client.post(
        "/organizations/switch/", {"membership": str(administrator.membership_id), "next": "/demands/"}
    )
    assert response["Location"] == "/demands/"
    assert Client().post("/organizations/switch/", {"membership": str(other.pk)}).status_code == 302
