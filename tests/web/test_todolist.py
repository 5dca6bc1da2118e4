"""What a home says of many things of one kind: each, or one line for all."""

from datetime import timedelta

import pytest

from portal.organizations.models import Organization
from portal.security.actor import system
from portal.web import paging, todolist
from portal.web.page import Todo


@pytest.fixture
def said(db, world):
    def said():
        def each(one):
            return Todo(f"확인: {one.name}", "/demands/", due=world.now + timedelta(days=int(one.slug[6:])))

        with system("test"):
            rows = Organization.objects.filter(slug__startswith="house-").order_by("slug")
            return list(todolist.each_or_all(rows, each, text="확인", url="/demands/"))

    return said


def _houses(world, count):
    with system("test"):
        Organization.objects.bulk_create(
            Organization(kind="center", slug=f"house-{n}", name=f"센터 {n}", created_at=world.now) for n in range(count)
        )


def test_few_are_said_one_by_one(world, said):
    _houses(world, todolist.FEW)
    assert [t.title for t in said()] == [f"확인: 센터 {n}" for n in range(todolist.FEW)]


def test_many_are_one_line_with_their_number_and_the_first_due(world, said):
    _houses(world, todolist.FEW + 4)
    [todo] = said()
    assert (todo.title, todo.url, todo.due) == ("확인: 9건", "/demands/", world.now)


def test_more_than_is_counted(world, said, monkeypatch):
    monkeypatch.setattr(todolist, "FURTHEST", 7)
    monkeypatch.setattr(paging, "FURTHEST", 7)
    _houses(world, 9)
    assert [t.title for t in said()] == ["확인: 7건 이상"]
