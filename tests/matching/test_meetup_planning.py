"""From grades to a published plan: who may say what until when, the calculation, moves, and the day."""

import re
from datetime import date, datetime, time, timedelta

import pytest
from django.core.cache import cache
from django.db import connection

from matching.meetups import meetings, operations, tasks
from matching.meetups.models import Calculation, Meeting, Meetup
from matching.meetups.planning import calculations, moves, preferences, putting
from matching.meetups.planning.grades import Weights, joint
from matching.meetups.planning.grid import slots_of
from matching.meetups.planning.models import Absence, CorporationGrade, StartupGrade
from matching.meetups.planning.queries import board_of
from portal.kernel.errors import Invalid, Refusal, StageClosed, WrongState
from portal.kernel.formats import SEOUL
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.outbox.models import Message
from portal.security.actor import acting, system
from tests.matching.road import Road

DAY = date(2025, 3, 21)  # a Friday
CLOSES = datetime(2025, 3, 19, 18, tzinfo=SEOUL)  # a Wednesday


def at(hour, minute=0):
    return datetime(2025, 3, 21, hour, minute, tzinfo=SEOUL)


class Day(Road):
    """Two corporations, three startups, five invitations, two slots in the morning and one after the break."""

    def __init__(self, world):
        super().__init__(world)
        self.hyundai, self.kt = self.corporation("현대자동차"), self.corporation("KT")
        self.startups = [self.startup(name) for name in ("테솔로", "로웨인", "플로틱")]
        one, two = self.demand(self.hyundai), self.demand(self.kt, "로봇 관제")
        self.asked = {
            (host, place): self.invited(self.startups[place], demand, host)
            for host, demand, those in ((self.hyundai, one, (0, 1, 2)), (self.kt, two, (0, 1)))
            for place in those
        }
        self.meetup = self.do(
            operations.create, self.officer, program=self.program, name="공동 밋업", venue="코엑스", day=DAY,
            opens=time(10), closes=time(12), slot_minutes=25, gap_minutes=5, breaks=[["11:00", "11:30"]],
            rooms=[{"name": "대회의실", "capacity": 2}], max_meetings=3, grades_close_at=CLOSES,
        )  # fmt: skip

    def do(self, operation, actor, **given):
        with acting(actor):
            return operation(actor=actor, **given)

    def collect(self):
        return self.do(preferences.collect, self.officer, meetup=self.meetup)

    def grade(self, actor, grades=None, absent=()):
        given = {self.asked[key].pk: grade for key, grade in (grades or {}).items()}
        return self.do(preferences.give, actor, meetup=self.meetup, grades=given, absent=absent)

    def compute(self, first="total"):
        made = self.do(calculations.start, self.officer, meetup=self.meetup, first=first)
        self.do(calculations.compute, self.officer, calculation_id=made.pk)
        with system("check"):
            return Calculation.objects.get(pk=made.pk)

    def planned(self):
        """A plan, computed and applied."""
        self.collect()
        self.do(calculations.apply, self.officer, calculation=self.compute())
        return self.places()

    def places(self):
        with system("check"):
            found = Meeting.objects.filter(meetup=self.meetup).exclude(state__in=["cancelled", "no_show"])
            return {m.application_id: m for m in found}

    def board(self):
        with acting(self.officer):
            return board_of(Meetup.objects.visible_to(self.officer).get(pk=self.meetup.pk), self.officer)


@pytest.fixture
def fair(world):
    cache.clear()
    return Day(world)


def announced(name):
    with system("check"):
        return [m for m in Message.objects.filter(job="notifications.deliver") if m.arguments["name"] == name]


def raw(actor, table):
    with acting(actor), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM meetups_{table}")
        return cursor.fetchone()[0]


# --- grades ----------------------------------------------------------------------------------------------------------


def test_slots_go_around_the_break(fair):
    assert [str(s) for s in slots_of(fair.meetup)] == ["10:00~10:25", "10:30~10:55", "11:30~11:55"]


