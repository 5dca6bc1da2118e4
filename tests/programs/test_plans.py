"""Programs: prepared by one, opened by another, read by everybody once open; windows to the second."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.kernel.errors import Invalid, NotAllowed, SamePerson, WrongState
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Membership
from portal.outbox.models import Message
from portal.security.actor import Actor, acting, system
from portal.web.registry import todos_for
from programs.plans import operations
from programs.plans.models import Program, Stage
from programs.plans.workflow import State

FIELDS = {
    "year": 2025,
    "name": "2025년 딥테크 밸류업",
    "budget": 10**10,
    "target_startups": 50,
    "cap_per_startup": 2 * 10**8,
}


@pytest.fixture
def ministry(world):
    return world.organization(Kind.MINISTRY, "중소벤처기업부")


@pytest.fixture
def officer(world, ministry):
    return world(ministry, Role.OFFICER)


@pytest.fixture
def approver(world, ministry):
    return world(ministry, Role.APPROVER)


@pytest.fixture
def program(world, officer):
    with acting(officer):
        made = operations.create(actor=officer, **FIELDS)
        operations.set_stages(
            program=made,
            actor=officer,
            windows={
                "demand_survey": (world.now - timedelta(days=1), world.now + timedelta(days=1)),
                "application": (world.now + timedelta(days=2), world.now + timedelta(days=9)),
            },
        )
    return made


def step(program, name, actor):
    with acting(actor):
        return getattr(operations, name)(program=program, actor=actor)


def titles(actor):
    with acting(actor):
        return [todo.title for todo in todos_for(actor)]


def test_the_road_of_a_program(world, program, officer, approver, client_of, frozen):
    public = Client()
    assert public.get(f"/programs/{program.pk}/").status_code == 404
    assert titles(approver) == ["사업 공고: 2025년 딥테크 밸류업"]
    step(program, "open_", approver)
    page = public.get(f"/programs/{program.pk}/").content.decode()
    assert "수요조사" in page and "진행 중" in page and "1일 남음" in page and "10,000,000,000" not in page
    assert "10,000,000,000원" in client_of(officer).get(f"/programs/{program.pk}/").content.decode()
    assert titles(officer) == ["사업 운영 시작: 2025년 딥테크 밸류업"]
    step(program, "run", officer)
    assert titles(approver) == []
    later = approver.at(world.now + timedelta(days=30))
    assert titles(later) == ["사업 종료: 2025년 딥테크 밸류업"]
    step(program, "close", approver)
    step(program, "archive", approver)
    assert program.state == State.ARCHIVED
    with system("check"):
        told = Message.objects.filter(job="notifications.deliver").values_list("arguments__name", flat=True)
        assert sorted(told) == ["program.closed", "program.opened"]
    assert public.get("/programs/").status_code == 200


def test_the_road_through_pages(officer, approver, client_of, frozen):
    client, id = client_of(officer), str(new_id())
    assert client.get("/programs/new/").status_code == 200
    sent = {**FIELDS, "id": id}
    assert client.post("/programs/new/", sent).headers["Location"] == f"/programs/{id}/"
    assert client.post("/programs/new/", sent).status_code == 302  # posted twice: one program
    with system("check"):
        assert Program.objects.count() == 1
    windows = {"demand_survey_opens": "2025-03-12T09:00", "demand_survey_closes": "2025-03-20T18:00"}
    assert client.get(f"/programs/{id}/stages/").status_code == 200
    assert client.post(f"/programs/{id}/stages/", windows).status_code == 302
    with system("check"):
        stage = Stage.objects.get(program_id=id)
        assert stage.closes_at.isoformat() == "2025-03-20T09:00:00+00:00"  # six in the evening in Seoul
    assert 'value="2025-03-20T18:00"' in client.get(f"/programs/{id}/stages/").content.decode()
    assert client.post(f"/programs/{id}/edit/", {**FIELDS, "budget": "9000000000"}).status_code == 302
    assert client.post(f"/programs/{id}/open/").status_code == 403
    assert client_of(approver).post(f"/programs/{id}/open/").status_code == 302
    again = client_of(approver).post(f"/programs/{id}/open/")
    assert again.status_code == 409 and "현재 상태" in again.content.decode()
    with system("check"):
        assert Stage.objects.get(program_id=id).published


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"meetup_opens": "2025-03-12T09:00"}, "함께 적어"),
        ({"demand_survey_opens": "2025-03-12T09:00", "demand_survey_closes": "2025-03-12T09:00"}, "뒤여야"),
        ({"demand_survey_opens": "", "demand_survey_closes": ""}, "지울 수 없습니다"),
        ({"application_opens": "내일", "application_closes": ""}, "오류"),
    ],
)
def test_windows_that_are_none(program, officer, client_of, frozen, sent, words):
    kept = {
        "demand_survey_opens": "2025-03-11T14:00", "demand_survey_closes": "2025-03-13T14:00",
        "application_opens": "2025-03-14T14:00", "application_closes": "2025-03-21T14:00",
    }  # fmt: skip
    answer = client_of(officer).post(f"/programs/{program.pk}/stages/", kept | sent)
    assert answer.status_code == 422 and words in answer.content.decode()


def test_what_is_refused_in_words(program, officer):
    with acting(officer):
        for change, field in (
            ({"name": FIELDS["name"]}, "name"),
            ({"name": "다른 사업", "cap_per_startup": 2 * 10**8 + 1}, "cap_per_startup"),
            ({"name": "다른 사업", "budget": 0}, "budget"),
        ):
            with pytest.raises(Invalid) as refused:
                operations.create(actor=officer, **FIELDS | change)
            assert list(refused.value.fields) == [field]
        with pytest.raises(Invalid):
            operations.edit(program=program, actor=officer, cap_per_startup=2 * 10**8 + 1)


def test_who_prepares_does_not_open(world, program, officer):
    with system("the officer becomes approver"):
        Membership.objects.filter(pk=officer.membership_id).update(roles=["administrator", "approver"])
        held = Membership.objects.select_related("user", "organization").get(pk=officer.membership_id)
    changed = world.actor(held)
    assert "사업 공고: 2025년 딥테크 밸류업" not in titles(changed)
    with acting(changed), pytest.raises(SamePerson):
        operations.open_(program=program, actor=changed)
    with acting(changed), pytest.raises(IntegrityError), transaction.atomic():  # the database alone
        Program.objects.visible_to(changed).filter(pk=program.pk).update(
            state=State.OPEN, opened_at=changed.now, opened_by=changed.user_id
        )


def test_who_may_not(world, ministry, program, client_of, frozen):
    auditor = world(ministry, Role.AUDITOR)
    manager = world(world.organization(Kind.CORPORATION, "한빛중공업"), Role.MANAGER)
    for url in (f"/programs/{program.pk}/open/", f"/programs/{program.pk}/stages/", f"/programs/{program.pk}/edit/"):
        assert client_of(auditor).post(url).status_code == 403, url
        assert client_of(manager).post(url).status_code == 404, url
    assert client_of(auditor).get("/programs/new/").status_code == 403
    assert client_of(auditor).get(f"/programs/{new_id()}/").status_code == 404
    with acting(auditor), pytest.raises(NotAllowed):
        operations.set_stages(program=program, actor=auditor, windows={})


def test_a_draft_is_the_ministrys_alone(world, program):
    manager = world(world.organization(Kind.CORPORATION, "한빛중공업"), Role.MANAGER)
    for actor in (manager, Actor.public(world.now)):
        with acting(actor), connection.cursor() as cursor:
            cursor.execute("SELECT (SELECT count(*) FROM plans_program), (SELECT count(*) FROM plans_stage)")
            assert cursor.fetchone() == (0, 0)
    with acting(manager), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE plans_program SET state = 'open'")
        assert cursor.rowcount == 0


def test_the_database_alone(program, officer, approver):
    wrong = [{"cap_per_startup": 2 * 10**8 + 1}, {"budget": 0}, {"state": "open"}]
    for change in wrong:
        with system("past the operations"), pytest.raises(IntegrityError), transaction.atomic():
            Program.objects.filter(pk=program.pk).update(**change)
    with system("past the operations"):
        with pytest.raises(Exception, match="Invalid transition"), transaction.atomic():
            Program.objects.filter(pk=program.pk).update(state="archived")
        with pytest.raises(IntegrityError), transaction.atomic():
            stage = Stage.objects.filter(program=program).first()
            Stage.objects.filter(pk=stage.pk).update(closes_at=stage.opens_at)


def test_a_program_that_is_over_stays_as_it_is(world, program, officer, approver):
    step(program, "open_", approver)
    step(program, "run", officer)
    step(program, "close", approver)
    with acting(officer):
        with pytest.raises(WrongState):
            operations.edit(program=program, actor=officer, name="새 이름")
        with pytest.raises(WrongState):
            operations.set_stages(
                program=program, actor=officer, windows={"closing": (world.now, world.now + timedelta(days=1))}
            )
    with acting(approver), pytest.raises(WrongState):
        operations.close(program=program, actor=approver)


def test_the_list_asks_as_often_for_three_as_for_one(program, officer, client_of, frozen):
    client, counts = client_of(officer), []
    for names in ([], ["둘", "셋"]):
        with acting(officer):
            for name in names:
                operations.create(actor=officer, **FIELDS | {"name": name})
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/programs/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
