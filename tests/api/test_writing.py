"""Making, changing, transitions: the rooms' own forms and operations answer, refusals are problem details."""

import json

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.kernel.errors import NotFound
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Organization
from portal.security.actor import Actor, acting, system
from programs.demands import operations
from programs.demands.models import Demand
from programs.demands.views import ROOM
from programs.demands.workflow import State
from tests.api.conftest import FIELDS
from tests.api.test_reading import code


def stored(demand):
    with system("check"):
        return Demand.objects.get(pk=getattr(demand, "pk", demand))


def test_the_road_of_a_demand(api, world, manager, program):
    company, officer = api(manager), api(world.officer)
    made = company.post("demands/", FIELDS | {"program": str(program.pk)})
    assert made.status_code == 201, made.content
    url = made.json()["links"]["self"]
    assert made.headers["Location"] == url and made.headers["ETag"].startswith('"1.')
    path = url.removeprefix("http://testserver/api/v1/")
    changed = company.patch(path, {"title": "새 제목"}, If_Match=made.headers["ETag"])
    assert changed.status_code == 200 and changed.headers["ETag"].startswith('"2.')
    assert (changed.json()["title"], stored(made.json()["id"]).problem) == ("새 제목", FIELDS["problem"])
    handed = company.post(f"{path}submit/")
    assert handed.json()["state"] == "submitted" and set(handed.json()["links"]["transitions"]) == {"withdraw"}
    back = officer.post(f"{path}return/", {"reason": "범위를 좁혀 주십시오."})
    assert back.json()["state"] == "returned", back.content
    company.post(f"{path}submit/")
    assert officer.post(f"{path}publish/").json()["status"]["label"] == "공고"
    assert code(officer.post(f"{path}publish/")) == (409, "wrong_state")


def test_made_once_by_its_id(api, manager, program):
    client, body = api(manager), FIELDS | {"program": str(program.pk), "id": str(new_id())}
    first, second = client.post("demands/", body), client.post("demands/", body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"] == body["id"]
    with system("check"):
        assert Demand.objects.count() == 1


def test_an_id_of_somebody_else_tells_nothing(api, world, demand, program):
    rival = api(world(world.organization(Kind.CORPORATION), Role.MANAGER))
    found = rival.post("demands/", FIELDS | {"program": str(program.pk), "id": str(demand.pk)})
    assert code(found) == (409, "conflict")
    assert demand.title not in found.content.decode()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": None}, "title"),
        ({"title": ["a"]}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"title": "\ud800"}, "title"),
        ({"min_trl": 10}, "min_trl"),
        ({"min_trl": 5.5}, "min_trl"),
        ({"min_trl": True}, "min_trl"),
        ({"min_trl": 10**30}, "min_trl"),
        ({"tech_fields": ["nope"]}, "tech_fields"),
        ({"tech_fields": [{"a": 1}]}, "tech_fields"),
        ({"level": "secret"}, "level"),
        ({"program": "1"}, "program"),
        ({"program": str(new_id())}, "program"),
        ({"id": "00000000-0000-4000-8000-000000000000"}, "id"),
        ({"titel": "misspelt"}, "titel"),
    ],
)
def test_validation_says_which_field(api, manager, program, changed, field):
    found = api(manager).post("demands/", FIELDS | {"program": str(program.pk)} | changed)
    assert code(found) == (422, "invalid"), found.content
    assert set(found.json()["errors"]) == {field}
    with system("check"):
        assert not Demand.objects.exists()


@pytest.mark.parametrize("body", ["{", "[]", '"x"', "NaN", '{"a":' * 100_000])
def test_a_body_that_is_no_object(api, manager, body):
    found = api(manager).client.post("/api/v1/demands/", body, "application/json")
    assert code(found) == (400, "malformed")


def test_other_media_types(api, manager, program, settings):
    client = api(manager).client
    assert code(client.post("/api/v1/demands/", "<x/>", "text/xml")) == (415, "unsupported_media_type")
    multipart = client.post("/api/v1/demands/", FIELDS | {"program": str(program.pk)})
    assert multipart.status_code == 201, multipart.content
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    assert code(client.post("/api/v1/demands/", json.dumps(FIELDS), "application/json")) == (413, "too_large")


def test_what_a_step_needs(api, world, manager, demand):
    company, officer = api(manager), api(world.officer)
    assert code(company.post(f"demands/{demand.pk}/submit/", {"reason": "x"})) == (422, "invalid")
    company.post(f"demands/{demand.pk}/submit/")
    found = officer.post(f"demands/{demand.pk}/return/")
    assert code(found) == (422, "invalid") and set(found.json()["errors"]) == {"reason"}


