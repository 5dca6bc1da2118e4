"""What rooms tell the frame and each other's pages: navigation, to-dos, further actions. Registered in `ready()`."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import pgettext_lazy

from portal.kernel.roles import Kind, Role
from portal.security.actor import Actor
from portal.web.page import Action, Fact, Todo


@dataclass(frozen=True, slots=True)
class NavItem:
    """A link of the main menu, for members of these kinds of organisation (empty: everybody, public included), with
    one of these roles (empty: any). `order` is its place, and says under which of the `HEADINGS` it stands.
    `offered(actor)`: whoever may do what the page is for, where kinds and roles alone don't say it.
    """

    label: Any
    url_name: str
    kinds: frozenset[Kind] = frozenset()
    order: int = 50
    roles: frozenset[Role] = frozenset()
    offered: Callable[[Actor], bool] | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the main menu, and the links below it."""

    label: Any
    items: Sequence[NavItem]


FLAT = 7  # a menu of so many links needs no headings
HEADINGS = (
    (30, pgettext_lazy("menu", "사업과 과제")),
    (45, pgettext_lazy("menu", "추천과 신청")),
    (50, pgettext_lazy("menu", "밋업과 만남")),
    (60, pgettext_lazy("menu", "평가와 선정")),
    (80, pgettext_lazy("menu", "지원과 보호")),
    (1000, pgettext_lazy("menu", "자료와 관리")),
)

_nav: dict[str, NavItem] = {}
_todos: dict[str, Callable[[Actor], Iterable[Todo]]] = {}
_actions: dict[type[Model], list[Callable[[Any, Actor], Iterable[Action]]]] = {}
_facts: dict[type[Model], list[Callable[[Any, Actor], Iterable[Fact]]]] = {}


def add_nav(item: NavItem) -> None:
    _nav[item.url_name] = item


def nav_for(actor: Actor) -> Sequence[NavItem]:
    found = [
        i
        for i in _nav.values()
        if (not i.kinds or actor.kind in i.kinds)
        and (not i.roles or i.roles & actor.roles)
        and (not i.offered or i.offered(actor))
    ]
    return sorted(found, key=lambda i: (i.order, i.url_name))


def menu_for(actor: Actor) -> Sequence[Heading | NavItem]:
    """The menu: a few links as they are, more of them under headings along the programme's road. A heading with a
    single link is that link.
    """
    found = nav_for(actor)
    if len(found) <= FLAT:
        return found
    menu: list[Heading | NavItem] = []
    first = 0
    for until, label in HEADINGS:
        items = [item for item in found if first <= item.order < until]
        if len(items) == 1:
            menu += items
        elif items:
            menu.append(Heading(label, items))
        first = until
    return menu


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
