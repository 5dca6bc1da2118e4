"""Who may do what with suggestions: those to whom they are made; officers have them computed."""

from matching.matches.models import DemandVectors, Match, Run, StartupVectors
from matching.matches.workflow import PARTIES, RUN_WORKFLOW, WORKFLOW
from portal.kernel.roles import officer
from portal.security.policy import Allow, Policy, register

register(Policy(Match, workflow=WORKFLOW, actions={"look": Allow(PARTIES)}))
register(Policy(StartupVectors))
register(Policy(DemandVectors))
register(Policy(Run, workflow=RUN_WORKFLOW, actions={"create": Allow([officer])}))
