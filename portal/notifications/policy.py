"""Who may do what with messages and mails. A message is read by whom it was written to (operations)."""

from portal.kernel.roles import auditor, operator
from portal.notifications.models import Mail, Notification
from portal.security.policy import Allow, Policy, register

NOT_OUT = [Mail.State.FAILED, Mail.State.GIVEN_UP]  # `unknown` may have arrived

register(
    Policy(
        Mail,
        actions={
            "send_again": Allow([operator], [*NOT_OUT, Mail.State.UNKNOWN]),
            "count": Allow([operator, auditor]),
        },
    )
)
register(Policy(Notification))
