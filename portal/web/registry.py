"""What rooms tell the frame and each other's pages: navigation, to-dos, further actions. Registered in `ready()`."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from portal.kernel.roles import Kind, Role
from portal.security.actor import Actor
from portal.web.page import Action, Fact, Todo


@dataclass(frozen=True, slots=True)
class NavItem:
    """A link of the main menu, for members of these kinds of organisation (empty: everybody, public included), with
    one of these roles (empty: any).
    """

    label: Any
    url_name: str
    kinds: frozenset[Kind] = frozenset()
    order: int = 50
    roles: frozenset[Role] = frozenset()


_nav: dict[str, NavItem] = {}
_todos: dict[str, Callable[[Actor], Iterable[Todo]]] = {}
_actions: dict[type[Model], list[Callable[[Any, Actor], Iterable[Action]]]] = {}
_facts: dict[type[Model], list[Callable[[Any, Actor], Iterable[Fact]]]] = {}


def add_nav(item: NavItem) -> None:
    _nav[item.url_name] = item


def nav_for(actor: Actor) -> Sequence[NavItem]:
    found = [
        i for i in _nav.values() if (not i.kinds or actor.kind in i.kinds) and (not i.roles or i.roles & actor.roles)
    ]
    return sorted(found, key=lambda i: (i.order, i.url_name))


def add_todos(name: str, source: Callable[[Actor], Iterable[Todo]]) -> None:
    """Register a room's to-dos: what waits on the actor (or, with `waiting_for`, what the actor waits for)."""
    _todos[name] = source


def todos_for(actor: Actor) -> list[Todo]:
    """All to-dos, the most urgent first; those without a date last."""
    found = [todo for name in sorted(_todos) for todo in _todos[name](actor)]
    return sorted(found, key=lambda t: (t.due is None, t.due, t.title))


def add_actions(model: type[Model], source: Callable[[Any, Actor], Iterable[Action]]) -> None:
    """Have an upper room put actions on the page of a lower room's object: `source(obj, actor)`."""
    known = _actions.setdefault(model, [])
    if source not in known:
        known.append(source)


def added_actions(obj: Model, actor: Actor) -> list[Action]:
    return [action for source in _actions.get(type(obj), []) for action in source(obj, actor)]


def add_facts(model: type[Model], source: Callable[[Any, Actor], Iterable[Fact]]) -> None:
    """Have an upper room put lines on the page of a lower room's object: `source(obj, actor)`."""
    known = _facts.setdefault(model, [])
    if source not in known:
        known.append(source)


def added_facts(obj: Model, actor: Actor) -> list[Fact]:
    return [fact for source in _facts.get(type(obj), []) for fact in source(obj, actor)]