def test_one_grade_from_two():
    even = Weights(50, 50)
    assert [joint(5, 4, even), joint(5, 2, even), joint(1, 2, even), joint(3, 3, even)] == [5, 4, 2, 3]
    assert [joint(5, 1, Weights(75, 25)), joint(None, 2, even), joint(4, None, even)] == [4, 2, 4]
    assert joint(None, None, even) == 3


def test_grades_are_for_the_giver_and_the_ministry(fair, client_of, frozen):
    fair.collect()
    fair.grade(fair.hyundai, {(fair.hyundai, 0): 5, (fair.hyundai, 1): 4})
    fair.grade(fair.startups[0], {(fair.hyundai, 0): 2}, absent=[1])
    center = fair.world(fair.world.organization(Kind.CENTER, "경기센터"), Role.COORDINATOR)
    for table, givers in (("corporationgrade", [fair.hyundai]), ("startupgrade", [fair.startups[0]])):
        for actor in (fair.hyundai, fair.kt, *fair.startups, center, fair.officer):
            seen = raw(actor, table) + raw(actor, f"{table}history")
            assert bool(seen) is (actor in givers or actor is fair.officer), (table, actor.organization_name)
    fair.do(calculations.apply, fair.officer, calculation=fair.compute())
    fair.do(operations.publish, fair.officer, meetup=fair.meetup)
    url = f"/meetups/{fair.meetup.pk}/"
    assert "등급 4" in client_of(fair.officer).get(url).content.decode()  # (5 + 2) / 2, halves up
    for actor in (fair.hyundai, fair.startups[0], fair.kt):
        page = client_of(actor).get(url).content.decode()
        assert "현대자동차 – 테솔로" in page
        assert not re.search(r"등급 \d", page)
        assert "p-grade" not in page
        assert client_of(actor).get("/timetables/").content.decode().count("공동 밋업 시간표") == 0
        assert raw(actor, "calculation") == 0


def test_the_road_of_the_grades_through_pages(fair, client_of, frozen):
    officer, startup = client_of(fair.officer), client_of(fair.startups[0])
    url = f"/meetups/{fair.meetup.pk}/"
    assert startup.get(url).status_code == 404
    assert officer.post(f"{url}collect/").status_code == 302
    page = startup.get(f"{url}preferences/").content.decode()
    assert "현대자동차 · 로봇 핸드 정밀 조립" in page
    assert "10:30~10:55" in page
    number = fair.asked[fair.hyundai, 0].number
    assert "희망 등급 주기" in startup.get("/").content.decode()
    given = {f"grade_{number}": "5", "absent": ["1"]}
    assert startup.post(f"{url}preferences/", given).status_code == 302
    with system("check"):
        assert StartupGrade.objects.get().grade == 5
        assert Absence.objects.get().slots == [1]
    assert startup.post(f"{url}preferences/", {f"grade_{number}": "9"}).status_code == 422
    page = officer.get(url).content.decode()
    assert "2건 중 1건" in page
    assert officer.get(f"{url}host/").status_code == 200
    assert officer.get(f"{url}bar/").status_code == 200
    assert officer.get(f"{url}edit/").status_code == 200
    assert "대회의실: 2" in officer.get(f"{url}edit/").content.decode()


def test_grades_after_closing_are_refused_to_the_second(fair):
    fair.collect()
    late = fair.hyundai.at(CLOSES)
    with acting(late), pytest.raises(StageClosed):
        preferences.give(meetup=fair.meetup, actor=late, grades={fair.asked[fair.hyundai, 0].pk: 5})
    in_time = fair.hyundai.at(CLOSES - timedelta(seconds=1))
    with acting(in_time):
        preferences.give(meetup=fair.meetup, actor=in_time, grades={fair.asked[fair.hyundai, 0].pk: 5})
        with pytest.raises(Invalid):  # another's request
            preferences.give(meetup=fair.meetup, actor=in_time, grades={fair.asked[fair.kt, 0].pk: 5})
    fair.do(calculations.apply, fair.officer, calculation=fair.compute())
    fair.do(operations.publish, fair.officer, meetup=fair.meetup)
    with pytest.raises(WrongState):
        fair.grade(fair.hyundai, {(fair.hyundai, 0): 1})
    with system("check"):
        assert CorporationGrade.objects.get().grade == 5


