"""Nobody does anything with access records but read them; the audit has them verified, and reviews them."""

from portal.audit.models import AccessRecord, RecordCheck, RecordReview
from portal.kernel.roles import auditor
from portal.security.policy import Allow, Policy, register

register(Policy(AccessRecord))
register(Policy(RecordCheck, actions={"create": Allow([auditor])}))
register(Policy(RecordReview, actions={"create": Allow([auditor])}))
