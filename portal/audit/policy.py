"""Nobody does anything with access records but read them."""

from portal.audit.models import AccessRecord
from portal.security.policy import Policy, register

register(Policy(AccessRecord))
