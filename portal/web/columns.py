"""Columns that every room's tables share."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html

from portal.kernel.formats import active_language, instant
from portal.kernel.money import Won
from portal.web.rooms import status_of


class LinkColumn(tables.Column):
    """The row's name, linked to its page."""

    def __init__(self, view: str, **kwargs: Any) -> None:
        super().__init__(linkify=(view, {"id": tables.A("pk")}), **kwargs)


class StatusColumn(tables.Column):
    """The state in the words of whoever looks, as a badge."""

    def __init__(self, **kwargs: Any) -> None:
        from django.utils.translation import gettext_lazy as _

        kwargs.setdefault("verbose_name", _("상태"))
        # By its own name the column would look up the state's label in every row, and throw it away.
        kwargs.setdefault("accessor", "pk")
        kwargs.setdefault("order_by", "state")
        super().__init__(**kwargs)

    def render(self, record: Any, table: Any) -> str:
        status = status_of(record, table.request.actor)
        assert status is not None
        return format_html('<span class="krds-badge p-badge {}">{}</span>', status.tone, status.label)

    def value(self, record: Any, bound_column: Any) -> str:
        return str(record.get_state_display())


class DateTimeColumn(tables.Column):
    """An instant in Seoul."""

    def render(self, value: Any) -> str:
        return instant(value, active_language())


class CodeColumn(tables.Column):
    """A number under which something is known, such as D2026-002: it stays on one line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(attrs={"td": {"class": "p-one-line"}, "th": {"class": "p-one-line"}}, **kwargs)


class MoneyColumn(tables.Column):
    """Whole won, right-aligned. Exports hold the number."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", {"td": {"class": "num"}, "th": {"class": "num"}})
        super().__init__(**kwargs)

    def render(self, value: int) -> str:
        return Won(value).format(active_language())

    def value(self, value: int) -> int:
        return int(value)
