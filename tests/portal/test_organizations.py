"""Organisations and members: who enters, invites, gives roles and leaves, and what the walls hold."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import User
from portal.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from portal.kernel.ids import new_id
from portal.kernel.roles import INCOMPATIBLE_ROLES, ROLES_OF, Kind, Role
from portal.notifications.models import Mail, MailContent
from portal.organizations import operations, refusals
from portal.organizations.models import Invitation, Membership, Organization
from portal.outbox.models import Message
from portal.security.actor import acting, system
from tests.fixtures import World

FIRM = {"kind": "startup", "name": "테솔로", "name_en": "Tesollo", "business_no": "000-88-00013", "region": ""}


@pytest.fixture
def ministry(world: World) -> Organization:
    found = world.organization(Kind.MINISTRY, "중소벤처기업부")
    world.member(found)  # its administrator
    return found


@pytest.fixture
def officer(world, ministry):
    return world(ministry, Role.OFFICER)


@pytest.fixture
def operator(world, ministry):
    return world(ministry, Role.OPERATOR)


@pytest.fixture
def firm(world):
    return world.organization(Kind.CORPORATION, "현대자동차")


@pytest.fixture
def administrator(world, firm):
    return world(firm, Role.MANAGER)


@pytest.fixture
def colleague(world, firm, administrator):
    return world(firm, Role.EVALUATOR)


def membership_of(actor) -> Membership:
    with system("test"):
        return Membership.objects.select_related("user", "organization").get(pk=actor.membership_id)


# --- organisations -------------------------------------------------------------------------------------------


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


# --- invitations ---------------------------------------------------------------------------------------------


def token_in_mail(to: str) -> str:
    with system("check"):
        words = MailContent.objects.filter(mail__to=to).order_by("-mail__created_at", "-id")[0]
    return words.body.split("/organizations/invitations/")[1].split("/")[0]


@pytest.fixture
def invited(administrator):
    """An invitation to new@hyundai.example and its token."""
    with acting(administrator):
        made = operations.invite(actor=administrator, email="New@hyundai.example", roles=["evaluator"])
    return made, token_in_mail("new@hyundai.example")


def person(email: str, *, verified: bool = True) -> User:
    from allauth.account.models import EmailAddress

    user = User.objects.create_user(email, name="김새롬")
    EmailAddress.objects.create(user=user, email=email, verified=verified, primary=True)
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_token_is_kept_as_a_hash_only(invited):
    invitation, token = invited
    with system("check"):
        stored = Invitation.objects.filter(pk=invitation.pk).values().get()
        jobs = list(Message.objects.values_list("arguments", flat=True))
    assert stored["token_hash"] == operations.digest(token)
    assert token not in str(stored)
    assert token not in str(jobs)
    assert not hasattr(Invitation.pgh_event_model, "token_hash")  # type: ignore[attr-defined]


def test_a_newcomer_signs_up_from_the_link_and_accepts(world, administrator, invited, client_of, frozen):
    invitation, token = invited
    url, browser = f"/organizations/invitations/{token}/", Client()
    text = browser.get(url).content.decode()
    assert "현대자동차" in text and "평가위원" in text
    signup = text.split('href="/accounts/signup/')[1].split('"')[0].replace("&amp;", "&")
    form_page = browser.get(f"/accounts/signup/{signup}").content.decode()
    assert 'value="new@hyundai.example"' in form_page and "이름" in form_page
    secret = "Korea-2025-deep"
    sent = browser.post(
        f"/accounts/signup/{signup}",
        {"name": "김새롬", "email": "new@hyundai.example", "password1": secret, "password2": secret, "next": url},
    )
    assert sent.status_code == 302, sent.content.decode()
    assert sent["Location"] == url
    user = User.objects.get(email="new@hyundai.example")
    assert user.name == "김새롬"
    assert browser.post(url).status_code == 302
    with system("check"):
        joined = Membership.objects.get(user=user)
        invitation.refresh_from_db()
    assert (joined.roles, joined.organization_id) == (["evaluator"], administrator.organization_id)
    assert invitation.accepted_at == world.now and invitation.accepted_by_id == user.pk
    assert "현대자동차" in browser.get("/").content.decode()
    again = browser.post(url)
    assert again.status_code == 410 and "이미 사용된 초대입니다" in again.content.decode()
    with system("check"):
        assert Membership.objects.filter(user=user).count() == 1


def test_expired_revoked_foreign_and_made_up_links_change_nothing(world, administrator, invited, frozen):
    invitation, token = invited
    url = f"/organizations/invitations/{token}/"
    browser, other = signed_in(person("new@hyundai.example")), signed_in(person("else@hyundai.example"))
    unverified = signed_in(person("n2@hyundai.example", verified=False))

    def answers(client: Client, status: int, words: str) -> None:
        for response in (client.get(url), client.post(url)):
            assert response.status_code == status
            assert words in response.content.decode()

    assert browser.get("/organizations/invitations/made-up/").status_code == 404
    answers(other, 403, "다른 이메일 주소로 보낸 초대입니다")
    answers(unverified, 403, "다른 이메일 주소로 보낸 초대입니다")
    assert Client().post(url).status_code == 403
    frozen(world.now + timedelta(days=7))
    answers(browser, 410, "초대 기한이 지났습니다")
    frozen(world.now)
    with acting(administrator):
        operations.revoke_invitation(invitation=invitation, actor=administrator)
        with pytest.raises(WrongState):
            operations.revoke_invitation(invitation=invitation, actor=administrator)
    answers(browser, 410, "취소된 초대입니다")
    with system("check"):
        assert not Membership.objects.filter(user__email__contains="new@").exists()


def test_an_address_that_only_claims_to_be_the_invited_one_does_not_open(invited, frozen):
    """The account's own e-mail without verification is not enough."""
    _, token = invited
    user = person("new@hyundai.example", verified=False)
    assert signed_in(user).post(f"/organizations/invitations/{token}/").status_code == 403


