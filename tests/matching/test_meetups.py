"""Meetups, meetings and outcomes: the plan that all in it read, and what is for two sides only."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from matching.applications import operations as applications
from matching.applications.models import Application
from matching.applications.workflow import State as Applied
from matching.meetups import meetings, operations
from matching.meetups.models import Meeting, Meetup, Outcome
from matching.meetups.workflow import MeetingState, MeetupState
from portal.kernel.errors import Invalid, NotAllowed, NotFound, Refusal, WrongState
from portal.kernel.formats import SEOUL
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.notifications.messages import declared
from portal.organizations.models import Organization
from portal.outbox.models import Message
from portal.security.actor import acting, system
from portal.security.models import block
from portal.web.registry import todos_for
from tests.matching.races import at_once, committed_world  # noqa: F401
from tests.matching.road import Road

DAY = date(2025, 3, 12)


def at(hour, minute=0):
    return datetime(2025, 3, 12, hour, minute, tzinfo=SEOUL)


class Fair(Road):
    """A road with a meetup, and two pairs that are invited to it."""

    def __init__(self, world):
        super().__init__(world)
        self.hyundai, self.kt = self.corporation("현대자동차"), self.corporation("KT")
        self.tesollo, self.rival = self.startup("테솔로"), self.startup("경쟁사")
        self.demand_of_hyundai, self.demand_of_kt = self.demand(self.hyundai), self.demand(self.kt, "로봇 관제")
        self.first = self.invited(self.tesollo, self.demand_of_hyundai, self.hyundai)
        self.second = self.invited(self.rival, self.demand_of_kt, self.kt)
        with acting(self.officer):
            self.meetup = operations.create(
                actor=self.officer, program=self.program, name="상반기 공동 밋업", venue="코엑스", day=DAY
            )

    def add(self, application=None, table=1, start=None, end=None, **given):
        start = start or at(10)
        with acting(self.officer):
            return operations.add_meeting(
                meetup=self.meetup, actor=self.officer, application=application or self.first, table=table,
                starts_at=start, ends_at=end or start + timedelta(minutes=30), **given,
            )  # fmt: skip

    def do(self, operation, actor, **given):
        with acting(actor):
            return operation(actor=actor, **given)

    def publish(self):
        return self.do(operations.publish, self.officer, meetup=self.meetup)

    def held(self):
        """A meeting of the first pair that was held, in a public plan with a second pair."""
        meeting = self.add()
        self.other = self.add(self.second, table=2)
        self.publish()
        self.do(meetings.hold, self.hyundai, meeting=meeting)
        return meeting


@pytest.fixture
def fair(world):
    return Fair(world)


def raw(actor, table):
    with acting(actor), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def waits(actor):
    with acting(actor):
        return [todo.title for todo in todos_for(actor) if todo.waiting_for]


def announced(prefix):
    with system("check"):
        rows = Message.objects.filter(job="notifications.deliver")
        return [m.arguments["name"] for m in rows if m.arguments["name"].startswith(prefix)]


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


def test_others_in_the_meetup_read_the_plan_and_nothing_more(fair, client_of, frozen):
    meeting = fair.held()
    outcome = fair.do(
        meetings.record_outcome, fair.hyundai, meeting=meeting, result="declined", reason="양산 일정이 맞지 않습니다."
    )
    for who in (fair.kt, fair.rival):
        client = client_of(who)
        plan = client.get(f"/meetups/{fair.meetup.pk}/").content.decode()
        assert "현대자동차 – 테솔로" in plan
        assert f"/meetings/{meeting.pk}/" not in plan
        assert "완료" not in plan
        assert "현대자동차" not in client.get("/meetings/?search=현대").content.decode().split("<table")[-1]
        for url in (f"/meetings/{meeting.pk}/", f"/applications/{fair.first.pk}/"):
            assert client.get(url).status_code == 404
        for step in ("check_in", "hold", "miss"):
            assert client.post(f"/meetings/{meeting.pk}/{step}/").status_code == 404
        assert client.get(f"/meetings/{meeting.pk}/outcome/").status_code == 404
        assert raw(who, "meetups_outcome") == raw(who, "meetups_outcomehistory") == 0
        assert client.get(f"/outcomes/{outcome.pk}/").status_code == 404
        with acting(who), connection.cursor() as cursor:  # the plan says who and when, not what became of it
            for table, column in (("meeting", "id"), ("meetinghistory", "id"), ("outcome", "meeting_id")):
                cursor.execute(f"SELECT count(*) FROM meetups_{table} WHERE {column} = %s", [meeting.pk])
                assert cursor.fetchone() == (0,), table
            cursor.execute("SELECT p::text FROM meetups_planentry p WHERE meeting_id = %s", [meeting.pk])
            assert not {str(s) for s in MeetingState} & set(re.split(r"\W+", cursor.fetchone()[0]))
        with acting(who):
            foreign = fair.tesollo if who is fair.rival else fair.hyundai
            assert not Application.objects.visible_to(who).filter(pk=fair.first.pk).exists()
            if who is fair.rival:
                assert not Organization.objects.visible_to(who).filter(pk=foreign.organization_id).exists()
        with acting(who), pytest.raises(NotAllowed):
            meetings.record_outcome(meeting=meeting, actor=who, result="declined", reason="가로채기")
    told = client_of(fair.tesollo).get(f"/meetings/{meeting.pk}/").content.decode()
    assert "양산 일정이 맞지 않습니다." in told
    assert announced("meeting.outcome") == ["meeting.outcome"]


def test_the_coordinating_center_sees_what_came_of_a_meeting(fair, client_of, frozen):
    world = fair.world
    own, other = (world(world.organization(Kind.CENTER, name), Role.COORDINATOR) for name in ("경기센터", "대전센터"))
    with system("test world"):
        Application.objects.filter(pk=fair.first.pk).update(center_id=own.organization_id)
        Application.objects.filter(pk=fair.second.pk).update(center_id=other.organization_id)
    meeting = fair.held()
    outcome = fair.do(
        meetings.record_outcome, fair.hyundai, meeting=meeting, result="declined", reason="양산 일정이 맞지 않습니다."
    )
    page = f"/outcomes/{outcome.pk}/"
    urls = (
        page,
        "/outcomes/?export=csv",
        f"/meetings/{meeting.pk}/",
        "/api/v1/outcomes/",
        f"/api/v1{page}",
    )
    for who, told in ((own, True), (fair.officer, True), (fair.tesollo, True), (other, False), (fair.kt, False)):
        client = client_of(who)
        for url in urls:
            text = client.get(url).content.decode()
            assert ("추진하지 않음" in text or "declined" in text) is told, (who.organization_name, url)
        assert (page in client.get("/outcomes/").content.decode()) is told
        assert ("양산 일정" in client.get(page).content.decode()) is told
        assert raw(who, "meetups_outcome") == raw(who, "meetups_outcomehistory") == int(told)
    with system("the center changes"):
        Application.objects.filter(pk=fair.first.pk).update(center_id=other.organization_id)
    assert (raw(own, "meetups_outcome"), raw(other, "meetups_outcome")) == (0, 1)


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


def test_attendance_only_in_a_public_plan_and_no_show_only_after_the_start(fair):
    meeting = fair.add(start=at(15))  # it is 14:00
    for step in (meetings.check_in, meetings.hold, meetings.miss):
        with acting(fair.officer), pytest.raises(WrongState, match="공개"):
            step(meeting=meeting, actor=fair.officer)
    fair.publish()
    with acting(fair.officer), pytest.raises(WrongState, match="시작 시각 전"):
        meetings.miss(meeting=meeting, actor=fair.officer)
    later = fair.officer.at(at(15, 10))
    with acting(later):
        meetings.miss(meeting=meeting, actor=later)
    with acting(later), pytest.raises(WrongState):
        meetings.hold(meeting=meeting, actor=later)
    with system("check"):
        assert Application.objects.get(pk=fair.first.pk).state == Applied.INVITED


def test_a_withdrawn_application_is_not_met(fair):
    meeting = fair.add()
    fair.publish()
    fair.do(applications.withdraw, fair.tesollo, application=fair.first, reason="포기합니다.")
    with acting(fair.officer), pytest.raises(WrongState, match="철회"):
        meetings.hold(meeting=meeting, actor=fair.officer)
    with system("check"):
        assert Meeting.objects.get().state == MeetingState.SCHEDULED


def test_an_outcome_needs_an_owner_and_a_day_or_a_reason(fair):
    meeting = fair.add()
    fair.publish()
    say = {"meeting": meeting, "actor": fair.hyundai}
    with acting(fair.hyundai):
        with pytest.raises(WrongState):
            meetings.record_outcome(**say, result="declined", reason="아직 만나지 않았습니다.")
        meetings.hold(**say)
        for given in (
            {"result": "pursue"},
            {"result": "undecided", "owner_name": "김담당"},
            {"result": "pursue", "owner_name": "김담당", "due_on": date(2025, 3, 11)},
            {"result": "declined", "owner_name": "김담당", "due_on": date(2025, 3, 20)},
        ):
            with pytest.raises(Invalid):
                meetings.record_outcome(**say, **given)
        assert any("만남 결과 남기기: 테솔로" in t.title for t in todos_for(fair.hyundai))
        meetings.record_outcome(**say, result="undecided", owner_name="김담당", due_on=date(2025, 3, 20))
        titles = [t.title for t in todos_for(fair.hyundai)]
        assert "협업 여부 결정: 테솔로" in titles
        assert not any("만남 결과" in t for t in titles)
        meetings.record_outcome(**say, result="declined", reason="일정이 맞지 않습니다.")
        assert not any("협업 여부" in t.title for t in todos_for(fair.hyundai))
        found = Outcome.objects.visible_to(fair.hyundai).get()
    assert (found.result, found.owner_name, found.due_on) == ("declined", "", None)


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


def test_a_block_closes_meeting_plan_and_outcome(fair, client_of, frozen):
    meeting = fair.held()
    fair.do(
        meetings.record_outcome, fair.hyundai, meeting=meeting, result="declined", reason="양산 일정이 맞지 않습니다."
    )
    blocked, free = (fair.colleague(fair.hyundai, Role.EVALUATOR) for _ in range(2))
    block(subject_id=fair.first.pk, user_id=blocked.user_id, cause="conflict", cause_id=new_id())
    for who, count in ((free, 1), (blocked, 0)):
        client = client_of(who)
        assert client.get(f"/meetings/{meeting.pk}/").status_code == (200 if count else 404)
        for url in ("/meetings/", "/meetings/?search=현대", f"/meetups/{fair.meetup.pk}/", "/meetings/?export=csv"):
            text = client.get(url).content.decode()
            assert ("테솔로" in text) is bool(count), url
        for table in ("meeting", "meetinghistory", "outcome", "outcomehistory", "planentry"):
            with acting(who), connection.cursor() as cursor:
                column = "id" if table.startswith("meeting") else "meeting_id"
                cursor.execute(f"SELECT count(DISTINCT id) FROM meetups_{table} WHERE {column} = %s", [meeting.pk])
                assert cursor.fetchone() == (count,), table


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
