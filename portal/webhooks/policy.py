"""Who may do what with webhooks: the organisation's administrators."""

from portal.organizations.policy import administrators_of
from portal.security.policy import Allow, Policy, register
from portal.webhooks.models import Delivery, Webhook

mine = administrators_of("organization")
ON, OFF = [Webhook.State.ACTIVE], [Webhook.State.STOPPED, Webhook.State.FAILED]

register(
    Policy(
        Webhook,
        actions={
            "create": Allow(mine),
            "edit": Allow(mine),
            "test": Allow(mine, ON),
            "renew_secret": Allow(mine),
            "show_secret": Allow(mine),
            "stop": Allow(mine, ON),
            "start": Allow(mine, OFF),
        },
    )
)
register(Policy(Delivery, actions={"again": Allow(mine, [Delivery.State.FAILED, Delivery.State.GIVEN_UP])}))
