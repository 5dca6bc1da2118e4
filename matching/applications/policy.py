"""Who may do what with applications."""

from matching.applications.models import Application, Exclusion
from matching.applications.workflow import WORKFLOW, State
from portal.kernel.roles import startup_of
from portal.security.policy import Allow, Policy, register

_startup = startup_of("startup")

register(
    Policy(
        Application,
        workflow=WORKFLOW,
        actions={"create": Allow([_startup]), "edit": Allow([_startup], [State.DRAFT, State.RETURNED])},
    )
)
register(Policy(Exclusion))
