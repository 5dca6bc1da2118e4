"""Every API route × every role × own / other side's / missing object, against the same matrix as the pages."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from portal.api.models import SCOPES
from portal.api.operations import issue
from portal.api.outputs import slug
from portal.security.actor import acting
from portal.web.rooms import Room, rooms
from tests.access.leaks import Leaks
from tests.access.test_pages import FORMER, ROLES, client_for, expected, pages_of, without_object
from tests.security.test_walls import SEES
from tests.sides import Sides

METHODS = {"list": "get", "detail": "get", "edit": "patch"}


def address(room: Room, page: str, pk: Any) -> str:
    base = f"/api/v1/{room.name}/"
    if page in {"list", "new"}:
        return base
    act = next((act for act in room.acts if act.name == page), None)
    if act:
        return f"{base}{act.path}/" if act.target else f"{base}{pk}/{act.path}/"
    return f"{base}{pk}/" if page in {"detail", "edit"} else f"{base}{pk}/{slug(page)}/"


def api_client(sides: Sides, role: str) -> Client:
    """With a token where the role acts for somebody, else with the session or nothing."""
    if role == FORMER:
        return client_for(sides, role)
    actor = sides.actors()[role]
    if not actor.is_member:
        return client_for(sides, role)
    with acting(actor):
        _token, secret = issue(actor=actor, name=role, scopes=SCOPES, days=1)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def status(client: Client, page: str, url: str, leaks: Leaks) -> int:
    """The answer's status; what it changed is rolled back."""
    headers = {"Idempotency-Key": str(uuid4()), "If-Match": "*"}
    with transaction.atomic():
        answer = getattr(client, METHODS.get(page, "post"))(url, {}, content_type="application/json", headers=headers)
        leaks.read(url, answer)
        transaction.set_rollback(True)
    return answer.status_code


@pytest.fixture(autouse=True)
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.api.throttling.PerMinute.allow_request", lambda *_: True)


def right_answers(room: Room, page: str, role: str, sees: bool) -> set[int]:
    """As of the pages; what these answer with a form or another page, the API answers with what the body lacks."""
    right = expected(room, page, role, sees or page in without_object(room))
    if right & {200} and page not in {"list", "detail"}:
        return right - {302} | {200, 409, 422} | ({201} if page == "new" else set() if page == "edit" else {204})
    return right


def probe(world: Any, role: str, *, whole: bool) -> None:
    """Ask every route for every object. Not `whole`: missing objects only by reading."""
    sides = Sides(world)
    client, leaks = api_client(sides, role), Leaks(sides, role)
    wrong = []
    for room in rooms().values():
        own, other = SEES[room.model._meta.label]
        known = "nobody's" if role == FORMER else role
        targets = [("own", sides.a, known in own), ("other", sides.b, known in other), ("missing", None, False)]
        for page in pages_of(room):
            most = 1 if page in without_object(room) else 3 if whole or page == "detail" else 2
            for whose, side, sees in targets[:most]:
                pk = side.rows[room.model].pk if side else uuid4()
                found = status(client, page, address(room, page, pk), leaks)
                right = right_answers(room, page, role, sees)
                if found not in right:
                    wrong.append((room.name, page, whose, found, right))
    assert not wrong, wrong
    assert not leaks.found, leaks.found


@pytest.mark.parametrize("role", ROLES)
def test_api(world: Any, frozen: Any, role: str) -> None:
    probe(world, role, whole=False)


@pytest.mark.prove
@pytest.mark.parametrize("role", ROLES)
def test_api_whole(world: Any, frozen: Any, role: str) -> None:
    probe(world, role, whole=True)
