"""Who may do what with evaluations."""

from matching.evaluations.models import Assignment, ConflictReason, Result, Round, Sheet
from matching.evaluations.workflow import (
    ASSIGNERS,
    ASSIGNMENT_WORKFLOW,
    ROUND_WORKFLOW,
    SHEET_WORKFLOW,
    RoundState,
    SheetState,
)
from portal.kernel.roles import evaluator, manager_of
from portal.security.policy import Allow, Policy, register

register(
    Policy(
        Round,
        workflow=ROUND_WORKFLOW,
        actions={"create": Allow([manager_of("corporation")]), "assign": Allow(ASSIGNERS, [RoundState.OPEN])},
    )
)
register(Policy(Assignment, workflow=ASSIGNMENT_WORKFLOW, actions={"create": Allow(ASSIGNERS)}))
register(Policy(Sheet, workflow=SHEET_WORKFLOW, actions={"edit": Allow([evaluator("evaluator")], [SheetState.DRAFT])}))
register(Policy(ConflictReason))
register(Policy(Result))
