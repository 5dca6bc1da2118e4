"""Signing in, failing to and signing out are access records; who failed is read by the audit alone."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.test import Client

from portal.accounts.models import User
from portal.audit.models import AccessRecord
from portal.kernel.errors import NotAllowed
from portal.kernel.roles import Kind, Role
from portal.organizations import operations
from portal.organizations.models import Membership, MembershipUse
from portal.security.actor import acting, system
from tests.fixtures import PASSWORD


@pytest.fixture
def firm(world):
    return world.organization(Kind.STARTUP, "테솔로")


@pytest.fixture
def chief(world, firm):
    return world(firm, Role.MEMBER)


@pytest.fixture
def member(world, firm, chief):
    found = world.member(firm, Role.MEMBER, email="member@tesollo.example", name="김새롬")
    found.user.set_password(PASSWORD)
    found.user.save()
    EmailAddress.objects.create(user=found.user, email=found.user.email, verified=True, primary=True)
    return found


def sign_in(client, email, password=PASSWORD):
    return client.post("/accounts/login/", {"login": email, "password": password})


def written(*acts):
    with system("check"):
        return list(AccessRecord.objects.filter(act__in=acts).order_by("at", "id"))


def test_in_and_out_are_on_the_record(member, firm):
    client = Client()
    assert sign_in(client, member.user.email).status_code == 302
    client.post("/accounts/logout/")
    signed_in, signed_out = written("sign_in", "sign_out")
    assert (signed_in.act, signed_out.act) == ("sign_in", "sign_out")
    for record in (signed_in, signed_out):
        assert (record.user_id, record.user_name, record.owner_id) == (member.user_id, "김새롬", firm.pk)
        assert record.address and record.request_id and record.subject == "accounts.user"
    assert signed_in.detail == {"methods": "password"}
    with system("check"):
        assert MembershipUse.objects.get().membership_id == member.pk


def test_a_failure_is_for_the_audit_alone(world, member, chief):
    for email in (member.user.email, "nobody@nowhere.example"):
        sign_in(Client(), email, "wrong-password-1")
    known, unknown = written("sign_fail")
    assert (known.user_id, unknown.user_id) == (member.user_id, None)
    assert "nowhere" not in str(vars(unknown)) and "wrong" not in str(vars(known) | vars(unknown))
    house = world.organization(Kind.MINISTRY)
    readers = {role: world(house, role) for role in (Role.AUDITOR, Role.OFFICER, Role.OPERATOR)}
    for actor in (chief, *readers.values()):
        with acting(actor):
            seen = AccessRecord.objects.visible_to(actor).filter(act="sign_fail").count()
        assert seen == (2 if actor is readers[Role.AUDITOR] else 0)


def test_a_wrong_code_is_a_failure(member):
    TOTP.activate(member.user, generate_totp_secret())
    client = Client()
    sign_in(client, member.user.email)
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    (record,) = written("sign_fail", "sign_in")
    assert (record.act, record.user_id, record.detail) == ("sign_fail", member.user_id, {"method": "totp"})


def test_an_administrator_ends_a_members_sessions(world, member, chief, client_of, frozen):
    client = Client()
    sign_in(client, member.user.email)
    assert client.get("/account/").status_code == 200
    assert UserSession.objects.filter(user=member.user).exists()
    address = f"/memberships/{member.pk}/end-sessions/"
    rival = world(world.organization(Kind.STARTUP, "경쟁사"))
    assert client_of(rival).post(address).status_code == 404
    assert client_of(world.actor(member)).post(address).status_code == 403
    assert client_of(chief).post(address).status_code == 302
    assert client.get("/account/").status_code == 302
    record = written("sign_out")[-1]
    assert (record.user_id, record.subject_id, record.detail["name"]) == (chief.user_id, member.pk, "김새롬")
    with system("check"):
        assert Membership.objects.get(pk=member.pk).ended_at is None and User.objects.get(pk=member.user_id).is_active
    with acting(rival), pytest.raises(NotAllowed):
        operations.end_sessions(membership=member, actor=rival)
