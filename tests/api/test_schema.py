"""The description of the API: valid, complete, the same as what the API does; its reader keeps the content policy."""

import io
from contextlib import suppress

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.settings import spectacular_settings
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable

from portal.api.outputs import slug
from portal.security.actor import nobody
from portal.web.rooms import rooms
from portal.wsgi import application

FEW = settings(max_examples=5, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))


def made():
    """The description, made anew, without a database and for nobody."""
    generator = spectacular_settings.DEFAULT_GENERATOR_CLASS()
    generator.kept.clear()
    with nobody():
        return generator.get_schema(public=True)


def test_it_is_valid_and_without_warnings():
    GENERATOR_STATS.reset()
    schema = made()
    assert schema["openapi"].startswith("3.1")
    validate_schema(schema)
    assert not GENERATOR_STATS


def test_every_route_of_every_room_is_in_it():
    paths = made()["paths"]
    for name, room in rooms().items():
        collection, one = paths[f"/api/v1/{name}/"], paths[f"/api/v1/{name}/{{id}}/"]
        assert set(collection) == {"get", *(["post"] if room.create else [])}
        assert set(one) == {"get", *(["patch"] if room.edit else [])}
        for step in room.steps:
            operation = paths[f"/api/v1/{name}/{{id}}/{slug(step)}/"]["post"]
            keyed = [p for p in operation.get("parameters", []) if p["name"] == "Idempotency-Key"]
            assert bool(keyed) == room.moves_money(step)
        for act in room.acts:
            operation = paths[f"/api/v1/{name}/{'' if act.target else '{id}/'}{act.path}/"]["post"]
            assert bool(operation.get("requestBody")) == bool(act.form)
    routes = sum(2 + len(room.steps) + len(room.acts) for room in rooms().values())
    assert len(paths) == routes + 1  # and the index


def test_bodies_are_the_forms():
    schemas = made()["components"]["schemas"]
    for room in rooms().values():
        if room.create:
            body = schemas[f"New{room.model.__name__}"]
            assert set(body["properties"]) == set(room.create.form.base_fields)
            assert body["additionalProperties"] is False
    assert "version" not in schemas["DemandChanges"]["properties"]
    assert "required" not in schemas["DemandChanges"]


@pytest.mark.django_db
def test_it_is_served_to_everybody():
    for accept in ("application/vnd.oai.openapi+json", "application/vnd.oai.openapi"):
        found = Client().get("/api/v1/schema/", headers={"Accept": accept})
        assert found.status_code == 200 and b"/api/v1/demands/" in found.content


def test_the_deployment_check_can_make_it():
    call_command("spectacular", "--fail-on-warn", "--validate", stdout=io.StringIO())


SMALL = 12  # operations asked in the ordinary run, spread over all rooms


@pytest.mark.django_db
@pytest.mark.parametrize("most", [SMALL, pytest.param(10_000, marks=pytest.mark.prove, id="all")])
def test_nothing_made_up_from_the_description_breaks_the_api(api, manager, demand, monkeypatch, most):
    """Requests made up from the description, valid and broken ones: no answer is a fault of ours."""
    monkeypatch.setattr("portal.api.throttling.PerMinute.allow_request", lambda *_: True)
    described = schemathesis.openapi.from_dict(made())
    described.app = application
    operations = [found.ok() for found in described.get_all_operations()]
    step = -(-len(operations) // most)
    for signal in (request_started, request_finished):  # they close connections; the test's must stay open
        assert signal.disconnect(close_old_connections)
    try:
        for operation in operations[::step]:
            ask(operation, api(manager).secret, str(demand.pk))
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def ask(operation, secret, known_id):
    """A few requests that fit the description, and a few that don't; about a demand that is there."""

    def check(case):
        case.headers["Authorization"] = f"Bearer {secret}"
        if "id" in (case.path_parameters or {}):
            case.path_parameters["id"] = known_id
        response = case.call()
        assert response.status_code < 500, (case.method, case.formatted_path, case.body, response.text)

    for mode in schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE:
        with suppress(Unsatisfiable):  # there is nothing to get wrong in some
            FEW(given(operation.as_strategy(generation_mode=mode))(check))()
