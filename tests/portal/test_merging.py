"""A startup that was registered twice becomes one: what moves, what doesn't, and what holds meanwhile."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from agreements.funding.models import Award, StartupFunds
from agreements.legal.models import LegalCase, Note
from matching.applications.models import Application, Exclusion
from matching.evaluations.models import Assignment, Result, Sheet
from matching.meetups.models import CorporationGrade, Meeting, Outcome, PlanEntry, StartupGrade
from matching.recommendations.models import Recommendation
from matching.selections.models import Line
from matching.startups import operations as startups
from matching.startups.models import Profile
from portal.documents.models import Document
from portal.joining.models import JoinRequest
from portal.kernel.errors import Invalid, NotAllowed, Refusal, SamePerson, WrongState
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.merging import operations
from portal.merging.hanging import HINDERS, hanging
from portal.merging.models import StartupMerge
from portal.organizations.actors import actor_for
from portal.organizations.models import Invitation, Membership, Organization
from portal.security.actor import acting, system
from portal.security.models import Block, Grant
from tests.sides import Side, Sides

MOVED = [
    Recommendation, Application, Exclusion, Meeting, PlanEntry, Outcome, StartupGrade, CorporationGrade,
    Assignment, Sheet, Result, Line, LegalCase, Note,
]  # fmt: skip


@pytest.fixture
def sides(world):
    return Sides(world)


@pytest.fixture
def officer(sides):
    return sides.shared.actors["officer"]


@pytest.fixture
def approver(sides):
    return sides.shared.actors["approver"]


@pytest.fixture
def third(sides):
    """A side whose startup has everything but an award."""
    side = Side("c")
    for kind, roles in (
        (Kind.CORPORATION, (Role.MANAGER, Role.EVALUATOR, Role.SIGNATORY)),
        (Kind.STARTUP, (Role.REPRESENTATIVE, Role.MEMBER)),
        (Kind.CENTER, (Role.HEAD, Role.COORDINATOR)),
    ):
        fields = {"business_no": "000-88-00013"} if kind == Kind.STARTUP else {}
        sides._house(side, kind, *roles, **fields)
    with system("a third side"):
        sides._programs(side, 2027)
        for part in (sides._matching, sides._evaluations, sides._drafts):
            part(side)
        advisor = sides.shared.memberships["advisor"]
        startup, at = side.houses[Kind.STARTUP], sides.world.now
        case = sides._put(
            side, LegalCase, startup=startup, number="L-c", subject="nda", counterparty="상대방", question="질의",
            state="assigned", received_at=at, received_by_id=side.memberships["representative"].user_id,
            advisor=advisor, advisor_name="자문", assigned_at=at,
            assigned_by_id=sides.shared.memberships["case_manager"].user_id,
        )  # fmt: skip
        sides._put(
            side, Note, case=case, startup=startup, advisor=advisor, author_id=advisor.user_id, author_name="자문",
            text="의견", written_at=at,
        )  # fmt: skip
        sides._ground(side)
        StartupMerge.objects.update(state="declined", decided_at=at)
    return side


@pytest.fixture
def twin(third):
    return third.houses[Kind.STARTUP]


@pytest.fixture
def stays(world):
    return world.organization(Kind.STARTUP, "남는기업", business_no="124-81-00998")


@pytest.fixture
def owner(world, stays):
    return world(stays, Role.REPRESENTATIVE)


def propose(actor, duplicate, into):
    with acting(actor):
        return operations.propose(actor=actor, duplicate=duplicate, into=into, reason="같은 사업자등록증")


def confirm(actor, merge):
    with acting(actor):
        return operations.confirm(merge=merge, actor=actor)


def test_everything_moves_at_once(third, twin, stays, owner, officer, approver, client_of, frozen):
    id = third.rows[Application].pk
    with system("a block about the duplicate"):
        Block(subject_id=twin.pk, user_id=officer.user_id, cause="t", cause_id=twin.pk).save(force_insert=True)
    assert client_of(owner).get(f"/applications/{id}/").status_code == 404
    merge = propose(officer, twin, stays)
    shown = client_of(approver).get(f"/startup-merges/{merge.pk}/").content.decode()
    for words in ("옮겨질 자료", "구성원 3", "신청 2", "걸리는 것", "000-88-00013"):
        assert words in shown, words
    confirm(approver, merge)
    with system("check"):
        for model in MOVED:
            rows = model.objects.filter(pk=third.rows[model].pk)
            assert [str(row.startup_id) for row in rows] == [str(stays.pk)], model
            assert not model.objects.filter(startup=twin).exists(), model
        assert Document.objects.get(pk=third.rows[Document].pk).owner_id == stays.pk
        assert Profile.objects.get().startup_id == stays.pk if Profile.objects.count() == 1 else True
        assert Profile.objects.get(pk=third.rows[Profile].pk).startup_id == stays.pk  # the other had none
        assert {g.organization_id for g in Grant.objects.filter(subject_id=stays.pk)} >= {
            third.houses[Kind.CORPORATION].pk, third.houses[Kind.CENTER].pk,
        }  # fmt: skip
        assert Block.objects.filter(subject_id=stays.pk, user_id=officer.user_id).exists()
        gone, done = Organization.objects.get(pk=twin.pk), StartupMerge.objects.get(pk=merge.pk)
        assert gone.merged_into_id == stays.pk and done.moved["applications.application"] == 2 and done.moved_at
        assert Application.pgh_event_model.objects.filter(id=id, startup=twin).exists()  # the history stays readable
    assert client_of(owner).get(f"/applications/{id}/").status_code == 200
    assert "남는기업" in client_of(owner).get(f"/organizations/{twin.pk}/").content.decode()


def test_members_change_over_and_nobody_gets_in_any_more(third, twin, stays, owner, officer, approver, frozen, world):
    merge = propose(officer, twin, stays)
    with system("somebody who works for both"):
        Membership(
            user_id=third.memberships["member"].user_id, organization=stays, roles=["representative"],
            started_at=world.now,
        ).save(force_insert=True)  # fmt: skip
    confirm(approver, merge)
    with system("check"):
        roles = {m.user_id: m.roles for m in Membership.objects.filter(organization=stays, ended_at=None)}
        assert not Membership.objects.filter(organization=twin, ended_at=None).exists()
        assert roles[third.memberships["representative"].user_id] == ["representative"]
        assert roles[third.memberships["member"].user_id] == ["representative"]  # what he had there
        assert roles[third.memberships[f"{Kind.STARTUP} administrator"].user_id] == ["member"]  # no second ruler
        assert not Invitation.objects.filter(organization=twin, accepted_at=None, revoked_at=None).exists()
        assert JoinRequest.objects.get(organization=twin).state == "declined"
        with pytest.raises(IntegrityError, match="merged into"), transaction.atomic():
            Membership(
                user_id=owner.user_id, organization=twin, roles=["administrator"], started_at=world.now
            ).save(force_insert=True)  # fmt: skip
    coordinator = third.actors["coordinator"]
    with acting(coordinator):  # its number leads to the startup that stays
        found, created = startups.register_startup(
            actor=coordinator, business_no="000-88-00013", name="x", representative="y", email="a@b.example"
        )
    assert (found.pk, created) == (stays.pk, False)


def test_two_people_and_only_startups(sides, twin, stays, owner, officer, approver, frozen):
    corporation = sides.a.houses[Kind.CORPORATION]
    for duplicate, into in ((twin, twin), (corporation, stays), (twin, corporation)):
        with pytest.raises(Invalid):
            propose(officer, duplicate, into)
    for stranger in (owner, approver, sides.shared.actors["operator"]):
        with pytest.raises(NotAllowed):
            propose(stranger, twin, stays)
    merge = propose(officer, twin, stays)
    with pytest.raises(WrongState):
        propose(officer, twin, stays)
    with pytest.raises(NotAllowed):
        confirm(officer, merge)
    with system("the same person in two roles"):
        StartupMerge.objects.filter(pk=merge.pk).update(proposed_by=approver.user_id)
    with pytest.raises(SamePerson):
        confirm(approver, merge)
    with system("check"):
        assert Organization.objects.get(pk=twin.pk).merged_into_id is None


def test_what_stands_in_the_way_is_said(sides, third, twin, stays, officer, approver, frozen):
    with system("the same demand"):
        Application(
            program=third.rows[Application].program, demand=third.rows[Application].demand, startup=stays,
            corporation=third.houses[Kind.CORPORATION], number="A-x", state="draft", created_at=sides.world.now,
        ).save(force_insert=True)  # fmt: skip
    with pytest.raises(Refusal, match="같은 건의 ‘신청’"):
        confirm(approver, propose(officer, twin, stays))
    awarded = sides.a.houses[Kind.STARTUP]
    with system("the proposal of the sides"):
        StartupMerge.objects.filter(duplicate=awarded).update(state="declined", decided_at=sides.world.now)
    with pytest.raises(Refusal, match="반대로 제안"):
        confirm(approver, propose(officer, awarded, stays))
    with system("check"):
        assert Award.objects.filter(startup=awarded).exists() and Application.objects.filter(startup=twin).exists()


def test_the_cap_holds_over_both(sides, third, twin, stays, officer, approver, world, frozen):
    """Whichever way round: two startups with awards are never one startup over its cap."""
    at, user = world.now, sides.shared.memberships["approver"].user_id
    application = third.rows[Application]
    merge = propose(officer, twin, stays)
    with system("awards of both, in one program"):
        other = Application(
            program=application.program, demand_id=_second_demand(third), startup=stays,
            corporation=third.houses[Kind.CORPORATION], number="A-y", state="met", created_at=at,
            submitted_at=at, submitted_by_id=user,
        )  # fmt: skip
        other.save(force_insert=True)
        for one in (application, other):
            Award(
                program=one.program, application=one, corporation_id=one.corporation_id, startup_id=one.startup_id,
                amount=150_000_000, awarded_at=at, awarded_by_id=user,
            ).save(force_insert=True)  # fmt: skip
    for found in (merge, propose(officer, stays, twin)):
        with pytest.raises(Refusal, match="한도"):
            confirm(approver, found)
    with system("check"):
        assert set(StartupFunds.objects.values_list("awarded", flat=True)) >= {150_000_000}
        assert max(StartupFunds.objects.values_list("awarded", flat=True)) <= 200_000_000


def _second_demand(side):
    return type(side.rows[Application].demand).objects.get(number="D2-c").pk


def test_what_nobody_has_declared_stands_in_the_way():
    undeclared = {f"{h.model._meta.label}.{h.field}" for h in hanging() if h.how == HINDERS}
    assert undeclared == {
        "funding.Award.startup", "funding.AwardUse.startup", "funding.Disbursement.startup", "funding.LedgerEntry.startup",
        "funding.Progress.startup", "funding.StartupFunds.startup",
    }  # fmt: skip


def test_the_database_moves_nothing_without_a_confirmed_merge(third, twin, stays, officer):
    merge = propose(officer, twin, stays)
    for arguments in (
        (merge.pk, "applications_application", "startup_id"), (new_id(), "applications_application", "startup_id"),
    ):  # fmt: skip
        with (
            system("past the operation"),
            pytest.raises(IntegrityError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT merging_move(%s, %s, %s)", list(arguments))
    with system("check"):
        assert Application.objects.filter(startup=twin).exists()


@pytest.mark.django_db(transaction=True)
def test_an_application_that_comes_in_meanwhile_is_not_left_behind(sides, third, twin, stays, officer, approver):
    """It waits for the merge and is refused, or the merge waits for it and takes it along."""
    merge, started, refused = propose(officer, twin, stays), threading.Event(), []

    def write():
        try:
            with system("somebody applies"), transaction.atomic():
                started.wait(5)
                Profile.objects.filter(startup=twin).update(summary="그 사이")
                JoinRequest(
                    user_id=approver.user_id, organization=twin, business_no="000-88-00013", asked_at=sides.world.now,
                    expires_at=sides.world.now.replace(year=2030),
                ).save(force_insert=True)  # fmt: skip
        except IntegrityError as fault:
            refused.append(str(fault))
        finally:
            connection.close()

    thread = threading.Thread(target=write)
    with acting(approver), transaction.atomic():
        operations.confirm(merge=merge, actor=approver)
        thread.start()
        started.set()
        thread.join(0.5)
        assert thread.is_alive(), "the writer must wait for the merge"
    thread.join(10)
    assert refused and "merged into" in refused[0]


def test_the_new_members_actor_reads_the_moved(third, twin, stays, owner, officer, approver, frozen, world):
    confirm(approver, propose(officer, twin, stays))
    with system("the new membership"):
        mine = Membership.objects.select_related("user", "organization").get(
            organization=stays, user_id=third.memberships["representative"].user_id, ended_at=None
        )
    actor = actor_for(mine.user, mine, world.now)
    with acting(actor):
        assert Application.objects.visible_to(actor).filter(pk=third.rows[Application].pk).exists()