def test_reminders_go_once_a_day_to_who_owes_and_stop(fair, monkeypatch):
    fair.collect()
    fair.grade(fair.kt, {(fair.kt, 0): 3, (fair.kt, 1): 3})

    def run(day, hour=9):
        monkeypatch.setattr(tasks, "now", lambda: datetime(2025, 3, day, hour, tzinfo=SEOUL))
        return tasks.remind()

    assert run(13) == 0  # six working days and a weekend before
    assert [run(15), run(16)] == [0, 0]  # no working days
    assert run(12) == 4  # five working days before: Hyundai and three startups; KT has acted
    assert run(12, 15) == 0
    (told,) = announced("meetup.reminder")  # one event, hence one message for each person
    assert len(told.arguments["audience"]["organizations"]) == 4
    for place in range(3):
        mine = {key: 4 for key in fair.asked if key[1] == place}
        fair.grade(fair.startups[place], mine)
    assert run(17) == 1
    assert run(18) == 1
    assert run(19, 18) == 0


# --- the calculation -------------------------------------------------------------------------------------------------


def test_the_calculation_keeps_every_rule_and_says_how_good_it_is(fair, client_of, frozen):
    fair.collect()
    fair.grade(fair.hyundai, {(fair.hyundai, 0): 5, (fair.hyundai, 1): 1, (fair.hyundai, 2): 5}, absent=[0])
    made = fair.compute()
    assert made.state == "computed", made.problem
    assert made.total == made.bound
    assert len(made.unplaced) == 1  # three ask for Hyundai, and it has two slots
    url = f"/timetables/{made.pk}/"
    page = client_of(fair.officer).get(url).content.decode()
    assert "현대자동차 – 로웨인" in page
    assert "현대자동차의 테이블이 모두 찬 시간" in page
    assert "이보다 합계가 큰 시간표는 없습니다" in page
    assert announced("meetup.computed")
    assert client_of(fair.officer).post(f"{url}apply/").status_code == 302
    assert client_of(fair.officer).post(f"{url}apply/").status_code in (403, 409)
    board = fair.board()
    assert len(board.places) == 4
    assert board.faults(board.places) == []
    assert not any(p.slot == 0 and board.wishes[p.application].corporation == fair.hyundai.organization_id
                   for p in board.places)  # fmt: skip


def test_progress_can_be_seen_and_the_search_stopped(fair, client_of, frozen):
    fair.collect()
    officer = client_of(fair.officer)
    given = {"id": new_id(), "meetup": fair.meetup.pk, "first": "coverage"}
    answer = officer.post("/timetables/new/", given)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    assert officer.post("/timetables/new/", given).url == answer.url
    assert officer.post("/timetables/new/", given | {"id": new_id()}).status_code == 409
    page = officer.get(answer.url).content.decode()
    assert f"{answer.url}progress/" in page
    with system("check"):
        made = Calculation.objects.get()
    cache.set(
        calculations._key("progress", made.pk), {"meetings": 3, "total": 9, "bound": 15, "left_out": 1, "seconds": 2}
    )
    part = officer.get(f"{answer.url}progress/")
    assert "만남 3건, 등급 합계 9 (상한 15)" in part.content.decode()
    assert "HX-Refresh" not in part.headers
    assert officer.post(f"{answer.url}stop/").status_code == 302
    fair.do(calculations.compute, fair.officer, calculation_id=made.pk)
    with system("check"):
        made.refresh_from_db()
    assert (made.state, made.stopped) == ("computed", True)
    assert officer.get(f"{answer.url}progress/").headers["HX-Refresh"] == "true"
    fair.do(calculations.compute, fair.officer, calculation_id=made.pk)  # twice changes nothing
    assert officer.post(f"{answer.url}discard/").status_code == 302


