"""What every route of the API keeps to: scopes, tags, limits said aloud, and problem details for whatever goes wrong."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.api.models import SCOPES
from portal.api.permissions import scope_for
from portal.api.urls import urlpatterns
from portal.kernel.roles import Kind, Role
from portal.security.actor import acting
from programs.demands import operations
from tests.api.test_reading import code

DESCRIPTION = {"schema/", "docs/"}  # the same for everybody, and without any data


@pytest.fixture
def unlimited(monkeypatch):
    monkeypatch.setattr("portal.api.throttling.PerMinute.allow_request", lambda *_: True)


def asked():
    """Every method of every route: address, method, the scope that it needs."""
    for entry in urlpatterns:
        route = str(entry.pattern)
        if route in DESCRIPTION:
            continue
        for method, action in getattr(entry.callback, "actions", {"get": ""}).items():
            if method == "head":  # the framework adds it to a route once that was asked: it answers without content
                continue
            room = getattr(getattr(entry.callback, "cls", None), "room", None)
            doing = "edit" if action == "partial_update" else re.sub("^(step_|act_)", "", action)
            yield route.replace("<uuid:id>", str(uuid4())), method, scope_for(method.upper(), room, doing)


def test_every_route_asks_for_its_scope(api, world, program, unlimited):
    officer, routes = world.officer, list(asked())
    assert {scope for *_rest, scope in routes} == set(SCOPES) and len(routes) > 80
    for needed in SCOPES:
        without = api(officer, *(scope for scope in SCOPES if scope != needed)).client
        wrong = {
            (route, method): found.status_code
            for route, method, scope in routes
            if scope == needed
            for found in [getattr(without, method)(f"/api/v1/{route}", {}, content_type="application/json")
                          if method != "get" else without.get(f"/api/v1/{route}")]
            if found.status_code != 403 or b"wrong_scope" not in found.content
        }  # fmt: skip
        assert not wrong, (needed, wrong)


# --- tags ---


@pytest.mark.parametrize("path", ["", "demands/", "demands/?page_size=1", "demands/{}/", "programs/", "schema/"])
def test_what_was_read_before_is_not_sent_again(api, manager, make_demand, path):
    demand = make_demand()
    make_demand()
    client, url = api(manager).client, f"/api/v1/{path.format(demand.pk)}"
    first = client.get(url)
    assert first.status_code == 200 and first.content
    again = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert "no-store" in again.headers["Cache-Control"] and again.headers["X-Request-ID"]
    weak = client.get(url, headers={"If-None-Match": f'"other", W/{first.headers["ETag"]}'})
    assert weak.status_code == 304
    assert client.get(url, headers={"If-None-Match": '"other"'}).status_code == 200


def test_whatever_changes_in_the_answer_changes_its_tag(api, manager, demand, world, frozen):
    """A step that is open now, a state, a sentence: not only what was typed."""
    client, url = api(manager), f"demands/{demand.pk}/"
    first = client.get(url)
    frozen(world.now + timedelta(days=2))  # the survey is closed: nothing can be handed in any more
    later = client.get(url)
    if later.content != first.content:
        assert later.headers["ETag"] != first.headers["ETag"]
    frozen(world.now)
    with acting(manager):
        operations.submit(demand=demand, actor=manager)
    changed = client.client.get(f"/api/v1/{url}", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200 and changed.headers["ETag"] != first.headers["ETag"]


def test_a_tag_does_not_show_what_one_may_not_see(api, manager, demand, world):
    """Whoever knows the tag of a thing that isn't theirs learns nothing by it."""
    tag = api(manager).get(f"demands/{demand.pk}/").headers["ETag"]
    rival = api(world(world.organization(Kind.CORPORATION, "경쟁사"), Role.MANAGER)).client
    for known in (tag, "*"):
        found = rival.get(f"/api/v1/demands/{demand.pk}/", headers={"If-None-Match": known})
        assert code(found) == (404, "not_found")


