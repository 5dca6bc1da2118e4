"""Applications: known data, returned with remarks, files, the receipt, the officer's and the corporation's desk."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from matching.applications import attachments, operations, shortlists
from matching.applications.eligibility import findings
from matching.applications.models import Application, ShortlistEntry
from matching.applications.workflow import State
from matching.startups import supports
from matching.startups.models import Profile
from portal.audit.models import AccessRecord
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Organization
from portal.security.actor import acting, system
from programs.plans import operations as plans
from programs.plans.models import Stage
from tests.matching.road import PROPOSAL

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc00000030101"
    "00c9fe92ef0000000049454e44ae426082"
)
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def demand(road, manager):
    return road.demand(manager, min_trl=6)


def fresh(application):
    with system("test"):
        return Application.objects.get(pk=application.pk)


def profile(startup, **fields):
    with system("test"):
        Profile(startup_id=startup.organization_id, representative="김대표", **fields).save(force_insert=True)


def returned(road, application, **remarks):
    with acting(road.officer):
        return operations.return_(application=application, actor=road.officer, reason="보완 바랍니다.", remarks=remarks)


def picture(name="설비.png"):
    return SimpleUploadedFile(name, PNG, "image/png")


def attach(startup, application):
    with acting(startup):
        return attachments.attach(application=application, actor=startup, file=picture(), nothing_secret=True)


# --- writing ---------------------------------------------------------------------------------------------------------


def test_what_is_known_is_filled_in(road, startup, demand):
    profile(startup, trl=7, technology="촉각 센서와 손가락 제어")
    with acting(startup):
        made = operations.create(actor=startup, demand=demand)
    assert (made.technology, made.trl, made.proposal) == ("촉각 센서와 손가락 제어", 7, "")


def test_the_window_closes_while_typing(road, startup, demand, world, client_of, frozen):
    """What was typed stays, and the page says why it can't be handed in and what to do."""
    application = road.draft(startup, demand)
    frozen(world.now + timedelta(days=1))
    client, url = client_of(startup), f"/applications/{application.pk}/"
    kept = client.post(f"{url}edit/?part=1", {"proposal": "마감 직전에 쓴 글", "version": 1}, headers={"X-Draft": "1"})
    assert kept.status_code == 200 and fresh(application).proposal == "마감 직전에 쓴 글"
    page = client.get(url).content.decode()
    assert "신청 기간이" in page and "적으신 내용은 그대로 보관됩니다" in page
    assert client.post(f"{url}submit/").status_code == 409
    assert fresh(application).state == State.DRAFT


def test_texts_are_texts(road, manager, startup, demand, client_of, frozen):
    with acting(startup):
        made = operations.create(
            actor=startup, demand=demand, proposal=HOSTILE, plan="=1+1", effect=HOSTILE, technology=HOSTILE,
            requested_amount=1, excluded_parties=HOSTILE,
        )  # fmt: skip
        operations.submit(application=made, actor=startup)
    for who, path in ((road.officer, "desk/"), (road.officer, f"{made.pk}/"), (startup, f"{made.pk}/")):
        assert HOSTILE not in client_of(who).get(f"/applications/{path}").content.decode()


# --- the officer's desk ----------------------------------------------------------------------------------------------


def judged(road, application):
    with acting(road.officer):
        seen = Application.objects.visible_to(road.officer).select_related("demand", "program", "center", "startup")
        found = seen.get(pk=application.pk)
        return {f.rule: f for f in findings([found], road.officer)[found.pk]}


def test_rules_in_words(road, manager, startup, demand):
    profile(startup, trl=4, founded_on=date(2020, 2, 29), region="11")
    found = judged(road, road.submitted(startup, demand))
    assert {rule: f.met for rule, f in found.items()} == {
        "기업 확인": True, "신청 기간": True, "지원 한도": True, "최소 기술성숙도(TRL)": False,
        "정보 제공 동의": True, "중복 지원": True,
    }  # fmt: skip
    assert found["최소 기술성숙도(TRL)"].words == "TRL 4이며 과제가 요구하는 최소 TRL은 6입니다."
    other = road.invited(startup, road.demand(manager, "다른 과제"), manager)
    with acting(road.officer):
        operations.mark_met(application=other, actor=road.officer)
        operations.decide(application=other, actor=road.officer, decision="select")
    with system("test"):
        application = Application.objects.get(demand=demand)
    again = judged(road, application)["중복 지원"]
    assert again.met is False and "A2025-002" in again.words