def test_locks_that_contradict_are_named(fair):
    places = fair.planned()
    meeting = places[fair.asked[fair.hyundai, 0].pk]
    fair.do(moves.hold_place, fair.officer, meeting=meeting)
    slot = [s.starts_at for s in slots_of(fair.meetup)].index(meeting.starts_at)
    fair.grade(fair.startups[0], absent=[slot])
    with pytest.raises(Invalid, match="테솔로") as refused:
        fair.do(calculations.start, fair.officer, meetup=fair.meetup, first="total")
    assert "고정된 만남" in str(refused.value)
    assert "참석할 수 없" in str(refused.value)
    fair.do(moves.release, fair.officer, meeting=meeting)
    assert fair.compute().state == "computed"


def test_locked_meetings_stay_and_who_may_not_meet_does_not(fair):
    places = fair.planned()
    stays, apart = fair.asked[fair.hyundai, 1], fair.asked[fair.kt, 1]
    with pytest.raises(Invalid, match="이미 배치된"):
        fair.do(preferences.bar, fair.officer, meetup=fair.meetup, application=apart, reason="계열사")
    fair.do(meetings.cancel, fair.officer, meeting=places[apart.pk], reason="계열사")
    fair.do(preferences.bar, fair.officer, meetup=fair.meetup, application=apart, reason="계열사")
    fair.do(moves.hold_place, fair.officer, meeting=places[stays.pk])
    fair.do(calculations.apply, fair.officer, calculation=fair.compute("coverage"))
    after = fair.places()
    assert apart.pk not in after
    assert (after[stays.pk].starts_at, after[stays.pk].table) == (places[stays.pk].starts_at, places[stays.pk].table)


def test_what_has_changed_since_the_calculation_is_refused(fair):
    fair.collect()
    made = fair.compute()
    fair.grade(fair.startups[0], absent=[0, 1, 2])
    with pytest.raises(WrongState, match="테솔로"):
        fair.do(calculations.apply, fair.officer, calculation=made)
    assert not fair.places()


def test_a_startup_that_never_can_come_is_named(fair, client_of, frozen):
    fair.collect()
    fair.grade(fair.startups[2], absent=[0, 1, 2])
    made = fair.compute()
    assert (made.left_out, made.left_out_bound) == (1, 1)
    page = client_of(fair.officer).get(f"/timetables/{made.pk}/").content.decode()
    assert "현대자동차와(과) 플로틱이(가) 함께 참석하는 시간이 없습니다." in page
    assert "1곳 – 더 줄일 수 없습니다" in page


def test_ten_times_as_many_requests_as_places(world, client_of, frozen):
    cache.clear()
    fair = Day(world)
    for n in range(25):
        startup = fair.startup(f"신청사{n}")
        fair.invited(startup, fair.demand(fair.kt, f"과제 {n}"), fair.kt)
    fair.collect()
    made = fair.compute()
    assert made.meetings == 6  # two tables, three slots
    assert len(made.unplaced) == 24
    page = client_of(fair.officer).get(f"/timetables/{made.pk}/").content.decode()
    assert page.count("KT의 테이블이 모두 찬 시간") >= 20


# --- the plan --------------------------------------------------------------------------------------------------------


