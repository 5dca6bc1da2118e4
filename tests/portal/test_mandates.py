"""Delegates: what they may do, until when, and what stands in the records."""

from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from matching.startups.models import Profile
from portal.accounts.models import User
from portal.api import operations as tokens
from portal.kernel.clock import now
from portal.kernel.errors import Invalid, NotAllowed, WrongState
from portal.kernel.roles import Kind, Role
from portal.notifications.models import MailContent
from portal.organizations import mandates, operations, refusals
from portal.organizations.actors import active_memberships, actor_for, actor_of_membership
from portal.organizations.models import Membership, Organization
from portal.security.actor import Actor, acting, system

LAWYER = "lawyer@law.example"


@pytest.fixture
def firm(world):
    return world.organization(Kind.STARTUP, "테솔로")


@pytest.fixture
def head(world, firm):
    return world(firm, Role.REPRESENTATIVE)


@pytest.fixture
def lawyer(world):
    user = User.objects.create_user(LAWYER, name="김변호")
    EmailAddress.objects.create(user=user, email=LAWYER, verified=True, primary=True)
    return Actor.of_user(user.pk, world.now, "김변호")


def give(giver, roles=("member",), begins=None, days=30, **given):
    today = giver.now.date()
    with acting(giver):
        return mandates.give(
            actor=giver,
            email=LAWYER,
            roles=roles,
            begins_on=begins or today,
            ends_on=today + timedelta(days=days),
            **given,
        )


def token() -> str:
    with system("test"):
        return MailContent.objects.filter(mail__to=LAWYER).latest("mail_id").body.split("invitations/")[1].split("/")[0]


def accept(lawyer) -> Membership:
    with acting(lawyer):
        made = operations.accept_invitation(token=token(), actor=lawyer)
    with system("test"):
        return Membership.objects.select_related("user", "organization").get(pk=made.pk)


def acts(lawyer, at) -> Actor | None:
    found = active_memberships(lawyer.user_id, at)
    return actor_for(User.objects.get(pk=lawyer.user_id), found[0], at) if found else None


def test_it_begins_and_ends_by_itself(world, head, lawyer):
    give(head, begins=head.now.date() + timedelta(days=2), days=10)
    made = accept(lawyer)
    assert made.roles == ["member"] and made.mandated_by_id == head.user_id
    assert acts(lawyer, head.now) is None
    actor = acts(lawyer, made.started_at)
    assert actor.roles == {Role.MEMBER} and actor.organization_id == head.organization_id
    assert acts(lawyer, made.ended_at - timedelta(seconds=1)) is not None
    assert acts(lawyer, made.ended_at) is None
    late = actor_of_membership(made.pk, lawyer.user_id, made.ended_at)
    assert not late.is_member, "a task doesn't act under a mandate that is over"
    assert made.ended_at.isoformat() == "2025-03-22T15:00:00+00:00", "midnight in Seoul after the last day"


def test_never_more_than_the_giver_has(world, firm, head, lawyer):
    plain = world(firm, Role.MEMBER)
    with pytest.raises(NotAllowed):
        give(plain)
    with pytest.raises(Invalid) as refused:
        give(head, roles=["administrator", "member"])
    assert "roles" in refused.value.fields
    only_administrator = world(firm, Role.ADMINISTRATOR)
    with pytest.raises(Invalid):
        give(only_administrator, roles=["member"])
    ministry = world.organization(Kind.MINISTRY)
    with pytest.raises(NotAllowed):
        give(world(ministry, Role.OFFICER), roles=["officer"])


def test_signing_and_money_only_where_named(head, lawyer):
    with pytest.raises(Invalid) as refused:
        give(head, roles=["representative"])
    assert "signing" in refused.value.fields
    give(head, roles=["representative"], signing=True)
    assert accept(lawyer).roles == ["representative"]


@pytest.mark.parametrize(("begins", "days"), [(None, -1), (date(2025, 5, 1), 10), (None, 400)])
def test_days_that_do_not_fit(head, begins, days):
    with pytest.raises(Invalid) as refused:
        give(head, begins=begins, days=days)
    assert "ends_on" in refused.value.fields