def test_more_time_for_one_startup_is_known(road, manager, startup, demand, world):
    """Who was given more time is in time; who wasn't is not."""
    late = world.now + timedelta(days=2)
    with acting(road.officer):
        plans.extend(
            program=road.program, actor=road.officer, kind=Stage.Kind.APPLICATION, closes_at=late, reason="서버 장애",
            organization=Organization.objects.visible_to(road.officer).get(pk=startup.organization_id),
        )  # fmt: skip
    other = road.startup("나래센서")
    made = [road.submitted(one, demand) for one in (startup, other)]
    with system("test"):
        Application.objects.update(submitted_at=late - timedelta(hours=1))
    first, second = (judged(road, application)["신청 기간"] for application in made)
    assert first.met is True and "연장된 기간" in first.words
    assert second.met is False and "밖입니다" in second.words


def test_supports_elsewhere_are_evidence(road, manager, startup, demand):
    """The officer reads what the startup has entered; whether it is a duplicate people decide."""
    with acting(startup):
        supports.create(
            actor=startup, program_name="초격차 스타트업", agency="창업진흥원", year=2025, ended_on=None,
            amount=100_000_000, subject="로봇",
        )  # fmt: skip
    found = judged(road, road.submitted(startup, demand))["중복 지원"]
    assert found.met is None and "창업진흥원" in found.words and "같은 해의 지원" in found.words
    other = judged(road, road.submitted(road.startup("나래센서"), demand))["중복 지원"]
    assert other.met is True and "창업진흥원" not in other.words


def test_the_list_is_searched_by_its_own_words_startup_and_demand(road, manager, startup, demand, client_of, frozen):
    road.admitted(startup, demand)
    road.submitted(road.startup("나래센서"), road.demand(manager, "배터리 열폭주"))
    for who in (road.officer, manager):
        client = client_of(who)
        for text in ("A2025-001", "테솔로", "솔로", "로봇 핸드", "케이블 체결"):
            page = client.get("/applications/", {"search": text}).content.decode()
            assert "테솔로" in page, text
        assert "테솔로" not in client.get("/applications/", {"search": "열폭주"}).content.decode()
    assert "나래센서" in client_of(road.officer).get("/applications/", {"search": "나래"}).content.decode()
    assert "나래센서" not in client_of(manager).get("/applications/", {"search": "나래"}).content.decode()


def test_the_officer_decides_in_bulk(road, manager, startup, demand, client_of, frozen):
    mine, second = road.submitted(startup, demand), road.submitted(road.startup("나래센서"), demand)
    officer = client_of(road.officer)
    page = officer.get("/applications/desk/").content.decode()
    assert "테솔로" in page and "나래센서" in page and "최소 기술성숙도(TRL)" in page
    assert f'value="{mine.pk}"' in page
    assert officer.post("/applications/bulk/admit/", {"pick": [mine.pk]}).status_code == 302
    asked = officer.post("/applications/bulk/refuse/", {"pick": [second.pk]})
    assert asked.status_code in (200, 422) and 'name="reason"' in asked.content.decode()
    sent = {"pick": [second.pk], "bulk": "1", "reason": "기술성숙도가 낮습니다."}
    assert officer.post("/applications/bulk/refuse/", sent).status_code == 302
    assert (fresh(mine).state, fresh(second).state) == (State.ELIGIBLE, State.INELIGIBLE)
    for who in (startup, road.approver, road.colleague(manager, Role.EVALUATOR)):
        assert client_of(who).get("/applications/desk/").status_code == 403


# --- the corporation's desk ------------------------------------------------------------------------------------------


