"""Who may do what with awards, disbursements and the ledger (steps come from the workflows)."""

from agreements.funding.models import Award, AwardUse, Disbursement, LedgerEntry, ProgramFunds, Progress, StartupFunds
from agreements.funding.workflow import AWARD_WORKFLOW, WORKFLOW, AwardState
from portal.kernel.roles import Kind, approver, auditor, finance, representative_of
from portal.security.actor import Actor
from portal.security.policy import Allow, Policy, register

_representative = representative_of("startup")

register(
    Policy(
        Award,
        workflow=AWARD_WORKFLOW,
        actions={"create": Allow([approver]), "draw": Allow([_representative], [AwardState.ACTIVE])},
    )
)
register(Policy(Disbursement, workflow=WORKFLOW, actions={"create": Allow([_representative])}))
register(Policy(LedgerEntry, actions={"read": Allow([finance, approver, auditor])}))
register(Policy(AwardUse))
register(Policy(Progress))
register(Policy(ProgramFunds))
register(Policy(StartupFunds))


def sees_use(actor: Actor) -> bool:
    """Whether the actor is told what of an award is asked for and paid. Corporations and centers know its amount."""
    return actor.kind in (Kind.STARTUP, Kind.MINISTRY)
