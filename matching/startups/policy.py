"""Who may do what with startups' profiles: their own people write, whom the row rules name reads."""

from matching.startups.models import Profile
from portal.kernel.roles import Kind, Role, Who, officer, startup_of
from portal.security.policy import Allow, Policy, register

_own = startup_of("startup")
# Who has to reach the startup, of those who see its profile.
_callers = [
    officer,
    Who(Kind.CENTER, frozenset({Role.HEAD, Role.COORDINATOR})),
    Who(Kind.CORPORATION, frozenset({Role.MANAGER})),
]

register(
    Policy(Profile, actions={"create": Allow([_own]), "edit": Allow([_own]), "unmask_phone": Allow(_callers)}),
)