def test_a_giver_who_no_longer_holds_it_gives_nothing(world, firm, head, lawyer):
    other = world(firm, Role.REPRESENTATIVE)
    give(other, roles=["representative"], signing=True)
    with system("test"):
        Membership.objects.filter(pk=other.membership_id).update(roles=["member"])
    with pytest.raises(refusals.InvitationRevoked):
        accept(lawyer)


def test_not_another_persons_link(world, head, lawyer):
    give(head)
    user = User.objects.create_user("thief@law.example", name="도둑")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    with pytest.raises(refusals.ForeignInvitation):
        accept(Actor.of_user(user.pk, head.now))


def test_the_database_holds_it(head, lawyer):
    give(head)
    made = accept(lawyer)
    for change in ({"ended_at": None}, {"roles": ["administrator", "member"]}):
        with system("test"), pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.filter(pk=made.pk).update(**change)


def test_page_and_api_stop_with_it(world, head, lawyer, client_of):
    at = head.at(now())
    give(at)
    made = accept(lawyer.at(at.now))
    delegate = acts(lawyer, at.now)
    with acting(delegate):
        _, secret = tokens.issue(actor=delegate, name="t", scopes=("read", "write"), days=90)
    browser, api = client_of(delegate), Client(headers={"Authorization": f"Bearer {secret}"})
    page = browser.get(reverse("memberships:list"))
    assert page.status_code == 200 and "위임" in page.content.decode()
    assert browser.get(reverse("memberships:invite")).status_code == 403
    assert browser.get(reverse("disbursements:new")).status_code == 403, "a member's mandate asks for no money"
    assert api.get("/api/v1/applications/").status_code == 200
    with system("test"):
        Membership.objects.filter(pk=made.pk).update(started_at=at.now - timedelta(days=2), ended_at=now())
    assert browser.get(reverse("memberships:list")).status_code == 403
    assert api.get("/api/v1/applications/").status_code in (401, 403)


def test_given_back_and_revoked(world, head, lawyer, client_of):
    give(head)
    made = accept(lawyer)
    delegate = acts(lawyer, head.now)
    with acting(head), pytest.raises(WrongState):
        operations.change_roles(membership=made, actor=head, roles=["representative"])
    own = Membership(pk=head.membership_id, organization_id=head.organization_id, user_id=head.user_id)
    with acting(head), pytest.raises(WrongState):
        mandates.give_back(membership=own, actor=head)
    with acting(head), pytest.raises(NotAllowed):
        mandates.give_back(membership=made, actor=head)
    with acting(delegate):
        mandates.give_back(membership=made, actor=delegate)
    assert acts(lawyer, head.now) is None
    later = head.at(head.now + timedelta(minutes=1))
    give(later)
    again = accept(lawyer.at(later.now))
    with acting(later):
        operations.end_membership(membership=again, actor=later)
    assert acts(lawyer, later.now + timedelta(seconds=1)) is None


def test_what_is_done_stands_under_the_mandate(world, firm, head, lawyer):
    with system("test"):
        Profile(startup=firm, representative="대표", summary="요약").save(force_insert=True)
    give(head)
    accept(lawyer)
    delegate = acts(lawyer, head.now)
    assert delegate.name == "김변호 (위임)"
    with acting(delegate), transaction.atomic():
        Profile.objects.visible_to(delegate).filter(startup=firm).update(summary="고침")
    with system("test"):
        words = Profile.pgh_event_model.objects.filter(pgh_label="update").get().pgh_context
        assert Organization.objects.filter(pk=words["organization"]).get() == firm
    assert (words["name"], words["organization_name"]) == ("김변호 (위임)", "테솔로")


def test_the_form(head, lawyer, client_of):
    url = reverse("memberships:mandate")
    browser = client_of(head)
    assert url in browser.get(reverse("memberships:list")).content.decode()
    day = now().date()
    sent = {
        "email": LAWYER,
        "roles": ["member"],
        "begins_on": day,
        "ends_on": day + timedelta(days=9),
        "language": "en",
    }
    assert browser.post(url, sent).status_code == 302
    page = Client().get(reverse("organizations:invitation", args=[token()])).content.decode()
    assert "위임 종료" in page
