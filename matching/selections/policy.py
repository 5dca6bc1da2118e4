"""Who may do what with selections."""

from matching.selections.models import Line, Selection
from matching.selections.workflow import WORKFLOW, State
from portal.kernel.roles import manager_of
from portal.security.policy import Allow, Policy, register

_manager = manager_of("corporation")

register(
    Policy(
        Selection,
        workflow=WORKFLOW,
        actions={"create": Allow([_manager]), "edit": Allow([_manager], [State.DRAFT, State.RETURNED])},
    )
)
register(Policy(Line))
