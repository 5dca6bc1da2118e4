"""No list that can be downloaded carries a formula into a spreadsheet program, whoever wrote what into it."""

import csv
import io
from itertools import count
from typing import Any

import openpyxl
import pytest
from django.db import DatabaseError, models, transaction

from portal.accounts.models import User
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Organization
from portal.security.actor import Actor, acting, system
from portal.web.rooms import Room, rooms
from tests.sides import Sides

# A text in a CSV file is a formula by its start; in a workbook a cell says what it is, and openpyxl makes one of "=".
STARTS = {"csv": ("=", "+", "-", "@", "\t=", "\r=", "＝", "＋", "－", "＠", " =", "\n@"), "xlsx": ("=",)}
SPLIT = "=cmd|' /C calc'!A0"


def poisoned(sides: Sides, starts: tuple[str, ...]) -> set[str]:
    """Write a formula into every text column of every list, as far as the database takes it. Returns what was written."""
    turn, written = count(), set()
    targets = [(room.model, sides.a.rows[room.model].pk) for room in rooms().values()]
    targets += [(Organization, house.pk) for house in sides.a.houses.values()]
    targets += [(User, pk) for pk in User.objects.values_list("pk", flat=True)]
    for model, pk in targets:
        for field in model._meta.concrete_fields:
            if not isinstance(field, models.CharField | models.TextField) or field.choices or field.unique:
                continue
            at = next(turn)
            text = f"{starts[at % len(starts)]}{at}+{SPLIT}"[: field.max_length]
            try:
                with system("test"), transaction.atomic():
                    if model._base_manager.filter(pk=pk).update(**{field.attname: text}):
                        written.add(text)
            except DatabaseError:  # a column that triggers keep, or that holds a form
                continue
    return written


def formulas(content: bytes, kind: str) -> tuple[list[Any], set[str]]:
    """(cells that a spreadsheet program would compute, all texts)."""
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        cells = [cell for row in rows for cell in row]
        return [c for c in cells if c.lstrip(" ").startswith(tuple("=+-@\t\r\n＝＋－＠")) and not number(c)], set(cells)
    book = openpyxl.load_workbook(io.BytesIO(content))
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    return [c.value for c in found if c.data_type in "fe"], {str(c.value) for c in found}


def number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdigit()


def reader_of(readers: list[Actor], sides: Sides, room: Room) -> Actor | None:
    """Somebody who sees the object of side A."""
    pk = sides.a.rows[room.model].pk
    for actor in readers:
        with acting(actor):
            if actor.is_member and room.rows(actor).filter(pk=pk).exists():
                return actor
    return None


def walk(readers: list[Actor], sides: Sides, client_of: Any, kind: str) -> tuple[list[Any], set[str], set[str]]:
    """(formulas, texts, rooms) of all lists."""
    found, texts, walked = [], set(), set()
    for name, room in rooms().items():
        reader = reader_of(readers, sides, room)
        if reader is None:
            continue
        answer = client_of(reader).get(f"/{name}/?export={kind}")
        assert answer.status_code == 200, (name, answer.status_code)
        wrong, seen = formulas(answer.content, kind)
        found += [(name, cell) for cell in wrong]
        texts, walked = texts | seen, walked | {name}
    return found, texts, walked


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_list_carries_a_formula(world: Any, frozen: Any, client_of: Any, monkeypatch: Any, kind: str) -> None:
    sides = Sides(world)
    administrator = world(sides.a.houses[Kind.STARTUP], Role.ADMINISTRATOR, Role.REPRESENTATIVE)
    readers = [*sides.actors().values(), administrator]
    written = poisoned(sides, STARTS[kind])
    assert len(written) >= len(STARTS[kind]), "every start is among what was written"
    found, texts, walked = walk(readers, sides, client_of, kind)
    assert not found, found
    assert walked == set(rooms()), set(rooms()) - walked
    assert sum(SPLIT[:12] in text for text in texts) >= 10, "what was written is in the files"
    # The control: without the guard the same walk finds them.
    guard = {"csv": "_csv_cell", "xlsx": "_xlsx_value"}[kind]
    monkeypatch.setattr(f"portal.files.spreadsheets.{guard}", lambda *given: given[-1])
    assert len({name for name, _cell in walk(readers, sides, client_of, kind)[0]}) >= 10
