"""How far an accepted recommendation has come since, for the desk of its center."""

from django.db.models import Case, CharField, OuterRef, Subquery, Value, When

from matching.applications.models import Application
from matching.applications.workflow import HANDED_IN, State

FURTHER = {
    "selected": [State.SELECTED],
    "met": [State.MET, State.WAITING, State.NOT_SELECTED],
    "invited": [State.INVITED],
}


def of_recommendations() -> Subquery:
    """Where the application of the recommendation's startup stands, NULL where none is handed in; there is one at most.

    Row security narrows it to the applications that whoever looks may see.
    """
    same = {"demand_id": OuterRef("demand_id"), "startup_id": OuterRef("startup_id")}
    steps = [When(state__in=states, then=Value(name)) for name, states in FURTHER.items()]
    step = Case(*steps, default=Value("applied"), output_field=CharField())
    return Subquery(Application._base_manager.filter(**same, state__in=HANDED_IN).values_list(step))
