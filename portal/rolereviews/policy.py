"""Who reviews roles stands at the memberships' policy ("review")."""

from portal.rolereviews.models import RoleReview
from portal.security.policy import Policy, register

register(Policy(RoleReview))
