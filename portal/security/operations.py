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
    """Move rows between tables. Deferred keys are checked at once, so that the tables can be altered afterwards."""
    checked = "; SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"
    return RunSQL(forwards + checked, backwards + checked if backwards else RunSQL.noop)
