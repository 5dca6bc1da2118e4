"""What upper rooms do when a startup has said something new of itself: its profile, or that it agrees to be found.

They append a callable in `AppConfig.ready()`; it is called as `fn(startup_id, actor)` inside the transaction.
"""

from collections.abc import Callable
from uuid import UUID

from portal.security.actor import Actor

on_change: list[Callable[[UUID, Actor], object]] = []


def changed(startup_id: UUID, actor: Actor) -> None:
    for act in on_change:
        act(startup_id, actor)
