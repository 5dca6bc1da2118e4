"""Sealing: access records become links of a hash chain, in the background.

A chain inside the transaction that writes a record would make every writer wait for the one before. So records are
written plain, and one sealer links those that are settled: written by a transaction older than every open one, hence
in an order to which nothing can be added any more.
"""

import hashlib
import hmac
import json
import secrets
from datetime import UTC
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.audit.models import AccessRecord, RecordSeal
from portal.security.actor import system

BATCH = 2000
START = b"\0" * 32  # what the first link follows
_SEALER = 7_203_911  # the advisory lock: one sealer at a time

PERSONAL = ("user_id", "user_name", "address")
PLAIN = (
    "id", "at", "organization_id", "organization_name", "owner_id", "act", "subject", "subject_id", "detail",
    "confidential", "request_id", "tx",
)  # fmt: skip


class Oldest(models.Func):
    """The oldest open transaction: whatever is below has ended."""

    template = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    output_field = models.BigIntegerField()


class Next(models.Func):
    """The first transaction that hasn't begun. What lies beyond was written by another server, before a restore."""

    template = "pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
    output_field = models.BigIntegerField()


SETTLED = Q(tx__lt=Oldest()) | Q(tx__gte=Next())


def _spelled(value: Any) -> str:
    return value.astimezone(UTC).isoformat() if hasattr(value, "astimezone") else str(value)


_encoder = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_spelled)


def packed(values: Any) -> bytes:
    """Values in the one spelling that is hashed."""
    return _encoder.encode(values).encode()


def personal_digest(salt: bytes, fields: Any) -> bytes:
    """The digest of the personal fields: without the salt nobody can find out by trying whose they were."""
    return hmac.digest(salt, packed(list(fields)), "sha256")


def link(before: bytes, number: int, personal: bytes, fields: Any) -> bytes:
    """The digest of a link."""
    return hashlib.sha256(before + number.to_bytes(8, "big") + personal + packed(list(fields))).digest()


def unsealed() -> QuerySet[AccessRecord]:
    """Records without a seal; to be asked as the system."""
    found: QuerySet[AccessRecord] = AccessRecord.objects.filter(
        ~Exists(RecordSeal.objects.filter(record_id=OuterRef("pk")))
    )
    return found


def seal(*, batch: int = BATCH) -> int:
    """Seal settled records, at most a batch. Returns how many; 0 where there are none or another sealer is at work."""
    with system("access records are sealed"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALER])
            if not cursor.fetchone()[0]:
                return 0
        last = RecordSeal.objects.order_by("-number").first()
        number, before = (last.number, bytes(last.digest)) if last else (0, START)
        seals = []
        for row in _settled(last.tx if last else 0, batch).values(*PERSONAL, *PLAIN):
            number += 1
            salt = secrets.token_bytes(16)
            personal = personal_digest(salt, (row[name] for name in PERSONAL))
            before = link(before, number, personal, (row[name] for name in PLAIN))
            seals.append(
                RecordSeal(
                    number=number, record_id=row["id"], tx=row["tx"], salt=salt, personal=personal, digest=before
                )
            )
        RecordSeal.objects.bulk_create(seals)
    return len(seals)


def _settled(last: int, batch: int) -> QuerySet[AccessRecord]:
    """What is to be sealed next, in the order of writing. All below the last sealed transaction is sealed already,
    unless none is, or the server is a restored one, whose transactions count anew: then everything is looked through
    once, what the old server wrote first.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        restored = not last or last >= cursor.fetchone()[0]
    if restored:
        older = models.Case(models.When(tx__gte=Next(), then=0), default=1)
        return unsealed().filter(SETTLED).order_by(older, "tx", "pk")[:batch]
    return unsealed().filter(tx__gte=last, tx__lt=Oldest()).order_by("tx", "pk")[:batch]
