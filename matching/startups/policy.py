"""Who may do what with startups' profiles: their own people write, whom the row rules name reads."""

from matching.startups.models import Profile
from portal.kernel.roles import startup_of
from portal.security.policy import Allow, Policy, register

_own = startup_of("startup")

register(Policy(Profile, actions={"create": Allow([_own]), "edit": Allow([_own])}))
