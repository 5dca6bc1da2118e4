"""Storing private files. Nothing else writes them, and a stored content is never changed."""

from dataclasses import replace
from hashlib import sha256

from django.conf import settings
from django.core.files import File as Content
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, models, transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from portal.audit import records
from portal.files import clamav, queries
from portal.files.checks import IMAGES, Inspected, inspect
from portal.files.images import redrawn
from portal.files.models import File
from portal.files.storing import keep, new_key
from portal.files.workflow import State
from portal.kernel.errors import Invalid, NotAllowed, OverLimit
from portal.organizations.models import Organization
from portal.outbox.post import later
from portal.outbox.transition import transition
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

    Whether the actor may add a file to the subject is asked by the caller, who knows the subject. Raises RefusedFile
    where the content isn't what it should be, OverLimit where the organisation's files would take too much, NotAllowed
    where the owner is another organisation than the actor's.
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
    if not clamav.is_configured():  # what was checked just now is all there is
        row.state, row.scanned_at = State.CLEAN, actor.now
    keep(row.key, content)
    try:
        with transaction.atomic():
            _require_room(owner, found.size)
            row.save(force_insert=True)
            if row.state == State.WAITING:
                later("files.scan", actor=actor, file_id=row.pk)
    except BaseException:
        default_storage.delete(row.key)
        raise
    return row


def _require_room(owner: Organization, size: int) -> None:
    """Raises OverLimit where the organisation's files would take more than its share."""
    with connection.cursor() as cursor:  # one upload of an organisation counts at a time
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"files {owner.pk}"])
    used, most = queries.used_bytes(owner.pk), queries.quota_bytes()
    if used + size > most:
        words = {"most": filesizeformat(most), "used": filesizeformat(used)}
        raise OverLimit(
            _("기관의 파일 보관 한도(%(most)s)를 넘어 올릴 수 없습니다(현재 %(used)s 사용 중).") % words,
            hint=_("더 작은 파일을 올리거나, 중소벤처기업부 시스템 운영자에게 한도를 늘려 달라고 요청해 주십시오."),
        )


def taken(upload: UploadedFile, allowed: frozenset[str]) -> tuple[Inspected, Content]:  # type: ignore[type-arg]
    """What the upload really is, and what is kept of it: a picture is drawn anew. Raises RefusedFile in words."""
    if upload.file is None or upload.size is None:
        raise Invalid(_("파일이 올라오지 않았습니다. 파일을 골라 다시 올려 주십시오."))
    found = inspect(upload.name or "", upload.file, upload.size, allowed, limit=settings.FILE_MAX_BYTES)
    if found.kind not in IMAGES:
        return found, upload
    picture = redrawn(upload.file, found.kind)
    return replace(found, size=len(picture), sha256=sha256(picture).hexdigest()), ContentFile(picture)


def remove(*, file: File, actor: Actor) -> File:
    """Take a file's content out of the storage, and free its room; name, hash and who did it remain.

    Raises WrongState where somebody has handed in what it belongs to.
    """
    with transition(file, "remove", actor) as file:
        records.note(records.Act.CHANGE, file, actor=actor, owner_id=file.owner_id, step="remove", name=file.name)
        later("files.erase", actor=actor, file_id=file.pk)
    return file


def rescan(*, file: File, actor: Actor) -> File:
    """Have the file scanned once more; until then it isn't served."""
    with transition(file, "rescan", actor) as file:
        later("files.scan", actor=actor, file_id=file.pk)
    return file
