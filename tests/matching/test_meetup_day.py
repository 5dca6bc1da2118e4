"""The day and what comes after it: how a meeting was, the hall's screen, and what is said in part only."""

import re
from datetime import timedelta

import pgtrigger
import pytest
from django.db import IntegrityError, connection, transaction

from matching.meetups import meetings, operations
from matching.meetups.models import Meeting, Outcome, Rating
from matching.meetups.planning.models import Absence, StartupGrade
from portal.kernel.errors import Invalid, NotAllowed, WrongState
from portal.kernel.roles import Kind, Role
from portal.security.actor import acting, system
from tests.api.conftest import Api
from tests.matching.test_meetup_planning import CLOSES, at, fair  # noqa: F401

WORDS = {"corporation": "기업이 느낀 점 하나", "startup": "스타트업이 느낀 점 둘"}


def raw(actor):
    """What row security alone shows of the ratings, their history included."""
    with acting(actor), connection.cursor() as cursor:
        cursor.execute("SELECT comment FROM meetups_rating UNION SELECT comment FROM meetups_ratinghistory")
        return {row[0] for row in cursor.fetchall()}


@pytest.fixture
def held(fair):  # noqa: F811
    """A public plan on its day, with the first meeting held."""
    places = fair.planned()
    fair.do(operations.publish, fair.officer, meetup=fair.meetup)
    fair.do(operations.start, fair.officer, meetup=fair.meetup)
    meeting = places[fair.asked[fair.hyundai, 0].pk]
    fair.do(meetings.hold, fair.hyundai, meeting=meeting)
    return fair.places()[meeting.application_id]


def test_a_day_with_many_meetings_is_one_line_at_home(fair, client_of, frozen):  # noqa: F811
    places = fair.planned()
    assert "밋업 참석" not in client_of(fair.hyundai).get("/").content.decode()  # nothing is public yet
    fair.do(operations.publish, fair.officer, meetup=fair.meetup)
    own = [m for m in places.values() if m.corporation_id == fair.hyundai.organization_id]
    assert len(own) > 1
    page = client_of(fair.hyundai).get("/").content.decode()
    assert page.count(f"밋업 참석: {fair.meetup.name}") == 1 and f"만남 {len(own)}건" in page
    assert f"/meetups/{fair.meetup.pk}/my-day/" in page


# --- how it was ------------------------------------------------------------------------------------------------------


def test_both_sides_rate_apart_from_my_day(fair, held, client_of, frozen):  # noqa: F811
    host, guest, day = fair.hyundai, fair.startups[0], f"/meetups/{fair.meetup.pk}/my-day/"
    url = f"/meetings/{held.pk}/"
    for actor, side in ((host, "corporation"), (guest, "startup")):
        client = client_of(actor)
        page = client.get(day).content.decode()
        assert f"{url}rate/" in page and "만남 평가하기" in page
        assert client.post(f"{url}rate/", {"comment": "점수 없이"}).status_code == 422
        assert client.post(f"{url}rate/", {"score": "6"}).status_code == 422
        assert client.post(f"{url}rate/", {"score": "4", "comment": WORDS[side]}).status_code == 302
        assert "평가 고치기 (4점)" in client.get(day).content.decode()
        assert client.post(f"{url}rate/", {"score": "2", "comment": WORDS[side]}).status_code == 302
        assert WORDS[side] in client.get(f"{url}rate/").content.decode()
    with system("check"):
        assert sorted(Rating.objects.values_list("side", "score")) == [("corporation", 2), ("startup", 2)]
    fair.do(operations.close, fair.officer, meetup=fair.meetup)
    assert "평가 고치기 (2점)" in client_of(guest).get(day).content.decode()  # when everybody has gone home, too
    assert day in client_of(guest).get(f"/meetups/{fair.meetup.pk}/").content.decode()


