"""Who may do what with startups' profiles: their own people write, whom the row rules name reads."""

from matching.startups.models import Consent, Evidence, ExclusiveTie, PastSupport, Profile
from matching.startups.workflow import CONSENT_WORKFLOW
from portal.kernel.roles import Kind, Role, Who, officer, representative_of, startup_of
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
register(Policy(ExclusiveTie))
register(Policy(PastSupport, actions={"create": Allow([_own]), "edit": Allow([_own]), "remove": Allow([_own])}))
register(Policy(Evidence, actions={"create": Allow([_own]), "remove": Allow([_own])}))
register(Policy(Consent, workflow=CONSENT_WORKFLOW, actions={"create": Allow([representative_of("startup")])}))
