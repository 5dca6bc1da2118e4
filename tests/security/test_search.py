"""Search from two syllables on: what is found, by which index, and that the side table opens nothing."""

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from portal.kernel.roles import Kind, Role
from portal.security.actor import acting
from portal.security.search import found_by
from programs.demands import operations
from programs.demands.models import Demand
from tests.programs.test_demands import FIELDS, demand, manager, program  # noqa: F401


def found(actor, text):
    with acting(actor):
        return [d.title for d in found_by(Demand.objects.visible_to(actor), text)]


@pytest.mark.parametrize(
    "text",
    ["로봇", "핸드", "정밀 조립", "조립 로봇", "케이블", "블 체결", "D2025", "로", "실증", "", "  "],
)
def test_words_are_found(manager, demand, text):  # noqa: F811
    assert found(manager, text) == [FIELDS["title"]]


@pytest.mark.parametrize("text", ["로핸", "핸드로봇", "드론", "로봇 드론", "'", "\\", "a & b", "%", "_", "로봇%"])
def test_other_words_are_not(manager, demand, text):  # noqa: F811
    assert found(manager, text) == []


def test_what_is_changed_is_found_by_its_new_words(manager, demand):  # noqa: F811
    with acting(manager):
        operations.edit(demand=demand, actor=manager, title="O'Neill \\ 배터리 ' 열폭주")
    assert (
        found(manager, "핸드") == []
        and found(manager, "열폭주")
        and found(manager, "O'Neill \\")
        and found(manager, "'")
    )


def test_the_side_table_opens_nothing(manager, demand, world):  # noqa: F811
    """Nobody reads it, and the function gives what row security shows to whoever asks, with the policy out of play."""
    rival = world(world.organization(Kind.CORPORATION, "경쟁사"), Role.MANAGER)
    for actor, ids in ((manager, [demand.pk]), (rival, [])):
        with acting(actor), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT search_demand_words('로봇')")
            assert [row[0] for row in cursor.fetchall()] == ids
    assert found(rival, "로봇") == []
    with (
        acting(manager),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT * FROM search.demand_words")
