"""What people have typed, without the characters that nobody sees but that change what is read."""

import re
from collections.abc import Mapping
from typing import Any

# Controls (NUL ends words, XML has no place for them), half characters, and marks that turn the reading direction:
# "(주)가온\u202egpj.fdp" would be printed as another name than the one that was checked.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)


def plain(text: str) -> str:
    """`text` as paper can carry it."""
    return _UNSEEN.sub("", text)


def plain_data(value: Any) -> Any:
    """The same for every text of frozen data."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, Mapping):
        return {name: plain_data(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain_data(inner) for inner in value]
    return value
