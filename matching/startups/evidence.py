"""Documents of a startup: kept with the day on which they run out, and the reminder before it."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from matching.startups.models import Evidence
from portal.files.checks import DOCUMENTS, IMAGES
from portal.files.operations import store
from portal.kernel.errors import Invalid
from portal.kernel.formats import SEOUL
from portal.kernel.ids import new_id
from portal.kernel.roles import Role
from portal.kernel.workdays import workdays_after
from portal.organizations.models import Organization
from portal.outbox.post import Audience, announce, later
from portal.security.actor import Actor, system
from portal.security.policy import require

REMINDED_BEFORE = 10  # working days before a document runs out
AT = time(9, 0)


def create(*, actor: Actor, file: UploadedFile, id: UUID | None = None, **fields: Any) -> Evidence:
    """Keep a document of the actor's startup. Raises RefusedFile, and Invalid where it has run out already."""
    require(actor, "create", Evidence)
    expires = fields.get("expires_on")
    if expires and expires < actor.now.astimezone(SEOUL).date():
        raise Invalid(fields={"expires_on": _("유효 기한이 지난 서류입니다. 새로 발급받은 서류를 올려 주십시오.")})
    if id and (twin := Evidence.objects.visible_to(actor).filter(pk=id).first()):
        return twin  # type: ignore[no-any-return]
    owner = Organization.objects.visible_to(actor).get(pk=actor.organization_id)
    kept = Evidence(
        id=id or new_id(),
        startup=owner,
        sort=fields["sort"],
        name=fields["name"],
        expires_on=expires,
        added_at=actor.now,
    )
    with transaction.atomic():
        kept.file = store(actor=actor, owner=owner, subject=kept, upload=file, allowed=DOCUMENTS | IMAGES)
        kept.save(force_insert=True)
        if expires:
            day = workdays_after(expires, -REMINDED_BEFORE)
            due = max(actor.now, datetime.combine(day, AT, SEOUL))
            later("startups.remind_of_expiry", actor=actor, due=due, document_id=kept.pk)
    return kept


def remove(*, document: Evidence, actor: Actor) -> None:
    """Take a document off the list; its file can then be removed, too."""
    require(actor, "remove", document)
    Evidence.objects.visible_to(actor).filter(pk=document.pk).delete()


def remind(*, document_id: UUID, actor: Actor) -> None:
    """Say that a document runs out soon, unless it has gone or a newer one of its kind lies beside it."""
    with system("a document that runs out"):
        document = Evidence.objects.filter(pk=document_id).first()
        if document is None or document.expires_on is None:
            return
        newer = Evidence.objects.filter(
            startup=document.startup_id, sort=document.sort, name=document.name, expires_on__gt=document.expires_on
        )
        if newer.exists():
            return
        announce(
            "startup-document.expires",
            document,
            to=Audience.of(document.startup_id, roles=(Role.REPRESENTATIVE, Role.MEMBER)),
            title=document.name,
            day=document.expires_on,
        )
