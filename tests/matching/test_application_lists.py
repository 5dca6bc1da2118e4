"""Applications in lists and at desks: what may be done to several at once, and where one is afterwards."""

from matching.applications import desks, shortlists
from portal.security.actor import acting, system
from programs.plans.models import Program
from tests.matching.test_application_desks import demand, storage

__all__ = ["demand", "storage"]


def test_the_list_offers_what_may_be_done_to_each(road, manager, startup, demand, client_of, frozen):
    """Boxes stand where a step or an act is open: an invited application can still go on the shortlist."""
    invited, waiting = road.invited(startup, demand, manager), road.submitted(road.startup("나래"), demand)
    ours, theirs = client_of(manager).get("/applications/"), client_of(road.officer).get("/applications/")
    ours, theirs = ours.content.decode(), theirs.content.decode()
    assert (
        'data-action="bulk-shortlist"' in ours and 'data-action="bulk-invite"' not in ours
    )  # nobody is left to invite
    assert f'value="{invited.pk}"' in ours and f'value="{waiting.pk}"' not in ours
    assert "bulk-shortlist" not in theirs and 'data-action="bulk-admit"' in theirs
    assert f'value="{waiting.pk}"' in theirs and f'value="{invited.pk}"' not in theirs
    mine = client_of(startup).get("/applications/").content.decode()
    assert 'name="pick"' not in mine and 'id="bulk"' not in mine
    invitable = road.admitted(road.startup("다온"), demand)
    ours = client_of(manager).get("/applications/").content.decode()
    assert 'data-action="bulk-invite"' in ours and f'value="{invitable.pk}"' in ours
    nothing = client_of(road.officer).get("/applications/", {"state": "invited"}).content.decode()
    assert "테솔로" in nothing and 'id="bulk"' not in nothing and ">선택<" not in nothing  # no empty column either


def test_a_desk_shows_what_is_not_over(road, manager, startup, demand, client_of, frozen):
    road.invited(startup, demand, manager)
    client = client_of(manager)
    assert "테솔로" in client.get("/applications/desk/").content.decode()
    with system("a year goes by"):
        Program.objects.filter(pk=road.program.pk).update(state="running")
        assert "테솔로" in client.get("/applications/desk/").content.decode()
        Program.objects.filter(pk=road.program.pk).update(state="closed", closed_at=road.world.now)
    assert "테솔로" not in client.get("/applications/desk/").content.decode()
    assert "테솔로" in client.get("/applications/").content.decode()


def test_after_a_bulk_act_one_is_back_where_one_was(road, startup, demand, client_of, frozen):
    first, second = road.submitted(startup, demand), road.submitted(road.startup("나래"), demand)
    officer, desk = client_of(road.officer), "/applications/desk/"
    assert f'name="next" value="{desk}"' in officer.get(desk).content.decode()
    refuse, admit = "/applications/bulk/refuse/", "/applications/bulk/admit/"
    asked = officer.post(refuse, {"pick": [second.pk], "next": desk}).content.decode()
    assert f'name="next" value="{desk}"' in asked and f'href="{desk}"' in asked
    sent = {"pick": [second.pk], "next": desk, "bulk": "1", "reason": "기술성숙도가 낮습니다."}
    assert officer.post(refuse, sent).headers["Location"] == desk
    for away in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", ""):
        asked = officer.post(refuse, {"pick": [first.pk], "next": away})
        assert not away or away not in asked.content.decode()
        assert officer.post(admit, {"next": away}).headers["Location"] == "/applications/"
    assert officer.post(admit, {"pick": [first.pk], "next": away}).headers["Location"] == "/applications/"


def test_a_desk_is_leafed_through(road, manager, startup, demand, client_of, frozen, monkeypatch):
    monkeypatch.setattr(desks, "AT_ONCE", 1)
    applications = [road.admitted(one, demand) for one in (startup, road.startup("나래"))]
    with acting(manager):
        for application in applications:
            shortlists.shortlist(application=application, actor=manager)
    client = client_of(manager)
    page = client.get("/applications/desk/", {"kept": "1"}).content.decode()
    assert 'href="?kept=1&amp;page=2"' in page and "모두 <strong>2</strong>건" in page
    part = client.get("/applications/desk/", {"kept": "1", "page": "2"}, headers={"HX-Request": "true"})
    part = part.content.decode()
    assert "나래" in part and "테솔로" not in part and 'id="list"' in part and "<html" not in part
