"""What the public page tells about a document: never its content."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from portal.documents.models import Document
from portal.security.actor import system


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether a document is genuine: what it is, who issued it and when, and whether it still holds."""

    number: str
    kind: str
    issuer: str
    issued_at: datetime
    state: str
    sha256: str

    @property
    def valid(self) -> bool:
        return self.state == Document.State.READY

    def is_of(self, chunks: Iterable[bytes]) -> bool:
        """Whether these bytes are the issued file, to the last one."""
        digest = hashlib.sha256()
        for chunk in chunks:
            digest.update(chunk)
        return bool(self.sha256) and digest.hexdigest() == self.sha256


def proof_of(code: str) -> Proof | None:
    """The proof behind a code, None where no document has it. Whoever holds the paper knows the code."""
    with system("anybody may check a document"):
        found = (
            Document.objects.filter(code=code)
            .values_list("number", "kind", "issuer", "issued_at", "state", "sha256")
            .first()
        )
    return Proof(*found) if found else None
