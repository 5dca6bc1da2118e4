"""Files that go with an application: nothing confidential, added and removed as long as it is being written.

Whoever sees the application sees its files; their rows are the startup's own (`queries.attached`).
"""

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from matching.applications.models import Application
from matching.applications.queries import attached
from matching.applications.workflow import State
from portal.files.checks import DOCUMENTS, IMAGES
from portal.files.models import File
from portal.files.operations import store
from portal.kernel.errors import Invalid, NotFound, OverLimit, WrongState
from portal.organizations.models import Organization
from portal.outbox.drafts import reopened, require_reopened
from portal.outbox.transition import lock
from portal.security.actor import Actor, system
from portal.security.policy import may, require

MOST = 10
NAME = "attachments"  # as an officer flags them


def attach(*, application: Application, actor: Actor, file: UploadedFile, nothing_secret: bool = False) -> File:
    """Add a file. Raises Invalid where it isn't said to hold nothing secret or isn't asked for, RefusedFile for a kind
    that isn't taken, OverLimit above the number, WrongState where the application has been handed in.
    """
    require(actor, "attach", application)
    if not nothing_secret:
        words = _("비밀인 내용이 없는 파일만 올릴 수 있습니다. 비밀인 자료는 비밀유지계약을 맺은 뒤 제공해 주십시오.")
        raise Invalid(words, fields={"nothing_secret": words})
    with transaction.atomic():
        locked = lock(application)
        if not may(actor, "attach", locked):
            raise WrongState
        require_reopened(locked, [NAME])
        if len(attached(locked)) >= MOST:
            raise OverLimit(
                _("첨부파일은 %(most)d개까지 올릴 수 있습니다.") % {"most": MOST},
                hint=_("필요 없는 파일을 삭제하거나 여러 파일을 하나로 합쳐 주십시오."),
            )
        owner = Organization.objects.visible_to(actor).get(pk=locked.startup_id)
        return store(actor=actor, owner=owner, subject=locked, upload=file, allowed=DOCUMENTS | IMAGES)


def may_attach(application: Application, actor: Actor) -> bool:
    """Whether files can be added now."""
    flagged = reopened(application)
    return may(actor, "attach", application) and (not flagged or NAME in flagged)


def attachment(application: Application, id: UUID) -> File:
    """One file of an application that the reader has opened. Raises NotFound."""
    found = next((file for file in attached(application) if file.pk == id), None)
    if found is None:
        raise NotFound
    return found


def holds_file(file: File) -> Any:
    """Why an attachment must stay, in words: it belongs to what was handed in. Nothing while it is being written."""
    with system("the application of a file"):
        application = Application.objects.filter(pk=file.subject_id).first()
    if application is None or application.state == State.DRAFT:
        return ""
    flagged = reopened(application)
    if application.state == State.RETURNED and (not flagged or NAME in flagged):
        return ""
    if application.state == State.WITHDRAWN and application.submitted_at is None:
        return ""
    return _("제출한 신청서에 첨부된 파일이라 삭제할 수 없습니다. 바꾸시려면 담당자에게 보완 요청을 받아 주십시오.")
