"""Who may do what with applications."""

from matching.applications.models import Application, Exclusion, ShortlistEntry
from matching.applications.workflow import WITH_CORPORATION, WORKFLOW, State
from portal.kernel.roles import manager_of, startup_of
from portal.security.policy import Allow, Policy, register

_startup, _manager = startup_of("startup"), manager_of("corporation")
_WRITTEN = [State.DRAFT, State.RETURNED]

register(
    Policy(
        Application,
        workflow=WORKFLOW,
        actions={
            "create": Allow([_startup]),
            "edit": Allow([_startup], _WRITTEN),
            "attach": Allow([_startup], _WRITTEN),
            "shortlist": Allow([_manager], WITH_CORPORATION),
            "unshortlist": Allow([_manager], WITH_CORPORATION),
        },
    )
)
register(Policy(Exclusion))
register(Policy(ShortlistEntry))
