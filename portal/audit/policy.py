"""Nobody does anything with access records but read them; the audit has them verified, and reviews them."""

from portal.audit.models import AccessRecord, RecordCheck, RecordReview
from portal.kernel.roles import Kind, Role, Who
from portal.security.policy import Allow, Policy, register

AUDITOR = Who(kind=Kind.MINISTRY, roles=frozenset({Role.AUDITOR}))

register(Policy(AccessRecord))
register(Policy(RecordCheck, actions={"create": Allow([AUDITOR])}))
register(Policy(RecordReview, actions={"create": Allow([AUDITOR])}))
