"""How far an accepted recommendation has come since, for the desk of its center."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef

from matching.applications.models import Application
from matching.applications.workflow import HANDED_IN, State

STEPS = {
    "selected": [State.SELECTED],
    "met": [State.MET, State.WAITING, State.NOT_SELECTED],
    "invited": [State.INVITED],
    "applied": HANDED_IN,
}


def of_recommendations() -> Mapping[str, Any]:
    """Name of the step → whether the recommendation's startup has an application there; the furthest first.

    Row security narrows it to the applications that whoever looks may see.
    """
    same = {"demand_id": OuterRef("demand_id"), "startup_id": OuterRef("startup_id")}
    return {name: Exists(Application._base_manager.filter(**same, state__in=states)) for name, states in STEPS.items()}
