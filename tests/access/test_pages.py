"""Every page × every role × own / other side's / missing object, against the matrix; and what the answers say."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse

from portal.accounts.models import User
from portal.kernel.roles import Kind, Role
from portal.security.actor import system
from portal.web.rooms import Room, rooms
from tests.access.leaks import Leaks
from tests.access.matrix import ACTS
from tests.security.test_walls import EVERYBODY, SEES
from tests.sides import PHONES, Sides

FORMER = "former member"  # of the corporation until yesterday: may what somebody may who is a member of nothing
ROLES = [*sorted(EVERYBODY), FORMER]
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
    if role == FORMER:
        client.force_login(former(sides))
        return client
    actor = sides.actors()[role]
    if role == "nobody's":  # signed in, member of nothing
        with system("test"):
            user = User.objects.create_user("nobody@nowhere.example", name="없음")
        client.force_login(user)
    elif actor.user_id:
        client.force_login(User.objects.get(pk=actor.user_id))
    return client


def former(sides: Sides) -> User:
    """A manager of side A's corporation whose membership ended yesterday."""
    member = sides.world.member(sides.a.houses[Kind.CORPORATION], Role.MANAGER)
    with system("test"):
        member.ended_at = sides.world.now - timedelta(days=1)
        member.save()
        return member.user


def status(client: Client, method: str, url: str, leaks: Leaks) -> int:
    """The answer's status; what it changed is rolled back. A redirect to the sign-in counts as 401."""
    with transaction.atomic():
        response = getattr(client, method)(url)
        leaks.read(url, response)
        transaction.set_rollback(True)
    return 401 if response.status_code == 302 and "/accounts/login/" in response["Location"] else response.status_code


def expected(room: Room, page: str, role: str, sees: bool) -> set[int]:
    """Statuses that are right. Acting may still be refused by state (409) or an empty form (422)."""
    role = "nobody's" if role == FORMER else role
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
        return {200, 302} if may else {403}
    if not sees:
        return {404}
    return {200, 302, 409, 422} if may else {403}


def probe(world: Any, role: str, *, whole: bool) -> None:
    """Open every page for every object. Not `whole`: missing objects only by reading, as of the API."""
    sides = Sides(world)
    client, leaks = client_for(sides, role), Leaks(sides, role)
    wrong, probes = [], 0
    for room in rooms().values():
        own, other = SEES[room.model._meta.label]
        known = "nobody's" if role == FORMER else role
        targets = [("own", sides.a, known in own), ("other", sides.b, known in other), ("missing", None, False)]
        for page, method in pages_of(room).items():
            if page in without_object(room):
                probes += 1
                found = status(client, method, reverse(f"{room.name}:{page}"), leaks)
                if found not in expected(room, page, role, True):
                    wrong.append((room.name, page, found, expected(room, page, role, True)))
                continue
            for whose, side, sees in targets if whole or page == "detail" else targets[:2]:
                pk = side.rows[room.model].pk if side else uuid4()
                probes += 1
                found = status(client, method, reverse(f"{room.name}:{page}", args=[pk]), leaks)
                right = expected(room, page, role, sees)
                if found not in right:
                    wrong.append((room.name, page, whose, found, right))
        for url in beside(room, sides):
            status(client, "get", url, leaks)
    assert not wrong, wrong
    assert not leaks.found, leaks.found
    assert probes


def beside(room: Room, sides: Sides) -> Iterator[str]:
    """What a room has beside the pages of the matrix: its list as a file, and the pages that it makes itself."""
    yield f"{reverse(f'{room.name}:list')}?export=csv"
    for name in [pattern.name for pattern in room.more] + ["progress"] * bool(room.progress):
        for side in (sides.a, sides.b):
            with suppress(NoReverseMatch):
                yield reverse(f"{room.name}:{name}", args=[side.rows[room.model].pk])
        with suppress(NoReverseMatch):
            yield reverse(f"{room.name}:{name}")


def test_a_secret_that_is_shown_is_found(world: Any, frozen: Any) -> None:
    """The control: to whom they are open the secrets are shown, and the probe sees them there."""
    sides, told = Sides(world), set[str]()
    for role in ("officer", "manager", "representative", "evaluator", "head", "advisor"):
        client, leaks = client_for(sides, role), Leaks(sides, "nobody in particular")
        for room in rooms().values():
            status(client, "get", reverse(f"{room.name}:detail", args=[sides.a.rows[room.model].pk]), leaks)
        assert {word for _url, word in leaks.found} == leaks.told
        told |= leaks.told
    shown = {PHONES["a"], *(f"{secret} a" for secret in SHOWN)}
    assert told >= shown, shown - told


SHOWN = (
    "제외할 회사",
    "비밀 사양",
    "관심 메모",
    "독점 상대",
    "신청한 기술",
    "센터 의견",
    "평가 의견",
    "법률 질의",
    "만남 금지",
)


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
