"""What a home says of many things of one kind."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.web.page import Todo
from portal.web.paging import FURTHEST, Bounded

FEW = 5  # said one by one


def each_or_all(
    rows: QuerySet[Any], each: Callable[[Any], Todo], *, text: str, url: str, waiting_for: str = ""
) -> Iterator[Todo]:
    """A to-do for each row; where there are more than `FEW`, one for all: `text` and how many, at `url`."""
    first = [each(row) for row in rows[: FEW + 1]]
    if len(first) <= FEW:
        yield from first
        return
    found = Bounded(rows).found
    words = _("%(text)s: %(count)s건 이상") if found > FURTHEST else _("%(text)s: %(count)s건")
    dues = [todo.due for todo in first if todo.due]
    title = words % {"text": text, "count": f"{min(found, FURTHEST):,}"}
    yield Todo(title, url, due=min(dues, default=None), waiting_for=waiting_for)
