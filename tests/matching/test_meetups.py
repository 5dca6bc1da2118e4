"""Meetups: the plan that all in it read, what can be placed, and that nobody is in two places at once."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from matching.applications import operations as applications
from matching.applications.models import Application
from matching.applications.workflow import State as Applied
from matching.meetups import meetings, operations
from matching.meetups.models import Meeting, Meetup, Outcome
from matching.meetups.workflow import MeetingState, MeetupState
from portal.kernel.errors import Invalid, NotAllowed, NotFound, Refusal
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.notifications.messages import declared
from portal.security.actor import acting, system
from portal.web.registry import todos_for
from tests.matching.races import at_once, committed_world  # noqa: F401
from tests.matching.road import DAY, Fair, announced, at, raw


def waits(actor):
    with acting(actor):
        return [todo.title for todo in todos_for(actor) if todo.waiting_for]


# --- the road --------------------------------------------------------------------------------------------------------


def test_the_road_through_pages(fair, client_of, frozen):
    officer, manager, startup = (client_of(a) for a in (fair.officer, fair.hyundai, fair.tesollo))
    new = {"id": new_id(), "program": fair.program.pk, "name": "하반기 밋업", "venue": "킨텍스", "day": "2025-03-12"}
    made = officer.post("/meetups/new/", new)
    assert made.status_code == 302, made.content.decode()[:3000]
    assert officer.post("/meetups/new/", new).url == made.url
    page = officer.get(made.url).content.decode()
    assert "만남을 추가한 뒤 공개해 주십시오" in page  # what is missing stands beside the button
    assert officer.post(f"{made.url}publish/").status_code == 409
    assert "테솔로" in officer.get(f"{made.url}add-meeting/").content.decode()
    given = {"id": new_id(), "application": fair.first.pk, "table": 3, "starts_at": "10:00", "ends_at": "10:30"}
    assert officer.post(f"{made.url}add-meeting/", given).status_code == 302
    assert officer.post(f"{made.url}add-meeting/", given).status_code == 302  # posted twice makes one
    clash = officer.post(f"{made.url}add-meeting/", given | {"id": new_id(), "starts_at": "10:15", "ends_at": "10:45"})
    assert clash.status_code == 422
    assert "겹치는 다른 만남이 있습니다" in clash.content.decode()
    for client in (manager, startup):
        assert client.get(made.url).status_code == 404
    assert officer.post(f"{made.url}publish/").status_code == 302
    assert officer.post(f"{made.url}publish/").status_code == 409
    for client in (officer, manager, startup):
        for url in ("/meetups/", made.url, "/meetings/", "/meetings/?export=xlsx&search=테솔로", "/"):
            answer = client.get(url)
            assert answer.status_code == 200, (url, answer.content[:2000])
    page = manager.get(made.url).content.decode()
    assert "10:00~10:30" in page
    assert "테이블 3" in page
    with system("check"):
        meeting = Meeting.objects.get()
    assert (meeting.startup_name, meeting.corporation_name, meeting.starts_at) == ("테솔로", "현대자동차", at(10))
    url = f"/meetings/{meeting.pk}/"
    assert url in page
    assert manager.post(f"{url}check-in/").status_code == 404
    assert manager.post(f"{url}check_in/").status_code == 302
    assert manager.post(f"{url}hold/").status_code == 302
    assert manager.post(f"{url}hold/").status_code == 409
    assert "결과 남기기" in manager.get(url).content.decode()
    assert "수요 기업이 결과를 남깁니다." in startup.get(url).content.decode()
    assert manager.get(f"{url}outcome/").status_code == 200
    assert manager.post(f"{url}outcome/", {"result": "pursue"}).status_code == 422
    given = {"result": "pursue", "owner_name": "김담당", "due_on": "2025-03-20"}
    assert manager.post(f"{url}outcome/", given).status_code == 302
    for client in (officer, manager, startup):
        page = client.get(url).content.decode()
        assert "김담당" in page
        assert "결과가 기록되었습니다." in page
        assert "2025. 3. 20." in page
    with system("check"):
        assert Application.objects.get(pk=fair.first.pk).state == Applied.MET
    assert officer.post(f"{made.url}start/").status_code == 302
    assert officer.post(f"{made.url}close/").status_code == 302
    assert officer.post(f"{made.url}add-meeting/", given).status_code == 422
    assert set(announced("meet")) <= set(declared())


def test_publishing_opens_the_plan_to_those_in_it(fair):
    center = fair.world(fair.world.organization(Kind.CENTER, "경기센터"), Role.COORDINATOR)
    with system("test world"):
        Application.objects.filter(pk=fair.first.pk).update(center_id=center.organization_id)
    fair.add()
    outsider = fair.startup("밋업에 없는 회사")
    concerned = (fair.hyundai, fair.tesollo, center)
    assert [raw(a, "meetups_meeting") + raw(a, "meetups_meetup") for a in (*concerned, outsider)] == [0, 0, 0, 0]
    assert waits(fair.tesollo) == ["밋업 일정: 로봇 핸드 정밀 조립"]
    fair.publish()
    assert waits(fair.tesollo) == []
    assert [raw(a, "meetups_meeting") + raw(a, "meetups_meetup") for a in (*concerned, outsider)] == [2, 2, 2, 0]
    assert [raw(a, "meetups_meeting") for a in (fair.kt, fair.rival)] == [0, 0]
    late = fair.add(fair.second, table=2)  # into a public plan: public at once
    assert late.published
    everybody = (*concerned, fair.kt, fair.rival, outsider)
    assert [raw(a, "meetups_planentry") for a in everybody] == [2, 2, 2, 2, 2, 0]
    # How a meeting stands is for its sides, and for the centers, which record attendance.
    assert [raw(a, "meetups_meeting") for a in everybody] == [1, 1, 2, 1, 1, 0]
    assert announced("meetup.published") == ["meetup.published"] * 2
    fair.do(meetings.check_in, center, meeting=late)  # a center in the meetup records attendance
    fair.do(meetings.hold, center, meeting=late)
    with system("check"):
        assert Application.objects.get(pk=fair.second.pk).state == Applied.MET


# --- what is refused -------------------------------------------------------------------------------------------------


def test_clashes_are_refused_in_words(fair):
    fair.add(start=at(10))
    again = fair.invited(fair.tesollo, fair.demand_of_kt, fair.kt)
    with pytest.raises(Invalid) as startup_taken:
        fair.add(again, table=2, start=at(10, 15))
    assert "테솔로" in str(startup_taken.value.fields["starts_at"])
    with pytest.raises(Invalid) as table_taken:
        fair.add(fair.second, table=1, start=at(10, 15))
    assert "1번 테이블" in str(table_taken.value.fields["table"])
    assert fair.add(again, table=2, start=at(10, 30)).table == 2  # one ends as the next begins
    assert fair.add(fair.second, table=1, start=at(10, 30)).table == 1


def test_a_cancelled_meeting_frees_its_slot(fair, client_of, frozen):
    meeting = fair.add()
    fair.publish()
    assert client_of(fair.officer).post(f"/meetings/{meeting.pk}/cancel/", {"reason": ""}).status_code == 422
    fair.do(meetings.cancel, fair.officer, meeting=meeting, reason="기업 사정")
    assert fair.add().pk != meeting.pk
    assert announced("meeting.cancelled") == ["meeting.cancelled"]
    assert "기업 사정" in client_of(fair.tesollo).get(f"/meetings/{meeting.pk}/").content.decode()


def test_what_can_be_placed(fair):
    with pytest.raises(Invalid) as wrong_day:
        fair.add(start=at(10) + timedelta(days=1))
    assert "2025. 3. 12." in str(wrong_day.value.fields["starts_at"])
    with pytest.raises(Invalid):
        fair.add(start=at(10), end=at(10))
    admitted = fair.admitted(fair.startup("초대 전"), fair.demand_of_hyundai)
    with pytest.raises(Invalid):
        fair.add(admitted)
    with acting(fair.officer), pytest.raises(Refusal):
        operations.publish(meetup=fair.meetup, actor=fair.officer)
    meeting = fair.add()
    with acting(fair.officer), pytest.raises(Invalid):
        operations.edit(meetup=fair.meetup, actor=fair.officer, day=date(2025, 3, 13))
    fair.do(applications.withdraw, fair.tesollo, application=fair.first, reason="포기합니다.")
    with acting(fair.officer), pytest.raises(Refusal, match="철회된"):
        operations.publish(meetup=fair.meetup, actor=fair.officer)
    assert any("테솔로" in t.title for t in fair.do(lambda actor: todos_for(actor), fair.officer))
    fair.do(meetings.cancel, fair.officer, meeting=meeting, reason="신청 철회")
    fair.add(fair.second)
    fair.publish()
    foreign = fair.new_program("2025년 추가 모집")
    with acting(fair.officer):
        other = operations.create(actor=fair.officer, program=foreign, name="다른 밋업", venue="부산", day=DAY)
        with pytest.raises(NotFound):
            operations.add_meeting(
                meetup=other, actor=fair.officer, application=fair.second, table=1, starts_at=at(15), ends_at=at(16)
            )


def test_who_may_not(fair, client_of, frozen):
    meeting = fair.add()
    fair.publish()
    url, plan = f"/meetings/{meeting.pk}/", f"/meetups/{fair.meetup.pk}/"
    evaluator = fair.colleague(fair.hyundai, Role.EVALUATOR)
    outsider = fair.startup("밋업에 없는 회사")
    for client in (client_of(evaluator), client_of(fair.tesollo), client_of(fair.approver)):
        assert client.get(url).status_code == 200
        for step in ("check_in", "hold", "miss"):
            assert client.post(f"{url}{step}/").status_code == 403
        assert client.post(f"{url}outcome/", {"result": "declined", "reason": "x"}).status_code == 403
        assert client.get(f"{plan}add-meeting/").status_code == 403
        assert client.post(f"{plan}start/").status_code == 403
        assert client.get("/meetups/new/").status_code == 403
    stranger = client_of(outsider)
    for address in (url, plan, f"{plan}add-meeting/", f"/meetings/{new_id()}/", f"/meetups/{new_id()}/"):
        assert stranger.get(address).status_code == 404
    assert stranger.post(f"{url}hold/").status_code == 404
    with acting(outsider), pytest.raises(NotAllowed):
        meetings.hold(meeting=meeting, actor=outsider)


# --- the database, past Python ---------------------------------------------------------------------------------------


def _row(fair, application, **changed):
    given = {
        "program_id": fair.program.pk, "meetup_id": fair.meetup.pk, "application_id": application.pk,
        "corporation_id": application.corporation_id, "startup_id": application.startup_id,
        "corporation_name": "가", "startup_name": "나", "table": 1, "starts_at": at(10), "ends_at": at(10, 30),
    }  # fmt: skip
    return Meeting(id=new_id(), **(given | changed))


def test_database_holds_without_python(fair):
    meeting = fair.add()
    for changed, words in (
        ({"table": 2, "starts_at": at(10, 29), "ends_at": at(11)}, "meeting_startup_once"),
        ({"table": 2, "starts_at": at(11), "ends_at": at(11)}, "meeting_ends_after_start"),
        ({"table": 2, "starts_at": at(11), "ends_at": at(12), "startup_id": fair.second.startup_id}, "of_application"),
    ):
        with acting(fair.officer), pytest.raises(IntegrityError, match=words), transaction.atomic():
            _row(fair, fair.first, **changed).save(force_insert=True)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with acting(fair.officer), pytest.raises(IntegrityError, match="meeting_table_once"), transaction.atomic():
        _row(fair, fair.second).save(force_insert=True)
    one = Meeting.objects.visible_to(fair.officer).filter(pk=meeting.pk)
    with acting(fair.officer):
        with pytest.raises(IntegrityError, match="meeting_needs_held_at"), transaction.atomic():
            one.update(state=MeetingState.HELD)
        with pytest.raises(Exception, match="Invalid transition"), transaction.atomic():
            Meetup.objects.visible_to(fair.officer).update(state=MeetupState.CLOSED)
    with acting(fair.tesollo), pytest.raises(Exception, match="row-level security"), transaction.atomic():
        _row(fair, fair.first, starts_at=at(16), ends_at=at(17)).save(force_insert=True)
    with acting(fair.hyundai), pytest.raises(IntegrityError, match="owner_or_reason"), transaction.atomic():
        Outcome(
            meeting_id=meeting.pk, application_id=fair.first.pk, corporation_id=fair.first.corporation_id,
            startup_id=fair.first.startup_id, result="pursue", recorded_at=fair.world.now,
            recorded_by_id=fair.hyundai.user_id,
        ).save(force_insert=True)  # fmt: skip


def test_lists_ask_as_often_for_three_rows_as_for_one(fair, client_of, frozen):
    fair.add()
    fair.publish()
    urls, counts = ("/meetings/", f"/meetups/{fair.meetup.pk}/"), []
    for more in (0, 2):
        for n in range(more):
            fair.add(start=at(11 + n), table=5 + n)
        client = client_of(fair.hyundai)
        for url in urls:
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                page = client.get(url).content.decode()
            assert page.count("테솔로") >= 1 + more
            counts.append(len(queries))
    assert counts[:2] == counts[2:]


# --- at the same moment ----------------------------------------------------------------------------------------------


def test_two_officers_put_a_startup_in_one_slot(committed_world):  # noqa: F811
    fair = Fair(committed_world)
    second = fair.colleague(fair.officer, Role.OFFICER)
    again = fair.invited(fair.tesollo, fair.demand_of_kt, fair.kt)

    def add(actor, application, table):
        with acting(actor):
            return operations.add_meeting(
                meetup=fair.meetup, actor=actor, application=application, table=table,
                starts_at=at(10), ends_at=at(10, 30),
            )  # fmt: skip

    found = at_once(lambda: add(fair.officer, fair.first, 1), lambda: add(second, again, 2))
    assert sorted(type(f).__name__ for f in found) == ["Invalid", "Meeting"], found
    with system("check"):
        assert Meeting.objects.count() == 1


def test_one_slot_is_taken_once_even_past_the_operation(committed_world):  # noqa: F811
    """The control: without any lock it is the database that lets one through."""
    fair = Fair(committed_world)

    def insert(table):
        with acting(fair.officer), transaction.atomic():
            _row(fair, fair.first, table=table).save(force_insert=True)
            return "stored"

    found = at_once(*(lambda t=t: insert(t) for t in range(1, 4)))
    assert [f for f in found if f == "stored"] == ["stored"], found
    with system("check"):
        assert Meeting.objects.count() == 1