def test_a_step_that_the_operation_refuses(api, manager, make_demand):
    demand = make_demand(problem="")
    found = api(manager).post(f"demands/{demand.pk}/submit/")
    assert code(found) == (422, "invalid") and set(found.json()["errors"]) == {"problem"}
    assert stored(demand).state == State.DRAFT


def test_a_member_without_the_role(api, world, manager, demand, program):
    with system("check"):
        house = Organization.objects.get(pk=manager.organization_id)
    evaluator = api(world(house, Role.EVALUATOR))
    assert evaluator.get(f"demands/{demand.pk}/").json()["links"]["transitions"] == {}
    assert code(evaluator.post(f"demands/{demand.pk}/submit/")) == (403, "not_allowed")
    assert code(evaluator.patch(f"demands/{demand.pk}/", {"title": "x"}, If_Match='"1"')) == (403, "not_allowed")
    assert code(evaluator.post("demands/", FIELDS | {"program": str(program.pk)})) == (403, "not_allowed")
    assert stored(demand).state == State.DRAFT and stored(demand).version == 1


def test_if_match(api, manager, demand):
    client, path = api(manager), f"demands/{demand.pk}/"
    assert code(client.patch(path, {"title": "x"})) == (428, "precondition_required")
    assert code(client.patch(path, {"title": "x"}, If_Match='"7"')) == (412, "changed_meanwhile")
    assert code(client.patch(path, {"title": "x", "version": 1}, If_Match='"1"')) == (422, "invalid")
    assert client.patch(path, {"title": "둘째"}, If_Match='W/"1"').headers["ETag"].startswith('"2.')
    assert code(client.patch(path, {"title": "늦음"}, If_Match='"1"')) == (412, "changed_meanwhile")
    assert client.patch(path, {"title": "셋째"}, If_Match="*").json()["title"] == "셋째"
    assert stored(demand).version == 3


def test_faster_between_the_check_and_the_lock(api, manager, demand, monkeypatch):
    client, edit = api(manager), operations.edit

    def slow(**given):
        with acting(manager):
            edit(demand=demand, actor=manager, title="빠른 사람")
        return edit(**given)

    monkeypatch.setitem(vars(ROOM), "edit", type(ROOM.edit)(slow, ROOM.edit.form, ROOM.edit.initial))
    found = client.patch(f"demands/{demand.pk}/", {"title": "느린 사람"}, If_Match='"1"')
    assert code(found) == (412, "changed_meanwhile")
    assert stored(demand).title == "빠른 사람"


def test_changing_in_the_wrong_state(api, manager, demand):
    with acting(manager):
        operations.submit(demand=demand, actor=manager)
    found = api(manager).patch(f"demands/{demand.pk}/", {"title": "x"}, If_Match='"1"')
    assert code(found) == (409, "wrong_state")


def test_out_of_sight_after_the_step(api, world, manager, demand, monkeypatch):
    """What was done is done; the answer has no content where the object is out of the actor's sight then."""
    client, seen, real = api(manager), [], type(ROOM).get

    def once(self, id, *, actor):
        if seen:
            raise NotFound
        seen.append(id)
        return real(self, id, actor=actor)

    monkeypatch.setattr(type(ROOM), "get", once)
    found = client.post(f"demands/{demand.pk}/submit/")
    assert (found.status_code, found.content) == (204, b"")
    assert stored(demand).state == State.SUBMITTED


def test_the_session_needs_the_csrf_token(client_of, manager, demand, frozen):
    client = client_of(manager)
    client.handler.enforce_csrf_checks = True
    path = f"/api/v1/demands/{demand.pk}/submit/"
    assert code(client.post(path, "{}", "application/json")) == (403, "csrf_failed")
    assert stored(demand).state == State.DRAFT
    client.get(f"/demands/{demand.pk}/")  # any page with a form sets the cookie
    secret = client.cookies["csrftoken"].value
    assert client.post(path, "{}", "application/json", headers={"X-CSRFToken": secret}).status_code == 200


def test_nobody_writes_without_signing_in(demand):
    found = Client().post(f"/api/v1/demands/{demand.pk}/submit/", "{}", "application/json")
    assert code(found) == (401, "not_authenticated")
    assert found.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_user_of_no_organisation(client_of, world, frozen, settings):
    user = User(email="nobody@example.com", name="무소속")
    user.save()
    client = client_of(Actor.of_user(user.pk, world.now))
    assert code(client.post("/api/v1/demands/", "{}", "application/json")) == (403, "not_allowed")
    assert client.get("/api/v1/demands/").status_code == 200
