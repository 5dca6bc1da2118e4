"""Who may do what with recommendations and their lists (transitions come from the workflow)."""

from matching.recommendations.models import ConsensusNote, Recommendation, Upload, UploadRow
from matching.recommendations.workflow import UPLOAD_WORKFLOW, WORKFLOW, State
from portal.kernel.roles import coordinator_of, officer
from portal.security.policy import Allow, Policy, register

_center = coordinator_of("center")
CHANGEABLE = [State.DRAFT, State.CONSENT_REQUESTED, State.RETURNED]
"""What a center has written it may change until it is with the officer."""

register(
    Policy(
        Recommendation,
        workflow=WORKFLOW,
        actions={
            "create": Allow([_center]),
            "edit": Allow([_center], CHANGEABLE),
            "assign": Allow([_center]),
            "unmask_phone": Allow([officer]),
        },
    )
)
register(Policy(ConsensusNote, actions={"edit": Allow([_center])}))
register(Policy(Upload, workflow=UPLOAD_WORKFLOW, actions={"create": Allow([_center]), "template": Allow([_center])}))
register(Policy(UploadRow))
