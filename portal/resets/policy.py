"""Who confirms resets. Who asks for one stands at the memberships' policy ("reset_second_factor")."""

from portal.resets.models import SecondFactorReset
from portal.resets.workflow import WORKFLOW
from portal.security.policy import Policy, register

register(Policy(SecondFactorReset, workflow=WORKFLOW))
