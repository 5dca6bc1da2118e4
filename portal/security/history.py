"""Change history: every insert, update and delete of a tracked model, written by triggers.

The history table carries the row rules of what it records. The application may read it, not write it: the trigger
functions run as the owner (`portal.security.rights` makes them so).
"""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar

import pghistory
import pghistory.models
import pgtrigger
from django.db import models

from portal.security.rowsecurity import RowSecurity
from portal.security.scope import ScopedManager

M = TypeVar("M", bound=type[models.Model])


class HistoryEvent(pghistory.models.Event):
    """Base of the history tables."""

    pgh_id = models.BigAutoField(primary_key=True)

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        abstract = True


def tracked(*, exclude: Sequence[str] = (), by_thousands: bool = False) -> Callable[[M], M]:
    """Class decorator: record the model's changes in `<Model>History`. `exclude` leaves fields out (secrets).

    `by_thousands`: the model's rows come in lists. One trigger per statement then writes all of its history.
    """
    level = pgtrigger.Statement if by_thousands else pgtrigger.Row

    def wrap(model: M) -> M:
        found = [c for c in model._meta.constraints if isinstance(c, RowSecurity)]
        if len(found) != 1:
            raise LookupError(f"{model.__name__} declares no RowSecurity")
        rules = found[0].for_history()
        return pghistory.track(  # type: ignore[no-any-return]
            pghistory.InsertEvent(level=level),
            pghistory.UpdateEvent(level=level),
            pghistory.DeleteEvent(level=level),
            exclude=list(exclude) or None,
            context_field=pghistory.ContextJSONField(),
            context_id_field=None,  # type: ignore[arg-type]
            append_only=True,
            model_name=f"{model.__name__}History",
            base_model=HistoryEvent,
            meta={
                "constraints": [rules],
                "indexes": [
                    models.Index(fields=["id", "pgh_created_at"], name=f"{model._meta.model_name}_history_id"[:30])
                ],
            },
        )(model)

    return wrap
