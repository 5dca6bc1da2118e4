"""What upper rooms do when a selection is confirmed.

They append a callable in `AppConfig.ready()`; it is called as `fn(selection=…, actor=…)` inside the transaction of the
confirmation. What it raises refuses the confirmation.
"""

from typing import Any, Protocol

from matching.selections.models import Selection
from portal.security.actor import Actor


class Confirmed(Protocol):
    def __call__(self, *, selection: Selection, actor: Actor) -> Any: ...


on_confirmed: list[Confirmed] = []


def confirmed(*, selection: Selection, actor: Actor) -> None:
    for act in on_confirmed:
        act(selection=selection, actor=actor)
