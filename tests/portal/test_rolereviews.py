"""Granted roles are reviewed: who granted what and when, what is asleep, and that nobody reviews himself."""

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import IntegrityError, connection, transaction

from portal.accounts.models import User
from portal.kernel.errors import NotAllowed, SamePerson, WrongState
from portal.kernel.roles import Kind, Role
from portal.organizations import operations as organizations
from portal.organizations.models import Membership, MembershipUse
from portal.organizations.refusals import LastAdministrator
from portal.rolereviews import operations
from portal.rolereviews.models import RoleReview
from portal.security.actor import acting, system
from portal.web.registry import nav_for, todos_for
from tests.fixtures import NOW

LATE = NOW + timedelta(days=200)


@pytest.fixture
def firm(world):
    return world.organization(Kind.CORPORATION, "현대자동차")


@pytest.fixture
def chief(world, firm):
    return world(firm, Role.MANAGER)


@pytest.fixture
def evaluator(world, firm, chief):
    return world.member(firm, Role.EVALUATOR, name="박위원")


@pytest.fixture
def operator(world):
    house = world.organization(Kind.MINISTRY)
    world.member(house)
    return world(house, Role.OPERATOR)


def page(client, query=""):
    return client.get(f"/role-reviews/{query}").content.decode()


def test_the_page_tells_who_granted_and_who_sleeps(world, firm, chief, evaluator, client_of, frozen):
    with acting(chief):
        organizations.change_roles(membership=evaluator, actor=chief, roles=[Role.EVALUATOR, Role.SIGNATORY])
    TOTP.activate(User.objects.get(pk=evaluator.user_id), generate_totp_secret())
    client = client_of(chief)
    url = f"/role-reviews/{evaluator.pk}/"
    shown = client.get(url).content.decode()
    for words in (chief.name, "평가위원, 서명권자", "사용한 적 없음", "2025-03-12"):
        assert words in shown, words
    assert "박위원" in page(client, "?second_factor=yes") and "박위원" not in page(client, "?second_factor=no")
    assert "박위원" not in page(client, "?dormant=yes")
    frozen(NOW + timedelta(days=61))  # the membership began thirty days before
    assert "박위원" in page(client, "?dormant=yes")
    with system("somebody signs in"):
        organizations.note_use(evaluator, NOW + timedelta(days=60))
    assert "박위원" not in page(client, "?dormant=yes") and "박위원" in page(client, "?dormant=no")
    assert client.get("/role-reviews/?export=xlsx").status_code == 200
    assert "박위원" not in page(client, "?mandate=yes")


def test_others_roles_are_not_theirs_to_see(world, evaluator, operator, client_of, frozen):
    rival = world(world.organization(Kind.CORPORATION, "경쟁사"), Role.MANAGER)
    plain = world(world.organization(Kind.CORPORATION, "다른 경쟁사"))
    manager = world(Membership_of(plain), Role.MANAGER)
    for stranger in (rival, manager):
        assert "박위원" not in page(client_of(stranger))
        assert client_of(stranger).get(f"/role-reviews/{evaluator.pk}/").status_code == 404
        assert client_of(stranger).post(f"/role-reviews/{evaluator.pk}/keep/").status_code == 404
    assert "박위원" in page(client_of(operator), "?search=박위원")
    assert client_of(operator).post(f"/role-reviews/{evaluator.pk}/keep/").status_code == 403
    assert plain.name not in page(client_of(manager))  # no administrator: the page is empty


def Membership_of(actor):
    with system("test"):
        return Membership.objects.select_related("organization").get(pk=actor.membership_id).organization


def test_a_review_is_recorded_and_due_again_after_half_a_year(chief, evaluator, client_of, frozen):
    client = client_of(chief)
    assert "아직 점검하지 않았습니다" in page(client)
    late = chief.at(LATE)
    with acting(late):
        assert [todo.title for todo in todos_for(late) if "점검" in todo.title] == ["역할 점검: 1명"]
    frozen(LATE)
    assert "박위원" in page(client, "?due=yes")
    assert client.post(f"/role-reviews/{evaluator.pk}/keep/").status_code == 302
    with acting(late):
        assert not [todo for todo in todos_for(late) if "점검" in todo.title]
        made = RoleReview.objects.visible_to(late).get()
    assert (made.decision, made.reviewed_by_id, made.reviewed_at) == ("keeps", chief.user_id, LATE)
    assert made.roles == ["evaluator"] and "박위원" not in page(client, "?due=yes")
    assert "점검: 유지" in client.get(f"/role-reviews/{evaluator.pk}/").content.decode()
    frozen(LATE + timedelta(days=183))
    assert "박위원" in page(client, "?due=yes")


def test_what_ends_is_over_and_the_last_administrator_stays(world, firm, chief, evaluator, client_of, frozen):
    assert client_of(chief).post(f"/role-reviews/{evaluator.pk}/end/").status_code == 302
    with system("check"):
        assert Membership.objects.get(pk=evaluator.pk).ended_at == NOW
        assert RoleReview.objects.get().decision == "ends"
    with acting(chief), pytest.raises(WrongState):
        operations.keep(membership=evaluator, actor=chief)
    second = world.member(firm, Role.ADMINISTRATOR)
    other = world.actor(second)
    with acting(other), system("past the last administrator's own protection"):
        Membership.objects.filter(pk=second.pk).update(roles=["administrator"])
    with acting(chief):
        operations.end(membership=second, actor=chief)
    with acting(other.at(NOW)), pytest.raises((LastAdministrator, NotAllowed)):
        organizations.end_membership(membership=_own(chief), actor=chief)
    with system("check"):
        assert RoleReview.objects.count() == 2


def _own(actor):
    with system("test"):
        return Membership.objects.get(pk=actor.membership_id)


def test_nobody_reviews_himself(chief, evaluator, frozen):
    with acting(chief), pytest.raises(SamePerson):
        operations.keep(membership=_own(chief), actor=chief)
    values = {"organization_id": chief.organization_id, "roles": ["manager"], "reviewed_at": NOW, "decision": "keeps"}
    with system("past the operation"):
        for change in (
            {"user_id": chief.user_id, "membership_id": chief.membership_id, "reviewed_by_id": chief.user_id},
            {"user_id": chief.user_id, "membership_id": evaluator.pk, "reviewed_by_id": chief.user_id},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                RoleReview(**values, **change).save(force_insert=True)
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_only_who_answers_join_requests_sees_their_link(world, operator):
    house = world.organization(Kind.MINISTRY, "다른 부처")
    administrator = world(house)
    startup = world(world.organization(Kind.STARTUP, "테솔로"))
    links = {actor: [i.url_name for i in nav_for(actor)] for actor in (administrator, operator, startup)}
    assert "join-requests:list" not in links[administrator]
    assert "join-requests:list" in links[operator] and "join-requests:list" in links[startup]


def test_changing_the_organisation_is_a_use(world, chief, client_of, frozen):
    second = world.member(world.organization(Kind.CENTER, "경기센터"), Role.COORDINATOR)
    with system("test"):
        Membership.objects.filter(pk=second.pk).update(user_id=chief.user_id)
    client_of(chief).post("/organizations/switch/", {"membership": str(second.pk)})
    with system("check"):
        assert MembershipUse.objects.get(membership=second).used_at == NOW
