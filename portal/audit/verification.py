"""Verification: the chain read again from its beginning, and compared with heads that were kept elsewhere.

What somebody with every right on the database changes is found: a record changed, taken out, put in or moved breaks
a link. Who cuts off the tail, or writes the whole chain anew, contradicts a head that lies outside.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.signing import Signer
from django.db import models
from django.db.models import Max, Q
from django.db.models.functions import Cast
from django.utils.crypto import constant_time_compare

from portal.audit.models import AccessRecord, RecordSeal
from portal.audit.sealing import PERSONAL, PLAIN, SETTLED, START, link, personal_digest, unsealed
from portal.security.actor import Actor, system

STEP = 5_000
LATE = timedelta(hours=1)  # a settled record without a seal: the sealer stands still
SHOWN = 100  # faults that are kept one by one; all are counted

_signer = Signer(salt="portal.audit.head")
_SEAL = ("number", "salt", "personal", "digest", "tx")
_FIRST, _SECOND = len(_SEAL), len(_SEAL) + len(PERSONAL)  # where the personal fields begin, and the plain ones
_ACT, _DETAIL, _TX = (_SECOND + PLAIN.index(name) for name in ("act", "detail", "tx"))


class _Spelled(models.Func):
    """An instant as it is hashed (`sealing.packed`), spelled by the database: objects for each row would cost more
    than all digests."""

    template = (
        "to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS') || "
        "CASE WHEN mod(extract(microseconds FROM %(expressions)s)::bigint, 1000000) = 0 THEN '' "
        "ELSE to_char(%(expressions)s AT TIME ZONE 'UTC', '.US') END || '+00:00'"
    )
    output_field = models.TextField()


def _column(name: str) -> Any:
    """A record's field as it is hashed."""
    field = AccessRecord._meta.get_field(name)
    if isinstance(field, models.UUIDField):
        return Cast(f"record__{name}", models.TextField())
    return _Spelled(f"record__{name}") if isinstance(field, models.DateTimeField) else models.F(f"record__{name}")


_COLUMNS = [_column(name) for name in (*PERSONAL, *PLAIN)]


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain at some time, as it is kept outside."""

    number: int
    digest: str
    signature: str

    @classmethod
    def of(cls, number: int, digest: bytes) -> "Head":
        return cls(number, digest.hex(), _signer.signature(f"{number}:{digest.hex()}"))

    @classmethod
    def read(cls, text: str) -> "Head":
        """A head from its exported form. Raises ValueError where it is none, or the portal has not signed it."""
        try:
            found = json.loads(text)
            head = cls(int(found["number"]), str(found["digest"]), str(found["signature"]))
        except (TypeError, KeyError, ValueError) as wrong:
            raise ValueError("not a head") from wrong
        keys = (_signer.key, *_signer.fallback_keys)
        said = f"{head.number}:{head.digest}"
        if not any(constant_time_compare(head.signature, _signer.signature(said, key)) for key in keys):
            raise ValueError("not signed by the portal")
        return head

    def text(self) -> str:
        return json.dumps({"number": self.number, "digest": self.digest, "signature": self.signature})


def head() -> Head | None:
    """The chain's present end; None while nothing is sealed."""
    with system("the head of the chain is exported"):
        last = RecordSeal.objects.order_by("-number").first()
    return Head.of(last.number, bytes(last.digest)) if last else None


@dataclass
class Verification:
    """One way through the chain. `faults`: (kind, number) for the first hundred, `found`: how many there are."""

    heads: Iterable[Head] = ()
    total: int = 0
    checked: int = 0
    found: int = 0
    faults: list[tuple[str, int]] = field(default_factory=list)
    erased: set[int] = field(default_factory=set)
    _named: set[int] = field(default_factory=set)

    def fault(self, kind: str, number: int) -> None:
        self.found += 1
        if len(self.faults) < SHOWN:
            self.faults.append((kind, number))

    def run(self, *, actor: Actor) -> Iterator[int]:
        """Verify, link by link; yields how many are checked after every step of some thousand."""
        kept: dict[int, set[str]] = {}
        for one in self.heads:
            kept.setdefault(one.number, set()).add(one.digest)
        with system("access records are verified"):
            self.total = RecordSeal.objects.aggregate(last=Max("number"))["last"] or 0
        expected, before = 1, START
        while self.checked < self.total:
            for row in _links(self.checked, min(self.checked + STEP, self.total)):
                number, digest = row[0], bytes(row[3])
                if number != expected:
                    self.fault("missing", expected)
                elif not self._holds(row, before):
                    self.fault("changed", number)
                if kept.pop(number, {digest.hex()}) != {digest.hex()}:
                    self.fault("rewritten", number)
                expected, before = number + 1, digest
            self.checked = min(self.checked + STEP, self.total)
            yield self.checked
        if expected <= self.total:
            self.fault("missing", expected)
        for number in kept:
            self.fault("cut_off", number)
        for number in sorted(self.erased - self._named):
            self.fault("erased", number)
        self._outside(actor)

    def _holds(self, row: tuple[Any, ...], before: bytes) -> bool:
        """Whether the link holds: its digest, and where the salt is still there the personal fields."""
        number, salt, personal, digest, tx = row[:_FIRST]
        who, plain, personal = row[_FIRST:_SECOND], row[_SECOND:], bytes(personal)
        if salt is None:
            self.erased.add(number)
            if any(who):
                return False
        elif personal_digest(bytes(salt), who) != personal:
            return False
        if row[_ACT] == AccessRecord.Act.ERASED:
            for first, last in row[_DETAIL].get("numbers", ()):
                self._named.update(range(first, last + 1))
        return bool(tx == row[_TX]) and link(before, number, personal, plain) == bytes(digest)

    def _outside(self, actor: Actor) -> None:
        """Records without a seal: put in behind what is sealed, or left lying by the sealer."""
        with system("access records without a seal"):
            last = RecordSeal.objects.filter(number=self.total).values_list("tx", flat=True).first() or 0
            late = Q(tx__lt=last) | Q(at__lt=actor.now - LATE)
            count = unsealed().filter(SETTLED).filter(late).count()
        for _ in range(count):
            self.fault("unsealed", 0)


def _links(after: int, until: int) -> list[tuple[Any, ...]]:
    """Links with their records, in order; a link whose record is gone is not among them."""
    with system("access records are verified"):
        found = RecordSeal.objects.filter(number__gt=after, number__lte=until).order_by("number")
        return list(found.values_list(*_SEAL, *_COLUMNS))
