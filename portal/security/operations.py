"""Migration operations."""

from typing import Any

from pgtrigger.migrations import AddTrigger


class InstallTrigger(AddTrigger):
    """Install a trigger that the model's CreateModel already carries in its options.

    `AddTrigger` also changes the migration state, which makes Django render every related model again: with
    hundreds of triggers that was most of the time of a first `migrate`.
    """

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The state knows the trigger from CreateModel."""
