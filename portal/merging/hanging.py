"""What hangs on an organisation, and what a merge does with it: found by the foreign keys, declared by the rooms.

A table that nobody has declared stands in the way: what is not known to be safe to move isn't moved.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.apps import apps
from django.db.models import Field, ForeignKey, Model, Q, UniqueConstraint
from django.utils.translation import gettext as _

from portal.organizations.models import Organization
from portal.security.scope import PartyModel
from portal.web.rooms import room_of

NEVER_STARTUPS = ("corporation", "center", "merged_into")
MOVES, FILLS, STAYS, HINDERS = "moves", "fills", "stays", "hinders"

_declared: dict[tuple[str, str], str] = {}
_reasons: list[Callable[[Organization, Organization], Any]] = []


@dataclass(frozen=True, slots=True)
class Hanging:
    """One foreign key to the organisation."""

    model: type[Model]
    field: str
    how: str

    @property
    def name(self) -> str:
        room = room_of(self.model)
        return str(room.title if room else self.model._meta.verbose_name)

    @property
    def column(self) -> str:
        return cast("Field[Any, Any]", self.model._meta.get_field(self.field)).column

    def of(self, organization: Organization) -> Any:
        return self.model._base_manager.filter(**{self.field: organization})

    def twins(self, duplicate: Organization, into: Organization) -> int:
        """How many rows both have of what there may be one of only."""
        found = 0
        for others, condition in self._unique():
            mine = self.of(duplicate).filter(condition)
            if not others:
                found += bool(mine.exists() and self.of(into).filter(condition).exists())
                continue
            theirs = set(self.of(into).filter(condition).values_list(*others))
            found += sum(row in theirs for row in mine.values_list(*others))
        return found

    def _unique(self) -> Iterator[tuple[list[str], Q]]:
        if self.model._meta.get_field(self.field).unique:  # type: ignore[union-attr]
            yield [], Q()
        for constraint in self.model._meta.constraints:
            if isinstance(constraint, UniqueConstraint) and self.field in constraint.fields:
                others = [name for name in constraint.fields if name != self.field]
                if "id" not in others:
                    yield others, constraint.condition or Q()


def moves(*fields: tuple[type[Model], str]) -> None:
    """Declare what goes to the startup that stays."""
    _declare(MOVES, fields)


def fills(*fields: tuple[type[Model], str]) -> None:
    """Declare what there is one of: it goes where the other has none, and remains as history where it has."""
    _declare(FILLS, fields)


def stays(*fields: tuple[type[Model], str]) -> None:
    """Declare what remains with the duplicate, as its history."""
    _declare(STAYS, fields)


def hindered(reason: Callable[[Organization, Organization], Any]) -> None:
    """Declare what says in words why two startups can't be merged (nothing: they can)."""
    if reason not in _reasons:
        _reasons.append(reason)


def _declare(how: str, fields: Sequence[tuple[type[Model], str]]) -> None:
    for model, field in fields:
        _declared[model._meta.label, field] = how


def hanging() -> list[Hanging]:
    """Every foreign key that may name a startup."""
    return [
        Hanging(model, field.name, _declared.get((model._meta.label, field.name), HINDERS))
        for model in apps.get_models()
        if issubclass(model, PartyModel)
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and field.related_model is Organization and field.name not in NEVER_STARTUPS
    ]


def preview(duplicate: Organization) -> list[tuple[str, int]]:
    """What would move, by room. Ask as the system."""
    found: dict[str, int] = {}
    for hang in hanging():
        if hang.how == MOVES and room_of(hang.model) and (count := hang.of(duplicate).count()):
            found[hang.name] = found.get(hang.name, 0) + count
    return sorted(found.items())


def obstacles(duplicate: Organization, into: Organization) -> list[str]:
    """Why the two can't be merged, in words. Ask as the system."""
    found = [str(words) for reason in _reasons if (words := reason(duplicate, into))]
    for hang in hanging():
        if hang.how == HINDERS and not found and hang.of(duplicate).exists():
            found.append(_("옮길 수 없는 자료가 있습니다: %(name)s") % {"name": hang.name})
        elif hang.how == MOVES and hang.twins(duplicate, into):
            words = _("두 기업에 같은 건의 ‘%(name)s’이(가) 있습니다. 한쪽을 철회하거나 정리한 뒤 합쳐 주십시오.")
            found.append(words % {"name": hang.name})
    return list(dict.fromkeys(found))
