"""Who may do what with meetups, meetings and their outcomes."""

from matching.meetups.models import Meeting, Meetup, Outcome, PlanEntry, Rating
from matching.meetups.planning.models import Absence, Bar, Calculation, CorporationGrade, Host, StartupGrade
from matching.meetups.planning.workflow import CALCULATION_WORKFLOW, CalculationState
from matching.meetups.workflow import MEETING_WORKFLOW, MEETUP_WORKFLOW, MeetingState, MeetupState
from portal.kernel.roles import manager_of, officer, startup_of
from portal.security.policy import Allow, Policy, register

OPEN_STATES = [MeetupState.DRAFT, MeetupState.COLLECTING, MeetupState.SCHEDULED, MeetupState.LIVE]
_host = manager_of("corporation")

register(
    Policy(
        Meetup,
        workflow=MEETUP_WORKFLOW,
        actions={
            "create": Allow([officer]),
            "edit": Allow([officer], OPEN_STATES),
            "add_meeting": Allow([officer], OPEN_STATES),
            "host": Allow([officer], OPEN_STATES),
            "bar": Allow([officer], OPEN_STATES),
            "preferences": Allow([manager_of(""), startup_of("")], [MeetupState.COLLECTING]),
            "compute": Allow([officer], [MeetupState.DRAFT, MeetupState.COLLECTING, MeetupState.SCHEDULED]),
            "replan": Allow([officer], [MeetupState.LIVE]),
            "hall": Allow([officer], [MeetupState.SCHEDULED, MeetupState.LIVE]),
        },
    )
)
register(
    Policy(
        Meeting,
        workflow=MEETING_WORKFLOW,
        actions={
            "record_outcome": Allow([_host], [MeetingState.HELD]),
            "rate": Allow([_host, startup_of("startup")], [MeetingState.HELD]),
            "move": Allow([officer], [MeetingState.SCHEDULED]),
            "lock": Allow([officer], [MeetingState.SCHEDULED]),
            "unlock": Allow([officer], [MeetingState.SCHEDULED]),
        },
    )
)
register(
    Policy(
        Calculation,
        workflow=CALCULATION_WORKFLOW,
        actions={"create": Allow([officer]), "stop": Allow([officer], [CalculationState.COMPUTING])},
    )
)
for _model in (PlanEntry, Outcome, Rating, CorporationGrade, StartupGrade, Absence, Host, Bar):
    register(Policy(_model))