def test_a_rating_is_read_by_its_side_and_the_ministry(fair, held, client_of, frozen):  # noqa: F811
    for actor, side in ((fair.hyundai, "corporation"), (fair.startups[0], "startup")):
        fair.do(meetings.rate, actor, meeting=held, score=1, comment=WORDS[side])
    center = fair.world(fair.world.organization(Kind.CENTER, "경기센터"), Role.COORDINATOR)
    with system("the center is in the meetup"):
        type(fair.asked[fair.kt, 0]).objects.filter(pk=fair.asked[fair.hyundai, 0].pk).update(
            center_id=center.organization_id
        )
        from matching.meetups.planning.preferences import open_to

        open_to(fair.meetup, [type(fair.asked[fair.kt, 0]).objects.get(pk=held.application_id)], fair.officer)
    readers = {
        fair.hyundai: {WORDS["corporation"]}, fair.startups[0]: {WORDS["startup"]}, fair.kt: set(),
        fair.startups[1]: set(), center: set(), fair.officer: set(WORDS.values()),
    }  # fmt: skip
    urls = [
        f"/meetings/{held.pk}/",
        f"/meetups/{fair.meetup.pk}/",
        "/meetings/?export=csv",
        "/outcomes/?export=csv",
        "/",
    ]
    for actor, seen in readers.items():
        client, api = client_of(actor), Api(actor)
        said = "".join(client.get(url).content.decode("utf-8", "replace") for url in urls)
        said += "".join(api.get(path).content.decode() for path in ("meetings/", f"meetings/{held.pk}/"))
        assert {words for words in WORDS.values() if words in said} == seen, actor.organization_name
        assert raw(actor) == seen, actor.organization_name


def test_who_may_rate_and_what(fair, held):  # noqa: F811
    for actor in (fair.kt, fair.startups[1], fair.officer):
        with acting(actor), pytest.raises(NotAllowed):
            meetings.rate(meeting=held, actor=actor, score=3)
    with pytest.raises(Invalid):
        fair.do(meetings.rate, fair.hyundai, meeting=held, score=0)
    coming = next(m for m in fair.places().values() if m.state == "scheduled" and m.startup_id == held.startup_id)
    with pytest.raises(WrongState, match="완료된 만남만"):  # nothing has been held there yet
        fair.do(meetings.rate, fair.startups[0], meeting=coming, score=3)
    about = {
        "meeting": held, "application_id": held.application_id, "corporation_id": held.corporation_id,
        "startup_id": held.startup_id, "rated_at": fair.world.now, "rated_by_id": fair.startups[0].user_id,
    }  # fmt: skip
    with acting(fair.startups[0]), pytest.raises(Exception, match=r"row-level|violates"), transaction.atomic():
        Rating(**about, side="corporation", score=5).save(force_insert=True)  # in the other's name
    with acting(fair.startups[0]), pytest.raises(IntegrityError), transaction.atomic():
        Rating(**about, side="startup", score=6).save(force_insert=True)


def _about(meeting, actor):
    """What its corporation may say of a meeting, as rows: past policy and operations."""
    given = {
        "meeting_id": meeting.pk, "application_id": meeting.application_id, "corporation_id": meeting.corporation_id,
        "startup_id": meeting.startup_id,
    }  # fmt: skip
    at_, by = actor.now, actor.user_id
    return {
        "rating": Rating(**given, side="corporation", score=5, rated_at=at_, rated_by_id=by),
        "outcome": Outcome(**given, result="declined", reason="사유", recorded_at=at_, recorded_by_id=by),
    }


@pytest.mark.parametrize("what", ["rating", "outcome"])
@pytest.mark.parametrize("state", ["scheduled", "checked_in", "no_show", "cancelled"])
def test_the_database_takes_words_only_of_a_held_meeting(fair, held, what, state):  # noqa: F811
    coming = fair.places()[fair.asked[fair.kt, 0].pk]
    if state != "scheduled":
        with system("as it may stand"):
            Meeting.objects.filter(pk=coming.pk).update(state=state)
    for claimed, wall in (("held", f"{what}_of_held_meeting"), (state, f"{what}_meeting_was_held")):
        said = _about(coming, fair.kt)[what]
        said.meeting_state = claimed
        for past in (acting(fair.kt), system("past the row rules")):
            with past, pytest.raises(IntegrityError, match=wall), transaction.atomic():
                said.save(force_insert=True)
    with acting(fair.hyundai):  # the control: of what was held, the same row is taken
        _about(held, fair.hyundai)[what].save(force_insert=True)


