"""Migration operations."""

from typing import Any

from django.db.migrations import RunSQL
from pgtrigger.migrations import AddTrigger


class InstallTrigger(AddTrigger):
    """Install a trigger that the model's CreateModel already carries in its options.

    `AddTrigger` also changes the migration state, which makes Django render every related model again: with
    hundreds of triggers that was most of the time of a first `migrate`.
    """

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The state knows the trigger from CreateModel."""


def copied(forwards: str, backwards: str = "") -> RunSQL:
    """Move rows between tables past the row rules, so that the tables can be altered in the same migration."""
    return RunSQL(*(_AS_SYSTEM.format(sql) if sql else RunSQL.noop for sql in (forwards, backwards)))


_AS_SYSTEM = (
    "SELECT set_config('portal.system', 'migration', true); {}; "
    "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED; SELECT set_config('portal.system', '-', true)"
)
