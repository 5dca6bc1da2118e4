"""Who may do what with meetups, meetings and their outcomes."""

from matching.meetups.models import Meeting, Meetup, Outcome, PlanEntry
from matching.meetups.workflow import MEETING_WORKFLOW, MEETUP_WORKFLOW, MeetingState, MeetupState
from portal.kernel.roles import manager_of, officer
from portal.security.policy import Allow, Policy, register

OPEN_STATES = [MeetupState.DRAFT, MeetupState.SCHEDULED, MeetupState.LIVE]
_host = manager_of("corporation")

register(
    Policy(
        Meetup,
        workflow=MEETUP_WORKFLOW,
        actions={
            "create": Allow([officer]),
            "edit": Allow([officer], OPEN_STATES),
            "add_meeting": Allow([officer], OPEN_STATES),
        },
    )
)
register(Policy(Meeting, workflow=MEETING_WORKFLOW, actions={"record_outcome": Allow([_host], [MeetingState.HELD])}))
register(Policy(PlanEntry))
register(Policy(Outcome))
