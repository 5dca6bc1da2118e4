"""Who answers join requests. Asking is open to whoever is signed in and belongs nowhere (`operations.ask`)."""

from portal.joining.models import JoinRequest
from portal.joining.workflow import WORKFLOW
from portal.security.policy import Policy, register

register(Policy(JoinRequest, workflow=WORKFLOW))
