"""Storing private files. Nothing else writes them, and a stored file is never changed."""

import logging
import secrets
from dataclasses import replace
from hashlib import sha256

from django.conf import settings
from django.core.files import File as Content
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.utils.translation import gettext as _

from portal.files.checks import IMAGES, Inspected, inspect
from portal.files.images import redrawn
from portal.files.models import File
from portal.kernel.errors import Invalid, NotAllowed
from portal.organizations.models import Organization
from portal.security.actor import Actor, in_system

log = logging.getLogger(__name__)


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

    Whether the actor may add a file to the subject is asked by the caller, who knows the subject. Raises RefusedFile
    where the content isn't what it should be, NotAllowed where the owner is another organisation than the actor's.
    """
    if owner.pk != actor.organization_id and not in_system():
        raise NotAllowed
    if actor.user_id is None:
        raise NotAllowed
    found, content = taken(upload, allowed)
    row = File(
        owner=owner,
        subject=subject._meta.label_lower,
        subject_id=subject.pk,
        name=found.name,
        media_type=found.mime,
        size=found.size,
        sha256=found.sha256,
        key=new_key("files"),
        ministry_reads=ministry_reads,
        uploaded_by_id=actor.user_id,
        uploaded_at=actor.now,
    )
    keep(row.key, content)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except BaseException:
        default_storage.delete(row.key)
        raise
    return row


def taken(upload: UploadedFile, allowed: frozenset[str]) -> tuple[Inspected, Content]:  # type: ignore[type-arg]
    """What the upload really is, and what is kept of it: a picture is drawn anew. Raises RefusedFile in words."""
    if upload.file is None or upload.size is None:
        raise Invalid(_("파일이 올라오지 않았습니다. 파일을 골라 다시 올려 주십시오."))
    found = inspect(upload.name or "", upload.file, upload.size, allowed, limit=settings.FILE_MAX_BYTES)
    if found.kind not in IMAGES:
        return found, upload
    picture = redrawn(upload.file, found.kind)
    return replace(found, size=len(picture), sha256=sha256(picture).hexdigest()), ContentFile(picture)


def new_key(folder: str) -> str:
    """An unguessable place in the storage: 256 random bits, nothing of the file or its owner in it."""
    return f"{folder}/{secrets.token_urlsafe(32)}"


def keep(key: str, content: Content) -> None:  # type: ignore[type-arg]
    """Write the content under the key, which must be free. Raises FileExistsError where it is not."""
    stored = default_storage.save(key, content)
    if stored != key:  # the storage has dodged a taken name
        default_storage.delete(stored)
        raise FileExistsError(key)