def test_moves_show_their_cost_and_refuse_by_the_rules_name(fair, client_of, frozen):
    places = fair.planned()
    meeting = places[fair.asked[fair.kt, 0].pk]
    url = f"/meetings/{meeting.pk}/"
    officer = client_of(fair.officer)
    page = officer.get(f"{url}move/").content.decode()
    assert "등급 합계 변화 없음" in page
    assert "한 시간에 한 만남" in page  # where 테솔로 sits with Hyundai, and nobody to change places with
    with acting(fair.officer):
        board = moves.board_now(fair.meetup, fair.officer)
        options = moves.consequences(board, meeting.application_id)
        good = next(c for c in options if not c.faults)
        bad = next(c for c in options if c.faults)
    assert officer.post(f"{url}move/", {"place": f"{bad.slot}-{bad.table}"}).status_code == 422
    with acting(fair.officer), pytest.raises(Invalid) as refused:
        moves.move(meeting=meeting, actor=fair.officer, slot=bad.slot, table=bad.table)
    assert "한 시간에 한 만남" in str(refused.value.fields["place"])
    assert officer.post(f"{url}move/", {"place": f"{good.slot}-{good.table}"}).status_code == 302
    moved = fair.places()[meeting.application_id]
    assert slots_of(fair.meetup)[good.slot].starts_at == moved.starts_at
    assert officer.post(f"{url}lock/").status_code == 302
    with acting(fair.officer), pytest.raises(WrongState, match="고정"):
        moves.move(meeting=meeting, actor=fair.officer, slot=0, table=moved.table)


def test_capacity_lowered_under_published_meetings_is_refused(fair, client_of, frozen):
    fair.planned()
    fair.do(operations.publish, fair.officer, meetup=fair.meetup)
    with pytest.raises(Invalid) as refused:
        fair.do(operations.edit, fair.officer, meetup=fair.meetup, rooms=[{"name": "대회의실", "capacity": 1}])
    assert "회의실 정원" in str(refused.value.fields["rooms"])
    with pytest.raises(Invalid):
        fair.do(operations.edit, fair.officer, meetup=fair.meetup, rooms=[{"name": "소회의실", "capacity": 9}])
    with pytest.raises(Invalid):
        fair.do(operations.edit, fair.officer, meetup=fair.meetup, opens=time(9))
    with pytest.raises(Invalid):
        fair.do(operations.edit, fair.officer, meetup=fair.meetup, max_meetings=1)
    with system("check"):
        assert Meetup.objects.get().rooms == [{"name": "대회의실", "capacity": 2}]
    fair.do(operations.edit, fair.officer, meetup=fair.meetup, rooms=[{"name": "대회의실", "capacity": 3}])


def test_several_changes_of_a_published_plan_are_one_message(fair):
    places = fair.planned()
    fair.do(operations.publish, fair.officer, meetup=fair.meetup)
    for application in (fair.asked[fair.kt, 0], fair.asked[fair.kt, 1]):
        with acting(fair.officer):
            options = moves.consequences(moves.board_now(fair.meetup, fair.officer), application.pk)
            good = next((c for c in options if not c.faults), None)
            if good:
                moves.move(meeting=places[application.pk], actor=fair.officer, slot=good.slot, table=good.table)
    with system("check"):
        waiting = Message.objects.filter(job="meetups.tell_changes")
        assert waiting.count() >= 1
        assert all(m.due_at > fair.officer.now for m in waiting)
    for _again in range(2):
        fair.do(putting.tell_changes, fair.officer, meetup_id=fair.meetup.pk)
    assert len(announced("meetup.changed")) == 1


# --- the day ---------------------------------------------------------------------------------------------------------


def test_a_place_that_breaks_a_rule_is_not_added_by_hand(fair):
    late = fair.asked[fair.hyundai, 0]
    before = fair.planned()[late.pk]
    fair.do(meetings.cancel, fair.officer, meeting=before, reason="다시 배치")
    with pytest.raises(Refusal) as refused:
        fair.do(operations.add_meeting, fair.officer, meetup=fair.meetup, application=late, table=9,
                starts_at=before.starts_at, ends_at=before.ends_at)  # fmt: skip
    assert "테이블" in str(refused.value.fields)
    with pytest.raises(Invalid) as off_grid:
        fair.do(operations.add_meeting, fair.officer, meetup=fair.meetup, application=late, table=1,
                starts_at=at(11), ends_at=at(11, 25))  # fmt: skip
    assert "시간대 가운데" in str(off_grid.value.fields["starts_at"])
