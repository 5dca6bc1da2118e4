"""Storing private files. Nothing else writes them, and a stored file is never changed."""

import secrets

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import models

from portal.files.checks import inspect
from portal.files.models import File
from portal.kernel.errors import NotAllowed
from portal.organizations.models import Organization
from portal.security.actor import Actor, in_system


def store(
    *,
    actor: Actor,
    owner: Organization,
    subject: models.Model,
    upload: UploadedFile,
    allowed: frozenset[str],
    ministry_reads: bool = False,
) -> File:
    """Check an upload and keep it, as data of `owner`, about `subject`. `allowed` names kinds of `checks.KINDS`.

    Raises RefusedFile where the content isn't what it should be.
    """
    if owner.pk != actor.organization_id and not in_system():
        raise NotAllowed
    assert upload.file is not None and actor.user_id is not None
    found = inspect(upload.name or "", upload.file, upload.size or 0, allowed)
    row = File(
        owner=owner,
        subject=subject._meta.label_lower,
        subject_id=subject.pk,
        name=found.name,
        media_type=found.mime,
        size=found.size,
        sha256=found.sha256,
        key=f"files/{secrets.token_urlsafe(32)}",
        ministry_reads=ministry_reads,
        uploaded_by_id=actor.user_id,
        uploaded_at=actor.now,
    )
    default_storage.save(row.key, upload)
    row.save(force_insert=True)
    return row
