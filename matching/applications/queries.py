"""Reads of applications that are more than `visible_to`."""

from uuid import UUID

from matching.applications.models import Application
from matching.applications.workflow import State
from matching.recommendations.models import Recommendation
from matching.recommendations.workflow import State as Recommended
from portal.security.actor import Actor, system
from programs.demands.models import Demand


def own_application(demand: Demand, actor: Actor) -> Application | None:
    """The application of the actor's startup for the demand, a withdrawn one aside."""
    found = Application.objects.visible_to(actor).filter(demand=demand, startup_id=actor.organization_id)
    standing: Application | None = found.exclude(state=State.WITHDRAWN).first()
    return standing


def coordinating_center(application: Application) -> UUID | None:
    """The center that recommended the startup for the demand with its consent: an accepted recommendation first."""
    with system("the coordinating center of an application"):
        found = list(
            Recommendation.objects.filter(
                demand_id=application.demand_id, startup_id=application.startup_id, consented_at__isnull=False
            )
            .exclude(state__in=[Recommended.REJECTED, Recommended.WITHDRAWN])
            .order_by("consented_at", "id")
        )
    found.sort(key=lambda r: r.state != Recommended.ACCEPTED)
    return found[0].center_id if found else None