def test_compare_side_by_side(road, manager, startup, demand, client_of, frozen):
    applications = [road.admitted(startup, demand)]
    applications += [road.admitted(road.startup(f"회사{n}"), demand) for n in range(4)]
    waiting = road.submitted(road.startup("아직 확인 전"), demand)
    client = client_of(manager)
    desk = client.get("/applications/desk/").content.decode()
    assert "회사3" in desk and "아직 확인 전" not in desk

    def compared(*picked, who=client):
        return who.get("/applications/compare/", {"pick": [a.pk for a in picked]})

    page = compared(*applications[:4]).content.decode()
    assert page.count('scope="row"') >= 10 and "테솔로" in page and 'data-label="A2025-002 회사0"' in page
    assert compared(*applications).status_code == 302 and compared(applications[0]).status_code == 302
    assert compared(applications[0], waiting).status_code == 302
    foreign = client_of(road.corporation("다른 대기업"))
    assert compared(*applications[:2], who=foreign).status_code == 302
    assert compared(*applications[:2], who=client_of(startup)).status_code == 403
    with system("test"):
        assert AccessRecord.objects.filter(act="view", owner_id=startup.organization_id).exists()
    assert client.post("/applications/bulk/invite/", {"pick": [a.pk for a in applications[:2]]}).status_code == 302
    assert [fresh(a).state for a in applications[:3]] == [State.INVITED, State.INVITED, State.ELIGIBLE]


def test_the_shortlist_is_the_corporations_own(road, manager, startup, demand, client_of, frozen):
    application = road.admitted(startup, demand)
    client, url = client_of(manager), f"/applications/{application.pk}/"
    note = "1순위로 검토합니다."
    for _time in range(2):
        assert client.post(f"{url}shortlist/", {"note": note}).status_code == 302
    assert note in client.get(url).content.decode() and note in client.get("/applications/desk/").content.decode()
    evaluator = road.colleague(manager, Role.EVALUATOR)
    for who in (startup, road.officer, evaluator, road.corporation("다른 대기업")):
        assert note not in client_of(who).get(url).content.decode()
        with acting(who):
            assert not ShortlistEntry.objects.visible_to(who).exists()
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM applications_shortlistentry")
                assert cursor.fetchone() == (0,)
    assert client_of(startup).post(f"{url}shortlist/", {"note": "x"}).status_code == 403
    with acting(startup):
        operations.withdraw(application=application, actor=startup, reason="다른 사업에 선정되었습니다.")
    with acting(manager):
        assert shortlists.shortlisted(application, manager) is None
    other = road.admitted(startup, demand)
    assert client.post(f"/applications/{other.pk}/shortlist/", {"note": ""}).status_code == 302
    assert client.post(f"/applications/{other.pk}/unshortlist/").status_code == 302
    with acting(manager):
        assert not ShortlistEntry.objects.visible_to(manager).exists()


def test_several_go_on_the_shortlist_at_once(road, manager, startup, demand, client_of, frozen):
    """What is on it keeps its note; the desk can show it alone; nobody else fills or reads it."""
    first, second, third = (road.admitted(one, demand) for one in (startup, road.startup("나래"), road.startup("다올")))
    client, desk = client_of(manager), "/applications/desk/"
    with acting(manager):
        shortlists.shortlist(application=first, actor=manager, note="1순위")
    assert 'formaction="/applications/bulk/shortlist/"' in client.get(desk).content.decode()
    sent = {"pick": [first.pk, second.pk], "next": f"{desk}?kept=1"}
    assert client.post("/applications/bulk/shortlist/", sent).headers["Location"] == f"{desk}?kept=1"
    with acting(manager):
        kept = dict(ShortlistEntry.objects.visible_to(manager).values_list("application", "note"))
    assert kept == {first.pk: "1순위", second.pk: ""}
    page = client.get(desk, {"kept": "1"}).content.decode()
    assert (
        "나래" in page
        and f'value="{third.pk}"' not in page
        and f'value="{third.pk}"' in client.get(desk).content.decode()
    )
    assert client.post("/applications/bulk/shortlist/").headers["Location"] == "/applications/"
    for who in (road.officer, startup):
        assert client_of(who).post("/applications/bulk/shortlist/", {"pick": [third.pk]}).status_code == 403
    foreign = client_of(road.corporation("다른 대기업"))
    foreign.post("/applications/bulk/shortlist/", {"pick": [third.pk]})
    assert "나래" not in foreign.get(desk, {"kept": "1"}).content.decode()
    with system("test"):
        assert ShortlistEntry.objects.count() == 2