def test_inviting_twice_and_inviting_members(world, administrator, colleague, invited):
    with acting(administrator):
        with pytest.raises(refusals.AlreadyInvited):
            operations.invite(actor=administrator, email="new@hyundai.example", roles=["evaluator"])
        with pytest.raises(refusals.AlreadyMember):
            operations.invite(
                actor=administrator, email=membership_of(colleague).user.email.upper(), roles=["evaluator"]
            )
        with pytest.raises(Invalid):
            operations.invite(actor=administrator, email="x@hyundai.example", roles=["officer"])
        with pytest.raises(Invalid):
            operations.invite(actor=administrator, email="x@hyundai.example", roles=[])
    later = administrator.at(world.now + timedelta(days=8))  # the first one has run out
    with acting(later):
        operations.invite(actor=later, email="new@hyundai.example", roles=["evaluator"])
    with acting(colleague), pytest.raises(NotAllowed):
        operations.invite(actor=colleague, email="y@hyundai.example", roles=["evaluator"])


def test_the_invitation_s_mail_is_sent_and_its_words_erased(administrator, mailoutbox):
    from portal.notifications.tasks import send

    with acting(administrator):
        operations.invite(actor=administrator, email="mail@hyundai.example", roles=["manager"], language="en")
    with system("check"):
        mail = Mail.objects.get(to="mail@hyundai.example")
        assert mail.language == "en"
    for _ in range(2):
        send(actor=administrator, mail_id=str(mail.pk))
    assert len(mailoutbox) == 1
    assert mailoutbox[0].body.count("http") == 1
    with system("check"):
        assert MailContent.objects.get(mail=mail).body == ""


def test_invite_and_revoke_through_the_pages(world, administrator, colleague, client_of, frozen):
    client = client_of(administrator)
    form = {"email": "page@hyundai.example", "roles": ["manager", "signatory"], "language": "ko"}
    assert client.get("/memberships/invite/").status_code == 200
    assert client.post("/memberships/invite/", form).status_code == 302
    assert client.post("/memberships/invite/", form).status_code == 409
    assert client.post("/memberships/invite/", form | {"roles": ["officer"]}).status_code == 422
    listed = client.get("/memberships/").content.decode()
    assert "page@hyundai.example" in listed
    with system("check"):
        made = Invitation.objects.get(email="page@hyundai.example")
    rival = client_of(world(world.organization(Kind.CORPORATION, "경쟁사"), Role.MANAGER))
    assert rival.post(f"/memberships/invitations/{made.pk}/revoke/").status_code == 404
    assert client_of(colleague).post(f"/memberships/invitations/{made.pk}/revoke/").status_code == 404
    assert client.post(f"/memberships/invitations/{made.pk}/revoke/").status_code == 302
    assert client.post(f"/memberships/invitations/{made.pk}/revoke/").status_code == 409
    assert "page@hyundai.example" not in client.get("/memberships/").content.decode()


# --- memberships ---------------------------------------------------------------------------------------------


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


def test_a_startup_s_name_is_behind_row_security(world):
    world.organization(Kind.STARTUP, "비밀 스타트업")
    stranger = world(world.organization(Kind.STARTUP), Role.REPRESENTATIVE)
    with acting(stranger), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM organizations_organization WHERE kind = 'startup'")
        assert cursor.fetchone() == (1,)  # their own


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
