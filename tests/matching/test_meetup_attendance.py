"""The day of a planned meetup: who is there, who is not, who owes an outcome afterwards; and who reads no grades."""

from datetime import datetime

from matching.meetups import meetings, operations, tasks
from matching.meetups.planning import calculations, putting
from matching.meetups.planning.models import CorporationGrade, StartupGrade
from portal.kernel.formats import SEOUL
from portal.security.actor import system
from tests.matching.test_meetup_planning import announced, at, fair

__all__ = ["fair"]


def test_a_no_show_frees_the_rest_of_the_day(fair, client_of, frozen):
    places = fair.planned()
    fair.do(operations.publish, fair.officer, meetup=fair.meetup)
    fair.do(operations.start, fair.officer, meetup=fair.meetup)
    officer = fair.officer.at(at(10, 10))
    first = [m for m in places.values() if m.starts_at == at(10)]
    assert first
    fair.do(meetings.miss, officer, meeting=first[0])
    with system("check"):
        gone = fair.startups[[s.organization_id for s in fair.startups].index(first[0].startup_id)]
        from portal.organizations.models import Organization

        absent = Organization.objects.get(pk=gone.organization_id)
    frozen(at(10, 10))
    answer = client_of(fair.officer).post(f"/meetups/{fair.meetup.pk}/replan/", {"absent": absent.pk})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    after = fair.places()
    assert not any(m.startup_id == gone.organization_id for m in after.values())
    for application, meeting in after.items():  # who isn't concerned stays
        if application in places and meeting.starts_at == at(10):
            assert places[application].starts_at == meeting.starts_at
    board = fair.board()
    assert board.faults(board.places) == []
    fair.do(putting.tell_changes, officer, meetup_id=fair.meetup.pk)
    assert len(announced("meetup.changed")) <= 1


def test_my_day_and_the_check_in_list(fair, client_of, frozen):
    fair.planned()
    fair.do(operations.publish, fair.officer, meetup=fair.meetup)
    url = f"/meetups/{fair.meetup.pk}/"
    mine = client_of(fair.startups[0])
    page = mine.get(f"{url}my-day/").content.decode()
    assert "현대자동차" in page
    assert "로웨인" not in page
    calendar = mine.get(f"{url}my-day.ics")
    text = calendar.content.decode()
    assert calendar.headers["Content-Type"].startswith("text/calendar")
    assert text.count("BEGIN:VEVENT") == 2
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert mine.get(f"{url}attendance/").status_code == 403
    listed = client_of(fair.hyundai).get(f"{url}attendance/").content.decode()
    assert "현대자동차 – 테솔로" in listed
    assert "KT – " not in listed
    assert "참석 확인" in listed
    assert "KT – " in client_of(fair.officer).get(f"{url}attendance/").content.decode()
    stranger = client_of(fair.startup("밋업에 없는 회사"))
    for path in ("my-day/", "my-day.ics", "attendance/"):
        assert stranger.get(f"{url}{path}").status_code == 404


def test_texts_in_a_calendar_are_escaped():
    from matching.meetups.calendars import calendar

    entry = {
        "uid": "1@x",
        "starts_at": at(10),
        "ends_at": at(11),
        "title": "가, 나; 다\\라\nEND:VEVENT",
        "place": "홀" * 60,
    }
    text = calendar([entry], at(9))
    assert "SUMMARY:가\\, 나\\; 다\\\\라\\nEND:VEVENT" in text
    assert text.count("\r\nEND:VEVENT\r\n") == 1
    assert text.replace("\r\n ", "").count("홀" * 60) == 1


def test_who_owes_an_outcome_is_reminded_until_it_is_there(fair, client_of, frozen, monkeypatch):
    places = fair.planned()
    fair.do(operations.publish, fair.officer, meetup=fair.meetup)
    fair.do(operations.start, fair.officer, meetup=fair.meetup)
    for (host, _place), application in fair.asked.items():
        if application.pk in places:
            fair.do(meetings.hold, host.at(at(15)), meeting=places[application.pk])

    def run(day):
        monkeypatch.setattr(tasks, "now", lambda: datetime(2025, 3, day, 9, tzinfo=SEOUL))
        return tasks.remind()

    assert [run(24), run(25)] == [0, 0]
    assert [run(26), run(26)] == [2, 0]  # three working days after the Friday, once
    listed = client_of(fair.officer).get("/meetings/?owed=yes").content.decode()
    assert "현대자동차" in listed
    assert "KT" in listed
    for (host, _place), application in fair.asked.items():
        if application.pk in places and host is fair.kt:
            fair.do(
                meetings.record_outcome, host, meeting=places[application.pk], result="declined", reason="일정 차이"
            )
    assert run(29) == 0  # a Saturday
    assert run(31) == 0
    monkeypatch.setattr(tasks, "now", lambda: datetime(2025, 4, 1, 9, tzinfo=SEOUL))
    assert tasks.remind() == 1  # seven working days after: Hyundai alone
    listed = client_of(fair.officer).get("/meetings/?owed=yes").content.decode().split("<tbody")[-1]
    assert "KT" not in listed


def test_no_answer_depends_on_the_other_sides_grades(fair, client_of, frozen):
    """A grade is a number from 1 to 5, which can't be looked for: instead nothing changes where it does."""
    fair.collect()
    fair.grade(fair.hyundai, {(fair.hyundai, 0): 5, (fair.hyundai, 1): 4})
    fair.grade(fair.startups[0], {(fair.hyundai, 0): 2}, absent=[1])
    fair.do(calculations.apply, fair.officer, calculation=fair.compute())
    paths = ("/api/v1/meetups/", f"/api/v1/meetups/{fair.meetup.pk}/", "/api/v1/meetings/", "/meetings/?export=csv")

    def told(actor):
        answers = [client_of(actor).get(path) for path in paths]
        assert {answer.status_code for answer in answers} == {200}
        return [b"".join(answer.streaming_content) if answer.streaming else answer.content for answer in answers]

    unpublished = told(fair.startups[0])
    assert "현대자동차".encode() not in unpublished[2] + unpublished[3], "meetings of an unpublished plan"
    fair.do(operations.publish, fair.officer, meetup=fair.meetup)
    for reader, others in ((fair.startups[0], CorporationGrade), (fair.hyundai, StartupGrade)):
        before = told(reader)
        assert "테솔로".encode() in before[3] or "현대자동차".encode() in before[3]
        with system("other grades"):
            assert others.objects.update(grade=1)
        assert told(reader) == before, reader.organization_name
