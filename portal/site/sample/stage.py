"""The stage on which the sample is played: who acts when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, TypeVar

from django.db import models

from portal.security.actor import acting
from portal.site.sample.people import Cast

R = TypeVar("R")
M = TypeVar("M", bound=models.Model)
SEOUL = timezone(timedelta(hours=9))


def at(text: str) -> datetime:
    """An instant from "2024-03-04 10:00", Seoul time."""
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody of the cast at one instant: `player(operation, …)` does it as that person, then."""

    cast: Cast
    email: str
    when: datetime

    def __call__(self, operation: Callable[..., R], **given: Any) -> R:
        actor = self.cast.actor(self.email, self.when)
        with acting(actor):
            return operation(actor=actor, **given)

    def sees(self, model: type[M], **conditions: Any) -> M:
        """The one object that the player sees under the conditions, re-read."""
        actor = self.cast.actor(self.email, self.when)
        with acting(actor):
            found: M = model.objects.visible_to(actor).select_related().get(**conditions)  # type: ignore[attr-defined]
        return found
