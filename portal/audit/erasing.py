"""Erasing personal fields of access records: the one change that the chain allows, and that leaves a record.

Only the database's owner can do it (`manage.py erase_personal`); the application has no right to change records.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from portal.audit import records
from portal.audit.models import AccessRecord, RecordSeal
from portal.security.actor import Actor, system


def erase(*, reason: str, actor: Actor, user_id: UUID | None = None, before: datetime | None = None) -> int:
    """Take name, user and address, and the salt of their digest, out of sealed records: a person's, or all older ones.

    Returns of how many. The links that were touched are named in a record of their own: without it verification
    calls them a fault. Raises ValueError where neither a person nor a time is given.
    """
    if user_id is None and before is None:
        raise ValueError("say whose records, or before when")
    with system("personal data of access records is erased"), transaction.atomic():
        found = AccessRecord.objects.filter(seal__salt__isnull=False)
        if user_id:
            found = found.filter(user_id=user_id)
        if before:
            found = found.filter(at__lt=before)
        touched = dict(found.order_by("seal__number").values_list("seal__number", "pk"))
        AccessRecord.objects.filter(pk__in=touched.values()).update(user_id=None, user_name="", address="")
        RecordSeal.objects.filter(number__in=touched).update(salt=None)
        if touched:
            records.note(records.Act.ERASED, "audit.accessrecord", actor=actor, reason=reason, numbers=ranges(touched))
    return len(touched)


def ranges(numbers: Iterable[int]) -> list[list[int]]:
    """Ascending numbers as [first, last] of each unbroken row."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found