def test_drafts_change_only_from_what_was_read(api, manager, demand):
    client, url = api(manager), f"demands/{demand.pk}/"
    read = client.get(url).headers["ETag"]
    assert code(client.patch(url, {"title": "하나"})) == (428, "precondition_required")
    assert client.patch(url, {"title": "하나"}, If_Match=read).status_code == 200
    assert code(client.patch(url, {"title": "둘"}, If_Match=read)) == (412, "changed_meanwhile")
    assert client.get(url).json()["title"] == "하나"


# --- limits ---


def test_every_answer_says_what_is_left(api, manager, settings):
    settings.API_PER_MINUTE = {"member": 3, "public": 1}
    client = api(manager)
    answers = [client.get("demands/"), client.get("demands/no/"), client.post("demands/"), client.get("programs/")]
    answers.append(client.get("programs/"))
    counted = [a for a in answers if "RateLimit" in a.headers]
    assert [a.status_code for a in answers[-1:]] == [429] and len(counted) >= 4
    assert {a.headers["RateLimit-Policy"] for a in counted} == {'"minute";q=3;w=60'}
    left = [int(re.fullmatch(r'"minute";r=(\d+);t=(\d+)', a.headers["RateLimit"])[1]) for a in counted]
    assert left == sorted(left, reverse=True) and left[0] == 2 and left[-1] == 0
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


# --- faults ---


def faulty(api, manager, demand, settings):
    client = api(manager).client
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2000
    body = {"content_type": "application/json"}
    long = json.dumps({"title": "가" * 3000})
    csrf = Client(enforce_csrf_checks=True)
    csrf.force_login(User.objects.get(pk=manager.user_id))
    yield 400, "malformed", client.post("/api/v1/demands/", "{", **body)
    yield 400, "malformed", client.post("/api/v1/demands/", "[" * 1500, **body)
    yield 400, "malformed", client.get("/api/v1/demands/?cursor=1")
    yield 401, "not_authenticated", Client().post("/api/v1/demands/", {}, **body)
    yield 401, "invalid_token", Client(headers={"Authorization": "Bearer dtv_x"}).get("/api/v1/no/such/route/")
    yield 403, "wrong_scope", api(manager, "read").post("demands/")
    yield 403, "csrf_failed", csrf.post("/api/v1/demands/", {}, **body)
    for route in ("/api/v1/no/such/route/", "/api/", "/api/v2/demands/", "/api/v1/demands/x/", "/api/v1/demands/%00/"):
        yield 404, "not_found", client.get(route)
    for method in ("put", "delete", "options", "patch", "trace"):
        yield 405, "method_not_allowed", getattr(client, method)("/api/v1/demands/")
    yield 405, "method_not_allowed", client.get(f"/api/v1/demands/{demand.pk}/submit/")
    yield 406, "not_acceptable", client.get("/api/v1/demands/", headers={"Accept": "text/html"})
    yield 413, "too_large", client.post("/api/v1/demands/", long, **body)
    yield 413, "too_large", client.post("/api/v1/demands/", {"title": "가" * 3000})
    yield 415, "unsupported_media_type", client.post("/api/v1/demands/", "<a/>", content_type="application/xml")
    yield 422, "invalid", client.post("/api/v1/demands/", "{}", **body)
    settings.API_PER_MINUTE = {"member": 0, "public": 0}
    yield 429, "too_many_requests", client.get("/api/v1/demands/")


def test_whatever_goes_wrong_is_problem_details(api, manager, demand, settings):
    for status, name, found in faulty(api, manager, demand, settings):
        assert code(found) == (status, name)
        told = found.json()
        assert told["instance"].replace("-", "") == f"urn:uuid:{found.headers['X-Request-ID']}"
        assert told["type"] == f"/problems/{name}" and told["title"].strip()
        assert "Traceback" not in found.content.decode() and "portal/" not in found.content.decode()


def test_a_fault_of_ours_is_problem_details_too(api, manager, monkeypatch):
    client = api(manager).client
    client.raise_request_exception = False

    def broken(*_args, **_kwargs):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("portal.api.collections.filtered", broken)
    found = client.get("/api/v1/demands/")
    assert code(found) == (500, "server_error") and "secret" not in found.content.decode()
