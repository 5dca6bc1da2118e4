"""When a mail that could not be sent is tried again, by the kind of its fault."""

from datetime import timedelta

from portal.notifications.models import Mail

OLDEST = timedelta(days=2)  # then nobody waits for it any more
# First and longest pause; between them each is as long as all before it. What the server refuses is not tried again.
PAUSES = {
    Mail.Fault.NETWORK: (timedelta(seconds=30), timedelta(hours=1)),
    Mail.Fault.TEMPORARY: (timedelta(minutes=5), timedelta(hours=4)),  # a server that greylists wants minutes
    Mail.Fault.SETUP: (timedelta(minutes=10), timedelta(hours=4)),  # somebody must mend something
}


def pause_after(fault: str, age: timedelta) -> timedelta | None:
    """How long to wait before the next try of a mail of this age; None: not any more."""
    if fault not in PAUSES or age >= OLDEST:
        return None
    first, longest = PAUSES[Mail.Fault(fault)]
    return min(max(first, age), longest)
