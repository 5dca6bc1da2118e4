"""What no answer may say: the secrets of `tests/security/test_secrets.py`, looked for in every page, answer and export.

Grades of a meetup are numbers: that no answer depends on the other side's stands in `test_meetup_planning.py`.
"""

from typing import Any

from tests.security.test_secrets import secrets
from tests.security.test_walls import NOBODY, STARTUP
from tests.sides import PHONES, Sides


class Leaks:
    """Reads along with one role: `found` are the secrets in its answers that are not its own to read, `told` all."""

    def __init__(self, sides: Sides, role: str) -> None:
        # A phone lies encrypted in its table, so that only pages can tell it.
        self.readers = secrets(sides) | {PHONES["a"]: STARTUP, PHONES["b"]: NOBODY}
        self.role = role
        self.found: list[tuple[str, str]] = []
        self.told: set[str] = set()

    def read(self, url: str, answer: Any) -> None:
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = content.decode(errors="ignore")
        for word, readers in self.readers.items():
            if word in text or (word.isdigit() and f"{int(word):,}" in text):
                self.told.add(word)
                if self.role not in readers:
                    self.found.append((url, word))
