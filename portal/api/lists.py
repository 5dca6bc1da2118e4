"""What may be asked of a list: the room's filters, and an order by what the list shows."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext as _
from django_filters import Filter
from rest_framework.request import Request

from portal.api import outputs
from portal.api.errors import Malformed
from portal.api.pagination import KeysetPagination
from portal.web.rooms import Room

ORDERING = "ordering"
PAGING = (ORDERING, KeysetPagination.cursor_query_param, KeysetPagination.page_size_query_param)
MOST_FIELDS = 3
# What has an order that means something; long texts, lists and references have not.
ORDERABLE = (
    models.CharField,
    models.IntegerField,
    models.DateField,
    models.DecimalField,
    models.BooleanField,
    models.UUIDField,
)


def filtered(room: Room, request: Request) -> Any:
    """The room's rows through its filters.

    Raises Malformed for a condition that the room doesn't know: dropping it would show more than was asked for.
    """
    rows = room.rows(request._request.actor)  # type: ignore[attr-defined]
    given = QueryDict(mutable=True)
    for name, values in request.query_params.lists():
        if name not in PAGING:
            given.setlist(name, values)
    if unknown := sorted(set(given) - set(parameters(room))):
        raise Malformed(fields={name: _("이 목록에 없는 조건입니다.") for name in unknown})
    if room.filterset is None:
        return rows
    found = room.filterset(given, queryset=rows, request=request._request)
    if not found.is_valid():
        raise Malformed(fields={name: [str(e) for e in faults] for name, faults in found.form.errors.items()})
    return found.qs


def order(room: Room, request: Request) -> Sequence[str]:
    """The order asked for, else the room's. Raises Malformed for a field that the list can't be ordered by."""
    asked = [name.strip() for name in request.query_params.get(ORDERING, "").split(",") if name.strip()]
    if not asked:
        return room.order
    allowed, names = orderable(room.name), [name.removeprefix("-") for name in asked]
    if len(asked) > MOST_FIELDS or len(set(names)) < len(names) or set(names) - set(allowed):
        raise Malformed(
            fields={
                ORDERING: _("다음 항목으로만, 세 개까지 정렬할 수 있습니다: %(names)s") % {"names": ", ".join(allowed)}
            }
        )
    return asked


@cache
def orderable(room_name: str) -> list[str]:
    """The fields that a list may be ordered by: of those that it shows, the ones that have an order."""
    shown: Any = outputs.row_of(room_name).Meta
    return [n for n in shown.read_only_fields if isinstance(shown.model._meta.get_field(n), ORDERABLE)]


@cache
def _parameters(room_name: str) -> dict[str, Filter]:
    from portal.web.rooms import rooms

    filterset = rooms()[room_name].filterset
    declared = filterset.base_filters.items() if filterset else ()
    return {sent: declaration for name, declaration in declared for sent in _sent_as(name, declaration)}


def parameters(room: Room) -> dict[str, Filter]:
    """The query's parameters that the room's filters read; a range reads two ("amount_min", "amount_max")."""
    return _parameters(room.name)


def _sent_as(name: str, declaration: Filter) -> Iterator[str]:
    widget = declaration.extra.get("widget") or declaration.field_class.widget
    for suffix in getattr(widget, "suffixes", None) or [""]:
        yield f"{name}_{suffix}" if suffix else name
