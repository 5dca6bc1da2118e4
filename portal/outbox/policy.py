"""Who may do what with background work: it runs by itself, and what has stopped the operator starts again."""

from portal.kernel.roles import operator
from portal.outbox.models import Message
from portal.security.policy import Allow, Policy, register

STOPPED = [Message.State.GIVEN_UP, Message.State.FAILED]

register(Policy(Message, actions={"run_again": Allow([operator], STOPPED)}))
