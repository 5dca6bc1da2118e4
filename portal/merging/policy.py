"""Who proposes merges, and who confirms them."""

from portal.kernel.roles import officer
from portal.merging.models import StartupMerge
from portal.merging.workflow import WORKFLOW
from portal.security.policy import Allow, Policy, register

register(Policy(StartupMerge, workflow=WORKFLOW, actions={"create": Allow([officer])}))
