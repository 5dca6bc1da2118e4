"""Writing access records.

During a GET the view only notes what was read (its transaction is read-only); the middleware writes the notes in a
transaction of their own before the response leaves. No record, no response.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models, transaction

from portal.audit.models import AccessRecord
from portal.security.actor import Actor, acting

Act = AccessRecord.Act
_notes: ContextVar[list[AccessRecord] | None] = ContextVar("portal_access_notes", default=None)


def note(
    act: AccessRecord.Act,
    subject: models.Model | str,
    *,
    actor: Actor,
    owner_id: UUID | None = None,
    subject_id: UUID | None = None,
    confidential: bool = False,
    **detail: Any,
) -> None:
    """Record an access: who, for whom, when, from where, whose data (`owner_id`), what. A subject is an object, a
    model's label or a path. What is about a confidential model is for the owner alone; others count it.

    Inside `collected()` (a request) the record is kept until the response is ready; elsewhere it is written at once,
    in the transaction of the act.
    """
    label = subject if isinstance(subject, str) else subject._meta.label_lower
    record = AccessRecord(
        at=actor.now,
        user_id=actor.user_id,
        user_name=actor.name,
        organization_id=actor.organization_id,
        organization_name=actor.organization_name,
        address=actor.address,
        owner_id=owner_id,
        act=act,
        subject=label,
        subject_id=subject_id if isinstance(subject, str) else subject.pk,
        detail=detail,
        confidential=confidential or is_confidential(label),
    )
    notes = _notes.get()
    if notes is None:
        record.save(force_insert=True)
    else:
        notes.append(record)


def unmask(obj: models.Model, field: str, *, actor: Actor, owner_id: UUID | None, reason: str) -> str:
    """The whole of a masked field, and the record that the actor has seen it, and why."""
    note(Act.UNMASKED, obj, actor=actor, owner_id=owner_id, field=field, reason=reason)
    return str(getattr(obj, field))


def is_confidential(label: str) -> bool:
    """Whether the label is a confidential model's."""
    try:
        return bool(getattr(apps.get_model(label), "confidential", False))
    except (LookupError, ValueError):  # a path
        return False


@contextmanager
def collected() -> Iterator[list[AccessRecord]]:
    """Collect what is noted inside."""
    notes: list[AccessRecord] = []
    token = _notes.set(notes)
    try:
        yield notes
    finally:
        _notes.reset(token)


def write(notes: list[AccessRecord], *, actor: Actor, request_id: str = "") -> None:
    """Write collected notes. Raises what the database raises: then the response must not leave."""
    if not notes:
        return
    for found in notes:
        found.request_id = request_id
    with acting(actor), transaction.atomic():
        AccessRecord.objects.bulk_create(notes)