def test_a_rated_meeting_stays_held(fair, held, client_of, frozen):  # noqa: F811
    """Held is the end of a meeting: nobody makes it a no-show once something was said of it, and nobody meets a fault."""
    fair.do(meetings.rate, fair.startups[0], meeting=held, score=4)
    for actor, step, given in (
        (fair.hyundai, "miss", {}), (fair.officer, "miss", {}), (fair.officer, "cancel", {"reason": "잘못 기록"}),
        (fair.officer, "check_in", {}),
    ):  # fmt: skip
        answer = client_of(actor).post(f"/meetings/{held.pk}/{step}/", given)
        assert answer.status_code == 409, step
        assert "새로 고쳐" in answer.content.decode()
    one = Meeting.objects.filter(pk=held.pk)
    with system("past the operations"):
        with pytest.raises(Exception, match="Invalid transition"), transaction.atomic():
            one.update(state="no_show")
        refused = pytest.raises(IntegrityError, match="rating_of_held_meeting")
        with pgtrigger.ignore("meetups.Meeting:steps"), refused, transaction.atomic():
            one.update(state="no_show")
        assert one.get().state == "held"


def test_my_day_says_the_refusal_in_the_startups_words(fair, held, client_of, frozen):  # noqa: F811
    reason = "양산 일정이 맞지 않아 내년 상반기에 다시 뵙고자 합니다."
    host = client_of(fair.hyundai)
    day = f"/meetups/{fair.meetup.pk}/my-day/"
    assert f"/meetings/{held.pk}/outcome/" in host.get(day).content.decode()
    assert host.post(f"/meetings/{held.pk}/outcome/", {"result": "declined"}).status_code == 422
    assert host.post(f"/meetings/{held.pk}/outcome/", {"result": "declined", "reason": reason}).status_code == 302
    page = client_of(fair.startups[0]).get(day).content.decode()
    assert reason in page and "추진하지 않음" in page
    assert f"/meetings/{held.pk}/outcome/" not in page
    for other in (fair.startups[1], fair.kt):
        assert reason not in client_of(other).get(day).content.decode()


# --- the hall's screen -----------------------------------------------------------------------------------------------


def test_the_hall_shows_now_and_next_and_nothing_else(fair, client_of, frozen):  # noqa: F811
    fair.collect()
    fair.grade(fair.hyundai, {(fair.hyundai, 0): 5, (fair.hyundai, 1): 1, (fair.hyundai, 2): 5})
    from matching.meetups.planning import calculations

    fair.do(calculations.apply, fair.officer, calculation=fair.compute())
    fair.do(operations.publish, fair.officer, meetup=fair.meetup)
    url, officer = f"/meetups/{fair.meetup.pk}/hall/", client_of(fair.officer)
    first, rest = (
        m for m in ([x for x in fair.places().values() if (x.starts_at == at(10)) is here] for here in (True, False))
    )
    fair.do(operations.start, fair.officer, meetup=fair.meetup)
    fair.do(meetings.miss, fair.officer.at(at(10, 5)), meeting=first[0])
    frozen(at(10, 10))
    page = officer.get(url).content.decode()
    now, following = page.split('class="p-hall-next')
    for meeting in first:
        assert meeting.startup_name in now
    assert "10:00~10:25" in now and "10:30~10:55" in following
    for secret in ("불참", "등급", "완료", "p-grade"):
        assert secret not in page
    assert 'class="p-top"' not in page and '<span lang="en">Now</span>' in page
    client_en = client_of(fair.officer)
    client_en.cookies["django_language"] = "en"
    assert '<span lang="ko">지금</span>' in client_en.get(url).content.decode()
    for other in (fair.hyundai, fair.startups[0]):
        assert client_of(other).get(url).status_code == 403
    assert client_of(fair.startup("밋업에 없는 회사")).get(url).status_code == 404
    frozen(at(13))
    assert "남은 만남이 없습니다." in officer.get(url).content.decode()
    assert rest


