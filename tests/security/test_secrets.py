"""Facts that must reach nobody else, looked for in every column of every table, history included.

`test_walls.py` asks who reads a row; here each secret has an unmistakable value, and every role looks for it everywhere
by SQL, with row security alone. So a column that tells too much is found wherever it comes back.
"""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from portal.security.actor import Actor, acting
from portal.security.scope import ScopedManager
from tests.security.test_walls import ALL, CENTER, CORPORATION, FOUNDATION, NOBODY, STARTUP
from tests.sides import DRAWN, Sides

# The secret of a side as `tests/sides` writes it → (who of the side reads it, who of the other side).
SECRETS: dict[str, tuple[set[str], set[str]]] = {
    "제외할 회사 {side}": (ALL | STARTUP | {"manager"}, ALL),  # whom the startup wants kept from evaluating
    "비밀 사양 {side}": (ALL | CORPORATION, ALL),  # of a demand, under NDA
    "돌려받기 전의 글 {side}": (ALL | CORPORATION, ALL),  # what a demand said before it was returned
    "연장 사유 {side}": (ALL | STARTUP, ALL),  # why somebody was given more time
    "관심 메모 {side}": ({"manager"}, NOBODY),  # whom a corporation keeps an eye on
    # What one side is told of a startup and a demand, and that it doesn't fit: for nobody of the other sides.
    "까닭 corporation {side}": (ALL | CORPORATION, ALL),
    "까닭 startup {side}": (ALL | STARTUP, ALL),
    "까닭 center {side}": (ALL | CENTER, ALL),
    "안 맞음 corporation {side}": (ALL | CORPORATION, ALL),
    "안 맞음 startup {side}": (ALL | STARTUP, ALL),
    "안 맞음 center {side}": (ALL | CENTER, ALL),
    "초안 의견 {side}": ({"manager", "signatory"}, NOBODY),  # the lines of a selection that is being drafted
    "독점 상대 {side}": (STARTUP, NOBODY),  # with whom a startup may not work
    "받은 지원 {side}": (ALL | STARTUP, ALL),  # for the check of duplicates alone
    "증빙 {side}": (ALL | STARTUP, ALL),
    # That somebody has a legal case: what is sent and recorded about it. (Its own people read the record.)
    "감춘 일 {side}": (NOBODY, NOBODY),
    "hidden.{side}@x.example": (NOBODY, NOBODY),
    "감춘 열람 {side}": ({"representative"}, NOBODY),
    "corporation의 만남 평가 {side}": (ALL | CORPORATION, ALL),  # how a side found a meeting
    "startup의 만남 평가 {side}": (ALL | STARTUP, ALL),
    "만남 금지 {side}": (ALL, ALL),  # why two may not meet
    "계산 결과 {side}": (ALL, ALL),  # totals of grades
    "자리 {side}": (ALL | CORPORATION, ALL),  # where a corporation receives, before the plan is public
    "미공개 만남 {side}": (ALL, ALL),  # a meeting in a plan that nobody has been told of
    "신청한 기술 {side}": (ALL | STARTUP | CORPORATION | CENTER, ALL),  # of an application
    "센터 의견 {side}": (ALL | CENTER, ALL),  # what a center says of a startup beside its reasons
    "평가 의견 {side}": (ALL | {"manager", "evaluator"}, ALL),
    "법률 질의 {side}": (STARTUP | FOUNDATION, FOUNDATION),  # never the ministry, never the corporation
    "{drawn}": (ALL | STARTUP, ALL),  # what of an award is drawn
}


def secrets(sides: Sides) -> dict[str, set[str]]:
    """Every secret of both sides, and the roles of side A (and the shared ones) that read it."""
    return {
        fact.format(side=side.name, drawn=DRAWN[side.name]): by_side[number]
        for number, side in enumerate((sides.a, sides.b))
        for fact, by_side in SECRETS.items()
    }


def tables() -> list[str]:
    scoped: list[type[models.Model]] = [m for m in apps.get_models() if isinstance(m._default_manager, ScopedManager)]
    return sorted(m._meta.db_table for m in scoped)


def found_by(actor: Actor, words: list[str]) -> set[str]:
    """Which of the words stand anywhere in what row security shows."""
    found: set[str] = set()
    with acting(actor), connection.cursor() as cursor:
        for table in tables():
            cursor.execute(
                f'SELECT w FROM unnest(%s) w WHERE EXISTS (SELECT FROM "{table}" t WHERE strpos(t::text, w) > 0)',
                [words],
            )
            found |= {row[0] for row in cursor.fetchall()}
    return found


@pytest.fixture
def sides(world: Any) -> Sides:
    return Sides(world)


def test_secrets_are_in_no_column_that_others_read(sides: Sides) -> None:
    readers = secrets(sides)
    wrong = []
    for role, actor in sides.actors().items():
        seen = found_by(actor, list(readers))
        wrong += [(role, word, word in seen) for word, who in readers.items() if (word in seen) is not (role in who)]
    assert not wrong, wrong
