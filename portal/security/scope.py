"""Scoped managers: a tenant-owned table answers only for somebody."""

from typing import Any, Self, TypeVar

from django.db import models

from portal.kernel.errors import NoActor
from portal.kernel.ids import new_id
from portal.security.actor import Actor, in_system
from portal.security.rowsecurity import RowSecurity
from portal.security.rules import Rules

M = TypeVar("M", bound=models.Model)


def rules_of(model: type[models.Model]) -> Rules:
    """The model's row rules. Raises LookupError where it declares none."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, RowSecurity):
            return constraint.rules
    raise LookupError(f"{model._meta.label} declares no RowSecurity")


class ScopedQuerySet(models.QuerySet[M]):
    """A queryset that touches the database only after `visible_to(actor)` or inside `system(why)`."""

    _scoped = False

    def visible_to(self, actor: Actor) -> Self:
        """Rows that the actor may read, as the model's rules say."""
        found = self.filter(rules_of(self.model).visible(actor))
        found._scoped = True
        return found

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._scoped = self._scoped
        return clone

    def _ask(self) -> None:
        if not (self._scoped or in_system()):
            raise NoActor(
                f"{self.model._meta.label} was queried for nobody: call visible_to(actor), or say with system('why')."
            )

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._ask()
        super()._fetch_all()

    def iterator(self, chunk_size: int | None = None) -> Any:
        self._ask()
        return super().iterator(chunk_size)

    def count(self) -> int:
        if self._result_cache is None:
            self._ask()
        return super().count()

    def exists(self) -> bool:
        if self._result_cache is None:
            self._ask()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._ask()
        return super().aggregate(*args, **kwargs)

    def explain(self, *args: Any, **kwargs: Any) -> str:
        self._ask()
        return super().explain(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._ask()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._ask()
        return super().delete()


class ScopedManager(models.Manager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]
    """The manager of every tenant-owned model. Writing needs no scope: row security checks what is written."""


class PartyModel(models.Model):
    """Base of every tenant-owned model: a UUIDv7 key, a scoped manager, and rules in `Meta.constraints`.

    Foreign keys between party models follow `_base_manager`, which row security alone narrows. `confidential`: that
    there is such a row at all is not for the ministry to know; what is sent and recorded about it is closed to it.
    """

    confidential = False

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    objects = ScopedManager()

    class Meta:
        abstract = True

    def validate_unique(self, exclude: Any = None) -> None:
        """Left to the database: a check in one organisation's context would see too little."""
