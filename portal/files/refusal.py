"""How the portal says no to a file."""

from typing import Any

from portal.kernel.errors import Refusal


class RefusedFile(Refusal):
    """A file that isn't taken: `message` says what is wrong, `hint` what to do, `code` is stable for the API."""

    status = 422

    def __init__(self, code: str, message: Any, hint: Any) -> None:
        super().__init__(message, hint=hint)
        self.code = code
