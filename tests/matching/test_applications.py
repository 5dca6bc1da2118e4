"""Applications: who writes, what is refused, and the number without gaps."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from matching.applications import operations
from matching.applications.models import Application
from matching.applications.workflow import State
from portal.kernel.errors import Invalid, NotAllowed, NotFound, OverLimit, Refusal, StageClosed, WrongState
from portal.kernel.ids import new_id
from portal.kernel.roles import Role
from portal.notifications.messages import declared
from portal.organizations.models import Organization
from portal.outbox.models import Message
from portal.security.actor import acting, system
from tests.matching.races import at_once, committed_world  # noqa: F401
from tests.matching.road import CAP, PROPOSAL, Road, seen


def announced():
    with system("check"):
        rows = Message.objects.filter(job="notifications.deliver")
        return [m.arguments["name"] for m in rows if m.arguments["name"].startswith("application.")]


# --- the road --------------------------------------------------------------------------------------------------------


def test_the_road_of_an_application(road, manager, startup, demand, client_of, frozen):
    application = road.draft(startup, demand)
    assert application.number is None
    assert (seen(startup), seen(road.officer), seen(manager)) == (1, 0, 0)
    with acting(startup):
        operations.submit(application=application, actor=startup)
    assert (application.number, application.state) == ("A2025-001", State.SUBMITTED)
    assert (seen(road.officer), seen(manager)) == (1, 0)
    with acting(manager):
        assert not Organization.objects.visible_to(manager).filter(pk=application.startup_id).exists()
    with acting(road.officer):
        operations.admit(application=application, actor=road.officer)
    assert seen(manager) == 1
    with acting(manager):
        assert Organization.objects.visible_to(manager).get(pk=application.startup_id).name == "테솔로"
        operations.invite(application=application, actor=manager)
    assert announced() == [
        "application.received",
        "application.submitted",
        "application.admitted",
        "application.arrived",
        "application.invited",
        "application.to_place",
    ]
    assert set(announced()) <= set(declared())
    for who in (road.officer, manager, startup):
        for url in (
            "/applications/",
            f"/applications/{application.pk}/",
            "/",
            "/applications/?export=xlsx&search=로봇",
        ):
            response = client_of(who).get(url)
            assert response.status_code == 200, (url, response.content[:2000])
    with acting(road.officer):
        operations.mark_met(application=application, actor=road.officer)
        operations.decide(application=application, actor=road.officer, decision="wait")
        operations.decide(application=application, actor=road.officer, decision="select")
        with pytest.raises(Invalid):
            operations.decide(application=application, actor=road.officer, decision="perhaps")
    assert application.state == State.SELECTED


def test_the_road_through_pages(road, manager, startup, demand, client_of, frozen):
    browser = client_of(startup)
    page = browser.get(f"/demands/{demand.pk}/").content.decode()
    assert f"/applications/new/?demand={demand.pk}" in page
    form = browser.get(f"/applications/new/?demand={demand.pk}").content.decode()
    assert f'value="{demand.pk}" selected' in form
    data = {"id": new_id(), "demand": demand.pk}
    begun = browser.post("/applications/new/", data)
    assert begun.status_code == 302, begun.content.decode()[:3000]
    again = browser.post("/applications/new/", data)
    assert (again.status_code, again.url) == (302, begun.url)
    page = browser.get(f"/demands/{demand.pk}/").content.decode()
    assert "내 신청서" in page
    url = begun.url.removesuffix("edit/")
    summary = browser.get(url).content.decode()
    assert "‘협업 제안’ 항목이 비어 있습니다." in summary and f"{url}edit/?part=3" in summary
    edited = browser.post(f"{url}edit/?part=1", {"proposal": "새 제안", "version": "1"})
    assert (edited.status_code, edited.url) == (302, f"{url}edit/?part=2")
    stale = browser.post(f"{url}edit/?part=1", {"proposal": "옛 제안", "version": "1"})
    assert stale.status_code == 409
    assert "다른 사람이 먼저 저장했습니다." in stale.content.decode()
    assert browser.post(f"{url}edit/?part=2", {"trl": "6", "version": "2"}).url == f"{url}edit/?part=3"
    last = browser.post(f"{url}edit/?part=3", {"requested_amount": "1,000원", "version": "3"})
    assert (last.status_code, last.url) == (302, url)
    assert "비어 있습니다" not in browser.get(url).content.decode()
    made = last
    assert browser.post(f"{made.url}submit/").status_code == 302
    assert browser.post(f"{made.url}submit/").status_code == 409
    officer = client_of(road.officer)
    assert officer.get(f"{made.url}return/").status_code == 200
    assert officer.post(f"{made.url}return/", {"reason": ""}).status_code == 422
    assert officer.post(f"{made.url}return/", {"reason": "금액의 근거를 적어 주십시오."}).status_code == 302
    assert "금액의 근거를 적어 주십시오." in browser.get(made.url).content.decode()
    assert browser.post(f"{made.url}submit/").status_code == 302
    assert officer.post(f"{made.url}admit/").status_code == 302
    assert client_of(manager).post(f"{made.url}invite/").status_code == 302
    with acting(startup):
        found = Application.objects.visible_to(startup).get()
    assert (found.state, found.number, found.requested_amount) == (State.INVITED, "A2025-001", 1000)
    assert (found.proposal, found.trl) == ("새 제안", 6)


def test_second_application_for_the_same_demand(road, startup, demand, client_of, frozen):
    first = road.draft(startup, demand)
    with acting(startup):
        with pytest.raises(WrongState, match="이미 신청서가"):
            operations.create(actor=startup, demand=demand)
        assert operations.create(actor=startup, demand=demand, id=first.pk).pk == first.pk
        operations.withdraw(application=first, actor=startup, reason="다시 쓰겠습니다.")
    assert road.draft(startup, demand).pk != first.pk


def test_numbers_have_no_gaps(road, manager):
    demand, other = road.demand(manager), road.demand(manager, "자율주행 물류")
    startups = [road.startup(f"회사{n}") for n in range(3)]
    abandoned = road.draft(startups[0], other)
    with acting(startups[0]):
        operations.withdraw(application=abandoned, actor=startups[0], reason="제출하지 않습니다.")
    numbers = []
    for startup in startups:
        application = road.submitted(startup, demand)
        numbers.append(application.number)
        with acting(startup):
            operations.withdraw(application=application, actor=startup, reason="사정이 생겼습니다.")
    assert numbers == ["A2025-001", "A2025-002", "A2025-003"]
    assert seen(road.officer) == 3  # what had been handed in stays on record; the abandoned draft was never theirs


# --- what is refused -------------------------------------------------------------------------------------------------


def test_what_must_be_there_to_submit(road, startup, demand, client_of, frozen):
    application = road.draft(startup, demand, proposal="", requested_amount=0)
    with acting(startup):
        with pytest.raises(Invalid) as refusal:
            operations.submit(application=application, actor=startup)
        assert set(refusal.value.fields) == {"proposal", "requested_amount"}
        operations.edit(application=application, actor=startup, proposal=PROPOSAL, requested_amount=CAP + 1)
        with pytest.raises(OverLimit):
            operations.submit(application=application, actor=startup)
    response = client_of(startup).post(f"/applications/{application.pk}/submit/")
    assert response.status_code == 409
    assert "200,000,000원" in response.content.decode()
    with acting(startup):
        operations.edit(application=application, actor=startup, requested_amount=CAP)
        assert operations.submit(application=application, actor=startup).number == "A2025-001"


def test_window_is_kept_to_the_second(road, startup, demand, world, client_of, frozen):
    application = road.draft(startup, demand)
    late = startup.at(world.now + timedelta(days=1))
    other = road.startup("늦은 회사").at(late.now)
    with acting(late), pytest.raises(StageClosed):
        operations.submit(application=application, actor=late)
    with acting(other), pytest.raises(StageClosed):
        operations.create(actor=other, demand=demand)
    in_time = late.at(late.now - timedelta(seconds=1))
    with acting(in_time):
        operations.submit(application=application, actor=in_time)
    frozen(late.now)
    page = client_of(other).get(f"/demands/{demand.pk}/").content.decode()
    assert "신청 기간이" in page
    assert "/applications/new/?demand=" not in page


def test_no_application_for_what_is_not_offered(road, manager, startup):
    hidden = road.demand(manager, "센터만 보는 수요", level="centers")
    draft = road.demand(manager, "아직 작성 중", published=False)
    for demand in (hidden, draft):
        with acting(startup), pytest.raises(NotFound):
            operations.create(actor=startup, demand=demand)


def test_who_may_not(road, manager, startup, demand, world, client_of, frozen):
    application = road.draft(startup, demand)
    url = f"/applications/{application.pk}/"
    member = road.colleague(startup, Role.MEMBER)
    clerk = road.colleague(startup, Role.ADMINISTRATOR)
    assert client_of(member).post(f"{url}submit/").status_code == 403  # only the representative hands in
    assert client_of(member).get(f"{url}edit/").status_code == 200
    assert client_of(clerk).get(f"{url}edit/").status_code == 403
    assert client_of(clerk).get("/applications/new/").status_code == 403
    rival = road.startup("경쟁 스타트업")
    foreign = road.corporation("다른 대기업")
    for stranger in (rival, foreign, manager, road.officer):
        for path in ("", "edit/", "submit/", "withdraw/"):
            browser = client_of(stranger)
            answer = browser.post(url + path) if path == "submit/" else browser.get(url + path)
            assert answer.status_code == 404, (stranger.kind, path)
        assert seen(stranger) == 0
    assert client_of(startup).get(f"/applications/{new_id()}/").status_code == 404
    with acting(rival), pytest.raises(NotAllowed):
        operations.submit(application=application, actor=rival)
    with acting(startup):
        operations.submit(application=application, actor=startup)
    assert client_of(startup).post(f"{url}admit/").status_code == 403
    assert client_of(road.approver).post(f"{url}admit/").status_code == 403
    with acting(road.officer):
        operations.admit(application=application, actor=road.officer)
    evaluator = road.colleague(manager, Role.EVALUATOR)
    assert client_of(evaluator).post(f"{url}invite/").status_code == 403
    assert client_of(foreign).post(f"{url}invite/").status_code == 404
    assert client_of(manager).post(f"{url}mark_met/").status_code == 404  # hidden steps have no address


def test_database_holds_without_python(road, manager, startup, demand):
    application = road.draft(startup, demand)
    mine = Application.objects.visible_to(startup).filter(pk=application.pk)
    with acting(startup):
        for change, words in (
            ({"state": State.ELIGIBLE}, "Invalid transition"),
            ({"state": State.SUBMITTED}, "application_n"),
            ({"requested_amount": -1}, "application_amount"),
        ):
            with pytest.raises(Exception, match=words), transaction.atomic():
                mine.update(**change)
        with pytest.raises(IntegrityError, match="application_once"), transaction.atomic():
            _copy(application).save(force_insert=True)
    other = road.corporation("다른 대기업")
    with acting(startup), pytest.raises(IntegrityError, match="application_of_demand"), transaction.atomic():
        mine.update(corporation_id=other.organization_id)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    rival = road.startup("경쟁 스타트업")
    with acting(rival), pytest.raises(Exception, match="row-level security"), transaction.atomic():
        _copy(application).save(force_insert=True)
    with acting(rival), connection.cursor() as cursor:
        cursor.execute("UPDATE applications_application SET proposal = ''")
        assert cursor.rowcount == 0


def _copy(application):
    names = ("program_id", "demand_id", "corporation_id", "startup_id", "created_at")
    return Application(id=new_id(), **{name: getattr(application, name) for name in names})


# --- at the same moment ----------------------------------------------------------------------------------------------


def test_two_submissions_at_once(committed_world):  # noqa: F811
    road = Road(committed_world)
    demand = road.demand(road.corporation("현대자동차"))
    startup = road.startup("테솔로")
    application = road.draft(startup, demand)
    second = road.colleague(startup, Role.REPRESENTATIVE)

    def submit(actor):
        with acting(actor):
            mine = Application.objects.visible_to(actor).get(pk=application.pk)
            return operations.submit(application=mine, actor=actor).number

    found = at_once(lambda: submit(startup), lambda: submit(second))
    assert sorted(type(f).__name__ for f in found) == ["WrongState", "str"]
    with system("check"):
        stored = Application.objects.get()
        assert (stored.state, stored.number) == (State.SUBMITTED, "A2025-001")
        assert Message.objects.filter(arguments__name="application.received").count() == 1


def test_numbers_given_at_once_are_different(committed_world):  # noqa: F811
    road = Road(committed_world)
    demand = road.demand(road.corporation("현대자동차"))
    startups = [road.startup(f"회사{n}") for n in range(4)]
    drafts = [(startup, road.draft(startup, demand)) for startup in startups]

    def submit(actor, application):
        with acting(actor):
            return operations.submit(application=application, actor=actor).number

    found = at_once(*(lambda a=a, d=d: submit(a, d) for a, d in drafts))
    assert sorted(map(str, found)) == [f"A2025-00{n}" for n in range(1, 5)]


def test_an_unchecked_startup_is_not_passed_on(road, manager, startup, demand):
    application = road.draft(startup, demand)
    with acting(startup):
        operations.submit(application=application, actor=startup)
    with system("test"):
        Organization.objects.filter(pk=startup.organization_id).update(verified_at=None)
    with acting(road.officer), pytest.raises(Refusal, match="확인이 끝나지 않았습니다"):
        operations.admit(application=application, actor=road.officer)
    with acting(manager):
        assert not Application.objects.visible_to(manager).exists()
