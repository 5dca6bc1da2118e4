"""Lists and objects: who reads what, page by page, in an order, through filters."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.audit.models import AccessRecord
from portal.kernel.roles import Kind, Role
from portal.security.actor import acting, system
from portal.web.rooms import rooms
from programs.demands import operations
from programs.demands.models import Demand
from programs.demands.views import ROOM


def code(response):
    assert response.headers["Content-Type"] == "application/problem+json", response.content
    body = response.json()
    assert body["status"] == response.status_code and body["title"]
    return response.status_code, body["code"]


def every_page(api, **query):
    """All pages of the list forwards, then backwards from the last one."""
    pages, found = [], api.get("demands/", **query).json()
    while True:
        pages.append(found["results"])
        if not found["next"]:
            break
        found = api.get(found["next"]).json()
    back = [found["results"]]
    while found["previous"]:
        found = api.get(found["previous"]).json()
        back.insert(0, found["results"])
    return pages, back


def test_one_demand(api, manager, demand):
    found = api(manager).get(f"demands/{demand.pk}/")
    body = found.json()
    assert found.headers["ETag"].startswith('"1.') and found.headers["Cache-Control"] == "no-store"
    assert (body["id"], body["state"], body["corporation"]) == (str(demand.pk), "draft", str(manager.organization_id))
    assert body["status"] == {"label": "작성 중", "next_step": "내용을 채워 제출해 주십시오.", "mine": True}
    assert body["links"] == {
        "self": f"http://testserver/api/v1/demands/{demand.pk}/",
        "page": f"http://testserver/demands/{demand.pk}/",
        "transitions": {
            "submit": f"http://testserver/api/v1/demands/{demand.pk}/submit/",
            "withdraw": f"http://testserver/api/v1/demands/{demand.pk}/withdraw/",
        },
    }


def test_instants_have_an_offset(api, manager, demand, world):
    with acting(manager):
        operations.submit(demand=demand, actor=manager)
    with acting(world.officer):
        operations.publish(demand=demand, actor=world.officer)
    assert api(manager).get(f"demands/{demand.pk}/").json()["published_at"] == "2025-03-12T14:00:00+09:00"


def test_pages_do_not_overlap(api, manager, make_demand):
    made = [str(make_demand(title=f"과제 {n % 3}").pk) for n in range(7)]
    client = api(manager)
    pages, back = every_page(client, page_size=2)
    assert [len(page) for page in pages] == [2, 2, 2, 1]
    assert [row["id"] for page in pages for row in page] == made[::-1]
    assert back == pages


@pytest.mark.parametrize("ordering", ["title", "-title", "published_at,-min_trl", "-published_at", "state,id"])
def test_pages_follow_any_order(api, manager, make_demand, world, ordering):
    made = [make_demand(title=f"과제 {n % 3}", min_trl=n % 2 + 4) for n in range(6)]
    for demand in made[::2]:  # half of them have no day of publication
        with acting(manager):
            operations.submit(demand=demand, actor=manager)
        with acting(world.officer.at(world.now)):
            operations.publish(demand=demand, actor=world.officer)
    client = api(manager)
    whole = client.get("demands/", ordering=ordering).json()["results"]
    pages, back = every_page(client, ordering=ordering, page_size=2)
    assert [row for page in pages for row in page] == whole and len(whole) == 6
    assert back == pages
    first = ordering.split(",")[0].lstrip("-")
    values = [row[first] or "9" for row in whole]
    assert values == sorted(values, reverse=ordering.startswith("-"))


def test_rows_that_come_in_between_do_not_shift_the_pages(api, manager, make_demand):
    made = [str(make_demand().pk) for _ in range(4)]
    client = api(manager)
    first = client.get("demands/", page_size=2).json()
    make_demand()
    second = client.get(first["next"]).json()
    assert [r["id"] for r in first["results"] + second["results"]] == made[::-1]


def test_list_costs_the_same_for_one_and_for_three(api, manager, make_demand):
    client = api(manager)

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get("demands/").status_code == 200
        return len(queries)

    make_demand()
    client.get("demands/")
    one = cost()
    make_demand(), make_demand()
    assert cost() == one


def test_search_and_filters(api, manager, make_demand):
    make_demand(title="배터리 열폭주 감지")
    make_demand()
    client = api(manager)
    assert [r["title"] for r in client.get("demands/", search="열폭주").json()["results"]] == ["배터리 열폭주 감지"]
    assert client.get("demands/", state="published").json()["results"] == []
    assert len(client.get("demands/", state="draft").json()["results"]) == 2


@pytest.mark.parametrize(
    "query",
    [
        {"state": "no-such-state"},
        {"stat": "draft"},
        {"ordering": "problem"},
        {"ordering": "corporation__name"},
        {"ordering": "title,-title"},
        {"page_size": "0"},
        {"page_size": "101"},
        {"page_size": "½"},
        {"cursor": "abc"},
        {"cursor": "Z:1t:x"},
        {"search": "a\x00b"},
    ],
)
def test_a_wrong_question_is_not_half_answered(api, manager, demand, query):
    found = api(manager).get("demands/", **query)
    assert code(found) == (400, "malformed")
    assert set(found.json()["errors"]) == set(query)


def test_a_cursor_is_for_one_order_and_unchanged(api, manager, make_demand):
    for _ in range(3):
        make_demand()
    client = api(manager)
    following = client.get("demands/", page_size=1).json()["next"]
    assert client.get(following).status_code == 200
    assert code(client.get(following + "&ordering=title")) == (400, "malformed")
    assert code(client.get(following[:-2] + "xx")) == (400, "malformed")


def test_a_rival_finds_nothing(api, world, demand):
    rival = api(world(world.organization(Kind.CORPORATION, "경쟁사"), Role.MANAGER))
    assert rival.get("demands/").json()["results"] == []
    assert rival.get("demands/", search=demand.title).json()["results"] == []
    assert code(rival.get(f"demands/{demand.pk}/")) == (404, "not_found")
    assert code(rival.post(f"demands/{demand.pk}/submit/")) == (404, "not_found")
    assert code(rival.patch(f"demands/{demand.pk}/", {"title": "가로채기"}, If_Match='"1"')) == (404, "not_found")
    with system("check"):
        assert Demand.objects.get(pk=demand.pk).title == demand.title
        refused = AccessRecord.objects.filter(act="refused").order_by("id")
        assert [r.detail["code"] for r in refused] == ["not_found"] * 3


def test_missing_and_malformed_ids(api, manager):
    client = api(manager)
    assert code(client.get("demands/01953f00-0000-7000-8000-000000000000/")) == (404, "not_found")
    assert code(client.get("demands/1/")) == (404, "not_found")
    assert code(client.get("no-such-collection/")) == (404, "not_found")
    assert code(client.client.put("/api/v1/demands/")) == (405, "method_not_allowed")
    assert code(client.client.options("/api/v1/demands/")) == (405, "method_not_allowed")


def test_opening_leaves_the_record_that_the_page_leaves(api, world, manager, demand, monkeypatch):
    with acting(manager):
        operations.submit(demand=demand, actor=manager)
    monkeypatch.setitem(vars(ROOM), "sensitive", True)
    api(world.officer).get(f"demands/{demand.pk}/")
    api(manager).get(f"demands/{demand.pk}/")  # one's own
    with system("check"):
        record = AccessRecord.objects.get(act="view")
    assert (record.subject_id, record.owner_id) == (demand.pk, manager.organization_id)
    assert record.user_id == world.officer.user_id and record.address == "127.0.0.1"


def test_the_index_names_what_one_can_open(api, world, manager):
    everything = set(rooms())
    found = api(manager).get("").json()["collections"]
    assert found["demands"] == {"title": "협업 수요", "url": "http://testserver/api/v1/demands/"}
    assert set(found) <= everything
    public = Client().get("/api/v1/").json()["collections"]
    assert {rooms()[name].access for name in public} <= {"public"}
    assert "demands" in public


def test_the_public_reads_public_rooms_only(api, world, manager, make_demand):
    open_, closed = make_demand(level="public"), make_demand()
    for demand in (open_, closed):
        with acting(manager):
            operations.submit(demand=demand, actor=manager)
        with acting(world.officer):
            operations.publish(demand=demand, actor=world.officer)
    public = Client()
    assert [r["id"] for r in public.get("/api/v1/demands/").json()["results"]] == [str(open_.pk)]
    assert code(public.get(f"/api/v1/demands/{closed.pk}/")) == (404, "not_found")
    for name, room in rooms().items():
        if room.access == "member":
            assert code(public.get(f"/api/v1/{name}/")) == (401, "not_authenticated")


def test_every_room_lists_for_every_kind(api, world):
    for kind, role in [
        (Kind.MINISTRY, Role.OFFICER),
        (Kind.CORPORATION, Role.MANAGER),
        (Kind.STARTUP, Role.REPRESENTATIVE),
        (Kind.CENTER, Role.COORDINATOR),
        (Kind.FOUNDATION, Role.CASE_MANAGER),
    ]:
        client = api(world(world.organization(kind), role))
        for name in rooms():
            assert client.get(f"{name}/").status_code == 200, name


def test_english(api, manager, demand):
    found = api(manager).client.get("/api/v1/no/", headers={"Accept-Language": "en"})
    assert found.headers["Content-Language"] == "en" and code(found)[0] == 404
