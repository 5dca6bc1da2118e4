"""The code on a paper by which anybody can check it: long enough not to be guessed, short enough to be typed."""

import re
import secrets

# No 0 O 1 I L U: what people misread. 30 letters, 16 places: 78 bits.
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16


def new_code() -> str:
    """A new code in groups of four, "7K2M-9QXD-4TBN-XW3F"."""
    drawn = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return _grouped(drawn)


def read_code(typed: str) -> str:
    """The one spelling of what somebody has typed or pasted, or "" where it can't be a code."""
    letters = re.sub(r"[\s\-]", "", typed).upper()
    return _grouped(letters) if len(letters) == LENGTH and set(letters) <= set(LETTERS) else ""


def _grouped(letters: str) -> str:
    return "-".join(letters[start : start + 4] for start in range(0, LENGTH, 4))
