"""Asking to join a startup: who learns what, who answers, and what an unverified startup may not do."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from portal.accounts.models import User
from portal.joining import operations, tasks
from portal.joining.models import JoinRequest
from portal.joining.workflow import State
from portal.kernel.errors import Invalid, NotAllowed, Refusal, WrongState
from portal.kernel.roles import Kind, Role
from portal.notifications.models import MailContent
from portal.organizations.models import Membership, Organization
from portal.outbox.models import Message
from portal.security.actor import Actor, acting, system

NUMBER, NEW, THIRD = "000-88-00013", "124-81-00998", "000-88-00026"


def person(world, email="kim@gmail.example", name="김신입") -> Actor:
    user = User.objects.create_user(email, name=name)
    return Actor.of_user(user.pk, world.now, name)


@pytest.fixture
def firm(world):
    return world.organization(Kind.STARTUP, "테솔로", business_no=NUMBER)


@pytest.fixture
def head(world, firm):
    return world(firm, Role.REPRESENTATIVE)  # the first: also administrator


@pytest.fixture
def operator(world):
    house = world.organization(Kind.MINISTRY)
    world.member(house)
    return world(house, Role.OPERATOR)


def asked(actor, number=NUMBER, **given) -> JoinRequest:
    with acting(actor):
        return operations.ask(actor=actor, business_no=number, company="아무 이름", **given)


def roles_of(actor) -> dict[str, list[str]]:
    with system("test"):
        found = Membership.objects.filter(user_id=actor.user_id, ended_at=None).select_related("organization")
        return {m.organization.name: m.roles for m in found}


def test_an_administrator_takes_somebody_in(world, head):
    new = person(world)
    request = asked(new, message="개발팀")
    with system("test"):
        assert Message.objects.filter(job="notifications.deliver", arguments__name="join_request.asked").count() == 1
    with acting(head):
        operations.confirm(request=JoinRequest.objects.visible_to(head).get(), actor=head)
    assert roles_of(new) == {"테솔로": ["member"]}
    assert request.business_no == NUMBER


def test_the_asker_learns_nothing_of_the_startup(world, head, client_of):
    new = person(world)
    client = client_of(new)
    sent = {"business_no": NUMBER, "company": "아무 이름"}
    shown = client.post(reverse("join-requests:ask"), sent, follow=True).content.decode()
    assert NUMBER in shown and "테솔로" not in shown and head.name not in shown
    request = asked(new)  # the same: it is there already
    with acting(new):
        assert [r.pk for r in JoinRequest.objects.visible_to(new)] == [request.pk]
        assert not Organization.objects.visible_to(new).filter(kind=Kind.STARTUP).exists()
        assert not Membership.objects.visible_to(new).exists()


def test_twice_is_once(world, head):
    new = person(world)
    assert asked(new).pk == asked(new).pk
    with system("test"):
        assert JoinRequest.objects.count() == 1


def test_a_new_number_founds_an_unverified_startup(world, head, client_of):
    new = person(world)
    client = client_of(new)
    response = client.post(reverse("join-requests:ask"), {"business_no": NEW, "company": "새기업"})
    assert response.status_code == 302 and response["Location"] == reverse("home")
    assert roles_of(new) == {"새기업": ["administrator", "representative"]}
    with system("test"):
        made = Organization.objects.get(business_no=NEW)
        assert made.verified_at is None and made.kind == Kind.STARTUP
        assert JoinRequest.objects.get().state == State.FOUNDED


def test_who_belongs_somewhere_does_not_ask(world, head):
    with pytest.raises(operations.BelongsSomewhere):
        asked(head, NEW)
    with pytest.raises(operations.BelongsSomewhere):  # nor by acting for nobody
        asked(Actor.of_user(head.user_id, world.now), NEW)
    with pytest.raises(NotAllowed):
        asked(Actor.public(world.now), NEW)
    with system("test"):
        assert not Organization.objects.filter(business_no=NEW).exists()


def test_only_startups_are_joined_this_way(world):
    world.member(world.organization(Kind.CORPORATION, "대기업", business_no=NEW))
    with pytest.raises(Invalid):
        asked(person(world), NEW)


def test_five_a_day(world):
    new = person(world)
    for serial in range(operations.PER_DAY):
        world.member(world.organization(Kind.STARTUP, f"기업 {serial}", business_no=f"111-11-1111{serial}"))
        asked(new, f"111-11-1111{serial}")
    world.member(world.organization(Kind.STARTUP, "여섯째", business_no=NUMBER))
    for number in (NUMBER, NEW):
        with pytest.raises(operations.TooManyRequests):
            asked(new, number)
    assert asked(new, "111-11-11110").state == State.REQUESTED  # asking again for the same isn't more
    assert asked(new.at(world.now + timedelta(days=1, seconds=1)), NUMBER).state == State.REQUESTED


def test_it_runs_out_after_fourteen_days(world, head, operator):
    new = person(world)
    request = asked(new)
    late = world.now + timedelta(days=14)
    with acting(head.at(late)), pytest.raises(Refusal) as refused:
        operations.confirm(request=request, actor=head.at(late))
    assert "기한" in str(refused.value)
    with acting(new):
        tasks.expire_request(actor=new, request_id=str(request.pk))  # too early: nothing happens
        assert JoinRequest.objects.visible_to(new).get().state == State.REQUESTED
    with acting(new.at(late)):
        tasks.expire_request(actor=new.at(late), request_id=str(request.pk))
    with system("test"):
        assert JoinRequest.objects.get().state == State.EXPIRED
        due = Message.objects.get(job="joining.expire").due_at
    assert due == late and roles_of(new) == {}
    assert asked(new.at(late)).pk != request.pk


def test_declined_with_a_reason_told_by_mail(world, head, client_of):
    new = person(world)
    request = asked(new)
    with acting(head), pytest.raises(Invalid):
        operations.decline(request=request, actor=head, reason="")
    with acting(head):
        operations.decline(request=request, actor=head, reason="모르는 분입니다")
    with system("test"):
        body = MailContent.objects.get(mail__to="kim@gmail.example").body
    assert "모르는 분입니다" in body and "테솔로" not in body
    assert "모르는 분입니다" in client_of(new).get(reverse("account")).content.decode()
    with acting(head), pytest.raises(WrongState):
        operations.confirm(request=request, actor=head)
    assert roles_of(new) == {}


def test_who_may_answer(world, firm, head, operator):
    request = asked(person(world))
    plain = world(firm, Role.MEMBER)
    rival = world(world.organization(Kind.STARTUP, "경쟁사"), Role.REPRESENTATIVE)
    for other in (plain, rival):
        with acting(other), pytest.raises(NotAllowed):
            operations.confirm(request=request, actor=other)
        with acting(other):
            assert not JoinRequest.objects.visible_to(other).exists()
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM joining_joinrequest")
                assert cursor.fetchone() == (0,)
    with acting(operator), pytest.raises(Refusal):  # the startup has its own people
        operations.confirm(request=request, actor=operator)


def test_the_operator_answers_where_nobody_is_there(world, firm, operator):
    new = person(world)
    request = asked(new)
    with acting(operator):
        operations.confirm(request=request, actor=operator)
    assert roles_of(new) == {"테솔로": ["administrator", "representative"]}


def test_the_asker_takes_it_back(world, head, client_of):
    new, other = person(world), person(world, "lee@gmail.example")
    request = asked(new)
    url = reverse("join-requests:withdraw", args=[request.pk])
    assert client_of(other).post(url).status_code == 404
    assert client_of(new).post(url).status_code == 302
    with acting(head), pytest.raises(WrongState):
        operations.confirm(request=request, actor=head)


def test_a_closed_account_is_not_taken_in(world, head):
    new = person(world)
    request = asked(new)
    User.objects.filter(pk=new.user_id).update(is_active=False)
    with acting(head), pytest.raises(WrongState):
        operations.confirm(request=request, actor=head)


def test_a_startup_does_not_verify_itself(world, firm, head):
    with system("test"):
        Organization.objects.filter(pk=firm.pk).update(verified_at=None)
    with acting(head), pytest.raises(IntegrityError), transaction.atomic():
        Organization.objects.visible_to(head).filter(pk=firm.pk).update(verified_at=world.now)
    with system("test"):
        Organization.objects.filter(pk=firm.pk).update(verified_at=world.now)
    with acting(head), pytest.raises(IntegrityError), transaction.atomic():  # nor keeps it under another number
        Organization.objects.visible_to(head).filter(pk=firm.pk).update(business_no=THIRD)