def test_the_hall_changes_only_with_the_plan(fair, client_of, frozen):  # noqa: F811
    fair.planned()
    fair.do(operations.publish, fair.officer, meetup=fair.meetup)
    officer = client_of(fair.officer)
    frozen(at(10, 1))
    page = officer.get(f"/meetups/{fair.meetup.pk}/hall/").content.decode()
    again = re.search(r'hx-get="([^"]+)"', page)[1]
    assert officer.get(again, headers={"HX-Request": "true"}).status_code == 204  # nothing new: nothing is swapped
    frozen(at(10, 26))
    part = officer.get(again, headers={"HX-Request": "true"})
    assert part.status_code == 200 and part.content.decode().lstrip().startswith('<div class="p-hall"')


# --- what is said in part --------------------------------------------------------------------------------------------


def test_what_the_api_is_not_sent_stays(fair, held, frozen):  # noqa: F811
    api = Api(fair.hyundai)
    due = (fair.world.now + timedelta(days=30)).date().isoformat()
    url = f"meetings/{held.pk}/outcome/"
    assert api.post(url, {"result": "pursue", "owner_name": "김담당", "due_on": due}).status_code == 200
    assert api.post(url, {"result": "undecided"}).status_code == 200
    with system("check"):
        found = Outcome.objects.get()
    assert (found.result, found.owner_name, found.due_on.isoformat()) == ("undecided", "김담당", due)


def test_preferences_not_sent_stay(fair, client_of, frozen):  # noqa: F811
    fair.collect()
    api, url = Api(fair.startups[0]), f"meetups/{fair.meetup.pk}/preferences/"
    one, two = (fair.asked[host, 0].number for host in (fair.hyundai, fair.kt))
    assert api.post(url, {f"grade_{one}": 5, "absent": [1]}).status_code == 200
    assert api.post(url, {f"grade_{two}": 2}).status_code == 200

    def said():
        with system("check"):
            return Absence.objects.get().slots, sorted(StartupGrade.objects.values_list("grade", flat=True))

    assert said() == ([1], [2, 5])
    assert api.post(url, {"absent": []}).status_code == 200
    assert said() == ([], [2, 5])
    assert api.post(url, {"absent": [0, 2]}).status_code == 200
    page = client_of(fair.startups[0])  # on the page, all boxes cleared means: there all day
    assert page.post(f"/meetups/{fair.meetup.pk}/preferences/", {f"grade_{one}": "5"}).status_code == 302
    assert said() == ([], [2, 5])


def test_the_deadline_passes_while_somebody_grades(fair, client_of, frozen):  # noqa: F811
    fair.collect()
    client, url = client_of(fair.hyundai), f"/meetups/{fair.meetup.pk}/preferences/"
    number = fair.asked[fair.hyundai, 0].number
    frozen(CLOSES - timedelta(seconds=1))
    assert client.get(url).status_code == 200
    frozen(CLOSES)
    late = client.post(url, {f"grade_{number}": "5", "absent": ["1"]})
    text = late.content.decode()
    assert late.status_code == 409 and "기간이 끝났습니다" in text and "담당자에게 문의" in text
    assert re.search(r'value="5"\s+selected', text), "what was chosen is still there"
    assert (
        Api(fair.hyundai.at(CLOSES)).post(f"meetups/{fair.meetup.pk}/preferences/", {"absent": []}).status_code == 409
    )
    with system("check"):
        assert not Absence.objects.exists()


def test_capacity_lowered_on_the_page_names_the_meetings(fair, client_of, frozen):  # noqa: F811
    fair.planned()
    fair.do(operations.publish, fair.officer, meetup=fair.meetup)
    client, url = client_of(fair.officer), f"/meetups/{fair.meetup.pk}/edit/"
    given = {
        "name": "공동 밋업",
        "venue": "코엑스",
        "day": "2025-03-21",
        "rooms": "대회의실: 1",
        "breaks": "11:00~11:30",
    }
    refused = client.post(url, given)
    text = refused.content.decode()
    assert refused.status_code == 422 and "회의실 정원: 대회의실" in text and "현대자동차 – " in text
    assert "먼저 옮기거나 취소해 주십시오" in text and "대회의실: 1" in text  # what to do; what was typed stays
