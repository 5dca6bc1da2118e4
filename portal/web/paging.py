"""Pages of a list, bounded: a list of a hundred thousand rows opens as fast as one of a thousand."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.functional import cached_property
from django_tables2 import RequestConfig, Table
from django_tables2.data import TableQuerysetData

PER_PAGE = 25
MOST_PER_PAGE = 100  # `?per_page=` is the visitor's: without a limit one request could ask for every row
FURTHEST = 10_000
"""How far a list is counted and leafed through. Nobody reads further: they filter. Counting all would read all rows."""


class BoundedData(TableQuerysetData):
    """A table's rows, counted to `FURTHEST` and no further; `capped` says that there are more."""

    @cached_property
    def found(self) -> int:
        """The number of rows, or one more than `FURTHEST`."""
        return int(self.data.order_by()[: FURTHEST + 1].count())

    def __len__(self) -> int:
        return min(self.found, FURTHEST)

    @property
    def capped(self) -> bool:
        return self.found > FURTHEST


class BoundedPaginator(Paginator):  # type: ignore[type-arg]  # not generic when it runs
    """Pages of at most `MOST_PER_PAGE` rows."""

    def __init__(self, rows: Any, per_page: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(rows, max(1, min(per_page, MOST_PER_PAGE)), *args, **kwargs)


def paginate(table: Table, request: HttpRequest) -> Table:
    """Order and page the table as the address says. Its length is bounded where its rows are `BoundedData`."""
    RequestConfig(request, paginate={"per_page": PER_PAGE, "paginator_class": BoundedPaginator}).configure(table)
    return table
