"""Invitations: once, for a week, to one address; and nobody comes in with another."""

from datetime import timedelta

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.kernel.errors import Invalid, NotAllowed, WrongState
from portal.kernel.roles import Kind, Role
from portal.notifications.models import Mail, MailContent
from portal.organizations import operations, refusals
from portal.organizations.models import Invitation, Membership
from portal.outbox.models import Message
from portal.security.actor import acting, system
from tests.portal.conftest import membership_of


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
