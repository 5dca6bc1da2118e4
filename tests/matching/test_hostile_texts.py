"""HTML and formulas in every text of the road's forms, through the forms: what they store is shown as text, and no file
that is downloaded computes it.

`tests/browser/test_safe_pages.py` writes past the forms into every column, and looks with a browser.
"""

from collections import Counter
from itertools import count
from typing import Any

import pytest
from django import forms
from django.core.cache import cache
from django.db import transaction

from matching.meetups import meetings, operations
from matching.meetups.planning.forms import RoomsField
from portal.kernel.roles import Kind, Role
from portal.security.actor import acting
from portal.security.policy import admits, may
from portal.web.rooms import Room, rooms
from tests.matching.test_meetup_planning import DAY, Day
from tests.web.test_exports import formulas

ROAD = (
    "programs",
    "demands",
    "startups",
    "recommendations",
    "applications",
    "meetups",
    "timetables",
    "meetings",
    "outcomes",
)
SCRIPT, FORMULA = "<script>X()</script>", "=cmd|' /C calc'!A0"
TEXTS = (FORMULA + SCRIPT, SCRIPT + FORMULA)


def forms_of(room: Room) -> dict[str, str]:
    """What has a form: page → the policy's action."""
    found = {"new": "create"} if room.create else {}
    found |= {"edit": "edit"} if room.edit else {}
    found |= {name: name for name in room.steps if room.form_of(room.workflow[name])}  # type: ignore[index]
    return found | {act.name: act.action or act.name for act in room.acts if act.form and not act.target}


def filled(form: Any, text: str) -> dict[str, Any]:
    """The form as it is shown, with the text in every field that takes any; gaps are closed with what fits."""
    data: dict[str, Any] = {}
    for bound in form:
        field, value = bound.field, bound.value()
        if isinstance(field, RoomsField):
            value = f"{text[:50]}: 2"
        elif type(field) is forms.CharField and not bound.is_hidden:
            long = text * 3 if (field.min_length or 0) > len(text) else text
            value = long[: field.max_length]
        elif isinstance(field, forms.FileField) or isinstance(value, bool):
            continue
        elif value in (None, "", []) and hasattr(field, "choices"):
            keys = [str(key) for key, _label in field.choices if str(key)]
            value = keys[:1] if getattr(field.widget, "allow_multiple_selected", False) else (keys or [""])[0]
        elif value in (None, "") and isinstance(field, forms.IntegerField):
            value = field.min_value or 1
        elif value in (None, "") and isinstance(field, forms.DateField):
            value = DAY.isoformat()
        if value not in (None, ""):
            data[bound.html_name] = value
    return data


class Walk:
    """Fills every form that somebody may fill in, looks at what came of it, and takes it back."""

    def __init__(self, fair: Day, client_of: Any) -> None:
        self.fair, self.client_of = fair, client_of
        self.stored, self.refused = Counter[str](), Counter[str]()
        self.escaped = self.cells = 0
        self.turn = count()
        self.found: list[str] = []

    def run(self, actors: list[Any]) -> None:
        for name in ROAD:
            for page, action in forms_of(rooms()[name]).items():
                for actor in actors:
                    for url in self._open(rooms()[name], page, action, actor):
                        with transaction.atomic():
                            self._try(name, page, actor, url, TEXTS[next(self.turn) % 2])
                            transaction.set_rollback(True)
                    if self.stored[f"{name}.{page}"] > 1:
                        break

    def _open(self, room: Room, page: str, action: str, actor: Any) -> list[str]:
        if page == "new":
            return [f"/{room.name}/new/"] * 2 if admits(actor, "create", room.model) else []
        with acting(actor):
            seen = [obj for obj in room.rows(actor)[:12] if may(actor, action, obj)]
        path = page.strip("_") if page in room.steps else page.replace("_", "-")
        kinds = {getattr(obj, "state", ""): obj for obj in seen}  # one of each state
        return [f"/{room.name}/{obj.pk}/{path}/" for obj in kinds.values()]

    def _try(self, name: str, page: str, actor: Any, url: str, text: str) -> None:
        client = self.client_of(actor)
        shown = client.get(url)
        if shown.status_code != 200 or shown.context is None or "form" not in shown.context:
            return
        with acting(actor):
            data = filled(shown.context["form"], text)
        if not any(SCRIPT[:8] in str(v) or FORMULA[:4] in str(v) for v in data.values()):
            return
        answer = client.post(url, data)
        assert answer.status_code in (302, 409, 422), (url, answer.status_code)
        (self.stored if answer.status_code == 302 else self.refused)[f"{name}.{page}"] += 1
        if answer.status_code != 302:
            self._look(url, answer.content.decode())
            return
        back = answer.url.partition("?")[0].removesuffix("edit/")
        for path in dict.fromkeys([back, f"/{name}/", "/"]):
            self._look(path, client.get(path).content.decode())
        wrong, texts = formulas(client.get(f"/{name}/?export=csv").content, "csv")
        self.found += [f"{url}: {name} as a file: {cell}" for cell in wrong]
        self.cells += sum(FORMULA[:4] in one for one in texts)

    def _look(self, path: str, html: str) -> None:
        self.escaped += html.count("&lt;script&gt;X()")
        if "<script>X()" in html:
            self.found.append(f"{path}: a script as it was written")


@pytest.fixture
def walked(world: Any, client_of: Any, frozen: Any) -> Walk:
    cache.clear()
    fair = Day(world)
    center = world(world.organization(Kind.CENTER, "경기센터"), Role.COORDINATOR)
    fair.demand(fair.hyundai, "아직 쓰는 과제", published=False)
    fair.draft(fair.startups[2], fair.demand(fair.kt, "신청을 쓰는 과제"))
    fair.submitted(fair.startups[1], fair.demand(fair.kt, "신청을 받은 과제"))
    waiting = fair.demand(fair.hyundai, "검토할 과제", published=False)
    from programs.demands import operations as demands

    fair.do(demands.submit, fair.hyundai, demand=waiting)
    fair.do(operations.create, fair.officer, program=fair.program, name="준비 중인 밋업", venue="서울", day=DAY)
    places = fair.planned()
    fair.do(operations.publish, fair.officer, meetup=fair.meetup)
    fair.do(operations.start, fair.officer, meetup=fair.meetup)
    held = places[fair.asked[fair.hyundai, 0].pk]
    fair.do(meetings.hold, fair.hyundai, meeting=held)
    walk = Walk(fair, client_of)
    walk.run([fair.officer, fair.hyundai, fair.kt, *fair.startups, center])
    return walk


def test_no_text_of_a_form_is_markup_or_a_formula(walked: Walk) -> None:
    assert not walked.found, walked.found
    assert walked.escaped > 100 and walked.cells > 5, (walked.escaped, walked.cells)
    for form in (
        "demands.new", "demands.edit", "demands.return_", "demands.withdraw", "meetups.new", "meetups.edit",
        "meetings.cancel", "meetings.outcome", "meetings.rate", "applications.edit",
        "applications.withdraw",
    ):  # fmt: skip
        assert walked.stored[form], (form, walked.stored, walked.refused)
