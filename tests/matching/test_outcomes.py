"""What becomes of a meeting: attendance, the outcome, and who learns of it."""

import re
from datetime import date

import pytest
from django.db import connection

from matching.applications import operations as applications
from matching.applications.models import Application
from matching.applications.workflow import State as Applied
from matching.meetups import meetings
from matching.meetups.models import Meeting, Outcome
from matching.meetups.workflow import MeetingState
from portal.kernel.errors import Invalid, NotAllowed, WrongState
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Organization
from portal.security.actor import acting, system
from portal.security.models import block
from portal.web.registry import todos_for
from tests.matching.road import announced, at, raw


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
