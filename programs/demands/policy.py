"""Who may do what with demands."""

from portal.kernel.roles import manager_of, officer
from portal.security.policy import Allow, Policy, register
from programs.demands.models import Demand, Detail, DetailRevision, Reminder, Revision
from programs.demands.workflow import WORKFLOW, State

_manager = manager_of("corporation")

register(
    Policy(
        Demand,
        workflow=WORKFLOW,
        actions={"create": Allow([_manager]), "edit": Allow([_manager], [State.DRAFT, State.RETURNED])},
    )
)
register(Policy(Detail))
register(Policy(Revision))
register(Policy(DetailRevision))
register(Policy(Reminder, actions={"remind": Allow([officer])}))
