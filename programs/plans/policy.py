"""Who may do what with programs."""

from portal.kernel.roles import officer
from portal.security.policy import Allow, Policy, register
from programs.plans.models import Extension, Program, Setting, Stage
from programs.plans.workflow import WORKFLOW, State

register(
    Policy(
        Program,
        workflow=WORKFLOW,
        actions={
            "create": Allow([officer]),
            "edit": Allow([officer], [State.DRAFT, State.OPEN, State.RUNNING]),
            "extend": Allow([officer], [State.OPEN, State.RUNNING]),
            "copy": Allow([officer]),
        },
    )
)
register(Policy(Stage, actions={"edit": Allow([officer])}))
register(Policy(Extension))
register(Policy(Setting))
