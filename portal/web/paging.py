"""Pages of a list, bounded: a list of a hundred thousand rows opens as fast as one of a thousand."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django_tables2 import RequestConfig, Table
from django_tables2.data import TableQuerysetData

PER_PAGE = 25
MOST_PER_PAGE = 100  # `?per_page=` is the visitor's: without a limit one request could ask for every row
FURTHEST = 1_000
"""How far a list is counted and leafed through: forty pages. Nobody reads further, they filter or download all.
Counting all would read all."""


class Bounded:
    """Rows of a query, for a paginator: counted to `FURTHEST` and no further, and joined to others for one page only.

    The database would else join all rows before a page, to throw them away: a page's rows are found by their own
    columns, then read with what belongs to them.
    """

    ordered = True

    def __init__(self, rows: QuerySet[Any]) -> None:
        self.rows = rows

    @cached_property
    def found(self) -> int:
        """The number of rows, or one more than `FURTHEST`. What a page shows beside its columns isn't asked for."""
        return int(self.rows.order_by().values("pk")[: FURTHEST + 1].count())

    def count(self) -> int:
        return min(self.found, FURTHEST)

    @property
    def capped(self) -> bool:
        """Whether there are more."""
        return self.found > FURTHEST

    def __getitem__(self, part: slice) -> QuerySet[Any]:
        ids = list(self.rows.select_related(None).values_list("pk", flat=True)[part])
        return self.rows.filter(pk__in=ids)


class BoundedData(TableQuerysetData):
    """A table's rows, `Bounded`; `capped` says that there are more."""

    @cached_property
    def found(self) -> int:
        return Bounded(self.data).found

    def __len__(self) -> int:
        return min(self.found, FURTHEST)

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, slice):
            return super().__getitem__(key)
        place = (self.data, key.start, key.stop)
        if self._page is None or self._page[0] is not place[0] or self._page[1] != place[1:]:
            self._page = (place[0], place[1:], Bounded(self.data)[key])  # the table asks for its page twice
        return self._page[2]

    _page: tuple[Any, tuple[int, int], QuerySet[Any]] | None = None

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
