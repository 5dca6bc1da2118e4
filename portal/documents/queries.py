"""What the public page tells about a document: never its content."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields
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
    hwpx_sha256: str
    sealed_by: str

    @property
    def valid(self) -> bool:
        return self.state == Document.State.READY

    def is_of(self, chunks: Iterable[bytes]) -> bool:
        """Whether these bytes are one of the issued files, to the last one."""
        digest = hashlib.sha256()
        for chunk in chunks:
            digest.update(chunk)
        return digest.hexdigest() in {self.sha256, self.hwpx_sha256} - {""}


def proof_of(code: str) -> Proof | None:
    """The proof behind a code, None where no document has it. Whoever holds the paper knows the code."""
    with system("anybody may check a document"):
        found = Document.objects.filter(code=code).values_list(*(field.name for field in fields(Proof))).first()
    return Proof(*found) if found else None
