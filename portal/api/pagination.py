"""Keyset pages: a cursor says after (or before) which row the page begins, so no page overlaps or skips another.

The framework's own cursor compares only the first field and counts through ties; here all fields of the order are
compared, closed by the id, so that a hundred thousand rows of the same state page as well as different ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core import signing
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Model, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.pagination import CursorPagination
from rest_framework.utils.urls import replace_query_param

from portal.api.errors import Malformed

SALT = "portal.api.cursor"


@dataclass(frozen=True, slots=True)
class Key:
    """One field of the order, as `alias` in the query."""

    alias: str
    path: str
    descending: bool
    field: Any
    nullable: bool

    def order(self, backwards: bool) -> Any:
        return F(self.alias).desc() if self.descending != backwards else F(self.alias).asc()

    def equals(self, value: Any) -> Q:
        return Q(**{f"{self.alias}__isnull": True}) if value is None else Q(**{self.alias: value})

    def beyond(self, value: Any, backwards: bool) -> Q | None:
        """Rows that come later in the order. To PostgreSQL NULL is larger than anything."""
        if self.descending != backwards:
            return Q(**{f"{self.alias}__isnull": False}) if value is None else Q(**{f"{self.alias}__lt": value})
        if value is None:
            return None
        larger = Q(**{f"{self.alias}__gt": value})
        return larger | Q(**{f"{self.alias}__isnull": True}) if self.nullable else larger


def keys_of(model: type[Model], order: Sequence[str]) -> list[Key]:
    """The order's fields, closed by the id."""
    named = [name.lstrip("-") for name in order]
    complete = [*order, *([] if {"id", "pk"} & set(named) else ["-id"])]
    return [_key(model, name, number) for number, name in enumerate(complete)]


def _key(model: type[Model], name: str, number: int) -> Key:
    path, nullable, at = name.lstrip("-"), False, model
    field: Any = None
    for part in path.split("__"):
        try:
            field = at._meta.pk if part == "pk" else at._meta.get_field(part)
        except FieldDoesNotExist as fault:
            raise Malformed from fault
        nullable = nullable or field.null
        at = field.related_model or at
    return Key(f"page_key_{number}", path, name.startswith("-"), field, nullable)


class KeysetPagination(CursorPagination):
    page_size = 25
    max_page_size = 100
    page_size_query_param = "page_size"
    cursor_query_description = gettext_lazy("앞선 답의 next 또는 previous에 들어 있는 값")  # type: ignore[assignment]
    page_size_query_description = gettext_lazy("한 쪽에 담을 항목 수(1~100, 기본 25)")  # type: ignore[assignment]

    def paginate_queryset(self, queryset: QuerySet[Any], request: Any, view: Any = None) -> list[Any]:
        """One page. `view.order(request)` says the order. Raises Malformed for a cursor that isn't ours."""
        self.address: str = request.build_absolute_uri()
        self.keys = keys_of(queryset.model, view.order(request))
        size, (backwards, values) = self._size(request), self._cursor(request)
        found = queryset.annotate(**{key.alias: F(key.path) for key in self.keys})
        if values is not None:
            found = found.filter(_beyond(self.keys, values, backwards))
        rows = list(found.order_by(*(key.order(backwards) for key in self.keys))[: size + 1])
        self.more, self.page = len(rows) > size, rows[:size]
        if backwards:
            self.page.reverse()
        self.backwards, self.inside = backwards, values is not None
        return self.page

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        properties = {"next": link, "previous": link, "results": schema}
        return {"type": "object", "required": list(properties), "properties": properties}

    def get_next_link(self) -> str | None:
        further = self.inside if self.backwards else self.more
        return self._link(self.page[-1], backwards=False) if further and self.page else None

    def get_previous_link(self) -> str | None:
        further = self.more if self.backwards else self.inside
        return self._link(self.page[0], backwards=True) if further and self.page else None

    def _size(self, request: Any) -> int:
        given = request.query_params.get(self.page_size_query_param, str(self.page_size))
        if not given.isascii() or not given.isdigit() or len(given) > 4 or not 1 <= int(given) <= self.max_page_size:
            raise Malformed(fields={self.page_size_query_param: _("1부터 100까지의 수를 적어 주십시오.")})
        return int(given)

    def _link(self, row: Any, *, backwards: bool) -> str:
        values = [_plain(getattr(row, key.alias)) for key in self.keys]
        cursor = signing.Signer(salt=SALT).sign_object([backwards, self._order(), values])
        return str(replace_query_param(self.address, self.cursor_query_param, cursor))

    def _cursor(self, request: Any) -> tuple[bool, list[Any] | None]:
        given = request.query_params.get(self.cursor_query_param)
        if not given:
            return False, None
        try:
            backwards, order, values = signing.Signer(salt=SALT).unsign_object(given)
            if order != self._order():
                raise ValueError("a cursor of another order")
            # strict: a cursor has a value for every field
            parsed = [
                None if value is None else key.field.to_python(value)
                for key, value in zip(self.keys, values, strict=True)
            ]
        except (signing.BadSignature, ValidationError, ValueError, TypeError) as fault:
            raise Malformed(fields={self.cursor_query_param: _("목록을 처음부터 다시 읽어 주십시오.")}) from fault
        return bool(backwards), parsed

    def _order(self) -> list[str]:
        return [f"{'-' if key.descending else ''}{key.path}" for key in self.keys]


def _beyond(keys: Sequence[Key], values: Sequence[Any], backwards: bool) -> Q:
    """Rows after `values`: later in the first field, or equal there and later in the second, and so on."""
    found, equal = Q(pk__in=[]), Q()
    for key, value in zip(keys, values, strict=True):
        later = key.beyond(value, backwards)
        if later is not None:
            found |= equal & later
        equal &= key.equals(value)
    return found


def _plain(value: Any) -> Any:
    """A value as JSON holds it."""
    if value is None or isinstance(value, bool | int | str):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)
