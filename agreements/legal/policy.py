"""Who may do what with legal cases (steps come from the workflow). The ministry may ask for counts, nothing else."""

from agreements.legal.models import LegalCase, Note
from agreements.legal.workflow import WORKFLOW
from portal.kernel.roles import approver, auditor, finance, officer, startup_of
from portal.security.policy import Allow, Policy, register

register(
    Policy(
        LegalCase,
        workflow=WORKFLOW,
        actions={"create": Allow([startup_of("startup")]), "count": Allow([officer, approver, finance, auditor])},
    )
)
register(Policy(Note))
