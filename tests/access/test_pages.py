"""Every page × every role × own / other side's / missing object, against the matrix."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.security.actor import system
from portal.web.rooms import Room, rooms
from tests.access.matrix import ACTS
from tests.security.test_walls import EVERYBODY, SEES
from tests.sides import Sides

ROLES = sorted(EVERYBODY)
GENERIC = {"list", "detail"}


def pages_of(room: Room) -> dict[str, str]:
    """The room's generic pages: name → method."""
    found = {"list": "get", "detail": "get"}
    if room.create:
        found["new"] = "get"
    if room.edit:
        found["edit"] = "get"
    found |= {act.name: "get" if act.form else "post" for act in room.acts}
    return found | dict.fromkeys(room.steps, "post")


def without_object(room: Room) -> set[str]:
    """The pages that are about no object."""
    return {"list", "new", *(act.name for act in room.acts if act.target)}


def test_every_page_stands_in_the_matrix() -> None:
    for name, room in rooms().items():
        assert room.model._meta.label in SEES, name
        needed = set(pages_of(room)) - GENERIC
        assert needed <= set(ACTS.get(name, {})), (name, needed - set(ACTS.get(name, {})))


def client_for(sides: Sides, role: str) -> Client:
    client = Client()
    actor = sides.actors()[role]
    if role == "nobody's":  # signed in, member of nothing
        with system("test"):
            user = User.objects.create_user("nobody@nowhere.example", name="없음")
        client.force_login(user)
    elif actor.user_id:
        client.force_login(User.objects.get(pk=actor.user_id))
    return client


def status(client: Client, method: str, url: str) -> int:
    """The answer's status; what it changed is rolled back. A redirect to the sign-in counts as 401."""
    with transaction.atomic():
        response = getattr(client, method)(url)
        transaction.set_rollback(True)
    return 401 if response.status_code == 302 and "/accounts/login/" in response["Location"] else response.status_code


def expected(room: Room, page: str, role: str, sees: bool) -> set[int]:
    """Statuses that are right. Acting may still be refused by state (409) or an empty form (422)."""
    open_room = room.access == "public" and page in GENERIC
    if role == "public" and not open_room:
        return {401}
    if role == "nobody's" and not open_room:
        return {403}
    if page == "list":
        return {200}
    if page == "detail":
        return {200} if sees else {404}
    may = role in ACTS[room.name][page]
    if page in without_object(room):
        return {200} if may else {403}
    if not sees:
        return {404}
    return {200, 302, 409, 422} if may else {403}


def probe(world: Any, role: str, *, whole: bool) -> None:
    """Open every page for every object. Not `whole`: missing objects only by reading, as of the API."""
    sides = Sides(world)
    client = client_for(sides, role)
    wrong, probes = [], 0
    for room in rooms().values():
        own, other = SEES[room.model._meta.label]
        targets = [("own", sides.a, role in own), ("other", sides.b, role in other), ("missing", None, False)]
        for page, method in pages_of(room).items():
            if page in without_object(room):
                probes += 1
                found = status(client, method, reverse(f"{room.name}:{page}"))
                if found not in expected(room, page, role, True):
                    wrong.append((room.name, page, found, expected(room, page, role, True)))
                continue
            for whose, side, sees in targets if whole or page == "detail" else targets[:2]:
                pk = side.rows[room.model].pk if side else uuid4()
                probes += 1
                found = status(client, method, reverse(f"{room.name}:{page}", args=[pk]))
                right = expected(room, page, role, sees)
                if found not in right:
                    wrong.append((room.name, page, whose, found, right))
    assert not wrong, wrong
    assert probes


@pytest.fixture
def short_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal's status is asked for here, and nine of ten answers are one: its page is drawn in tests/web and site."""
    monkeypatch.setattr(
        "portal.web.middleware.render", lambda _request, _template, _context, status: HttpResponse(status=status)
    )


@pytest.mark.parametrize("role", ROLES)
def test_pages(world: Any, frozen: Any, short_refusals: None, role: str) -> None:
    probe(world, role, whole=False)


@pytest.mark.prove
@pytest.mark.parametrize("role", ROLES)
def test_pages_whole(world: Any, frozen: Any, role: str) -> None:
    probe(world, role, whole=True)
