"""Who may do what with selections."""

from typing import Any

from matching.selections.models import Line, Selection
from matching.selections.workflow import HANDED_IN, WORKFLOW, State
from portal.kernel.roles import Kind, manager_of
from portal.security.actor import Actor
from portal.security.policy import Allow, Policy, register

_manager = manager_of("corporation")

register(
    Policy(
        Selection,
        workflow=WORKFLOW,
        actions={"create": Allow([_manager]), "edit": Allow([_manager], [State.DRAFT, State.RETURNED])},
    )
)


def _handed_in(found: Any, actor: Actor) -> Any:
    """What a corporation is still drafting is not the ministry's to see."""
    return found.filter(selection__state__in=HANDED_IN) if actor.kind == Kind.MINISTRY else found


register(Policy(Line, narrow=_handed_in))