def test_a_note_written_by_itself_changes_what_is_on_the_list(road, manager, startup, demand):
    application = road.admitted(startup, demand)
    with acting(manager):
        for note, stands in (("1순위", "1순위"), (None, "1순위"), ("2순위", "2순위"), ("", "")):
            shortlists.shortlist(application=application, actor=manager, note=note)
            assert shortlists.shortlisted(application, manager).note == stands


def test_comparing_four_asks_as_often_as_comparing_two(road, manager, demand, client_of, frozen):
    from django.test.utils import CaptureQueriesContext

    applications = []
    for name in ("가", "나", "다", "라"):
        startup = road.startup(f"회사{name}")
        draft = road.draft(startup, demand)
        attach(startup, draft)
        with acting(startup):
            operations.submit(application=draft, actor=startup)
        with acting(road.officer):
            applications.append(operations.admit(application=draft, actor=road.officer))
    client, counts = client_of(manager), []
    client.get("/applications/desk/")
    for picked in (applications[:2], applications):
        sent = client.post("/applications/compare/", {"pick": [a.pk for a in picked]})
        with CaptureQueriesContext(connection) as queries:
            page = client.get(sent.headers["Location"]).content.decode()
        # Each that is looked at leaves an access record of its own.
        reads = [q["sql"] for q in queries if "audit_accessrecord" not in q["sql"]]
        counts.append(len(reads))
    assert counts[0] == counts[1] and "csrf" not in sent.headers["Location"] and "첨부파일" in page


def test_desks_ask_as_often_for_three_rows_as_for_one_and_speak_english(road, manager, demand, client_of, frozen):
    from django.test.utils import CaptureQueriesContext

    counts = []
    for names in (["회사"], ["회사1", "회사2"]):
        for name in names:
            road.submitted(road.startup(name), demand)
        client = client_of(road.officer)
        client.get("/applications/desk/")
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/applications/desk/").content.decode()
        counts.append(len(queries))
    assert counts[0] == counts[1] and page.count("A2025-00") >= 3
    english = client_of(road.officer).get("/applications/desk/", headers={"Accept-Language": "en"}).content.decode()
    assert "Eligibility check" in english and "No other selection" in english


def test_a_recommended_startup_finds_the_way(road, manager, startup, demand, world, client_of, frozen):
    from matching.recommendations.models import Recommendation

    center = world(world.organization(Kind.CENTER, "경기센터"), Role.COORDINATOR)
    with system("test"):
        made = Recommendation(
            program=road.program, demand=demand, corporation_id=manager.organization_id,
            center_id=center.organization_id, startup_id=startup.organization_id, demand_title=demand.title, trl=8,
            reason="추천 사유 " * 12, state="accepted", created_at=road.world.now, requested_at=road.world.now,
            consented_at=road.world.now, consented_by_id=startup.user_id, submitted_at=road.world.now,
            decided_at=road.world.now, decided_by_id=road.officer.user_id,
        )  # fmt: skip
        made.save(force_insert=True)
    page = client_of(startup).get(f"/recommendations/{made.pk}/").content.decode()
    assert f"/applications/new/?demand={demand.pk}" in page
    assert "/applications/new/" not in client_of(center).get(f"/recommendations/{made.pk}/").content.decode()
    with acting(startup):
        application = operations.create(actor=startup, demand=demand)
        assert application.trl == 8
        operations.edit(application=application, actor=startup, proposal=PROPOSAL, requested_amount=1)
        operations.submit(application=fresh(application), actor=startup)
    assert fresh(application).center_id == center.organization_id
    assert judged(road, application)["정보 제공 동의"].words.startswith("경기센터의 추천에")
