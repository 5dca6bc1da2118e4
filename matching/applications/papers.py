"""The receipt of an application: its number, the day, and a hash of what was handed in."""

import hashlib
import json
from typing import Any

from django.utils.translation import gettext as _

from matching.applications.models import Application
from matching.applications.queries import attached
from portal.documents import papers
from portal.documents.models import Document
from portal.documents.operations import issue
from portal.documents.workflow import STANDING
from portal.kernel.formats import SEOUL
from portal.kernel.roles import Kind
from portal.organizations.models import Organization
from portal.outbox.transition import transition
from portal.security.actor import Actor, system

TEMPLATE = "documents/application_receipt.html"
KIND = "접수"
HASHED = ("number", "proposal", "plan", "effect", "technology", "trl", "requested_amount")


def declare() -> None:
    """What the receipt is filled with."""
    about = ["company", "program", "demand", "corporation", "application", "received", "amount", "attachments"]
    papers.declare(TEMPLATE, fields=[*about, "content_hash"])


def receipt(application: Application, actor: Actor) -> None:
    """Issue the receipt in the submission's transaction; what was handed in before no longer holds."""
    _end_former(application, actor)
    with system("a receipt's facts"):
        owner, demand, program = application.startup, application.demand, application.program
        corporation = application.corporation
        issuer = Organization.objects.filter(kind=Kind.MINISTRY).order_by("id").values_list("name", flat=True).first()
    issue(
        actor=actor,
        kind=KIND,
        program_id=application.program_id,
        year=program.year,
        title=_("%(program)s 신청서 접수증") % {"program": program.name},
        owner=owner,
        subject=application,
        template=TEMPLATE,
        data={
            "company": owner.name,
            "program": program.name,
            "demand": demand.title,
            "corporation": corporation.name,
            "application": application.number,
            "received": f"{actor.now.astimezone(SEOUL):%Y-%m-%d %H:%M:%S}",
            "amount": application.requested_amount,
            "attachments": len(attached(application)),
            "content_hash": content_hash(application),
        },
        issuer=issuer or "",
    )


def _end_former(application: Application, actor: Actor) -> None:
    """A receipt of an earlier submission: replaced, or revoked where its file was never made."""
    with system("the receipt of an earlier submission"):
        standing = Document.objects.filter(
            subject=Application._meta.label_lower, subject_id=application.pk, kind=KIND, state__in=STANDING
        )
        former = standing.first()
        if former is None:
            return
        step = "revoke" if former.state == Document.State.WAITING else "replace"
        with transition(former, step, actor, reason=_("신청서를 보완하여 다시 제출했습니다.")):
            pass


def content_hash(application: Application) -> str:
    """SHA-256 of what was handed in, the attachments' own hashes included; nothing of the excluded parties."""
    said: dict[str, Any] = {name: getattr(application, name) for name in HASHED}
    said |= {"demand": str(application.demand_id), "files": [file.sha256 for file in attached(application)]}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def receipt_of(application: Application, actor: Actor) -> Document | None:
    """The receipt that holds, for its owner and the ministry."""
    found: Document | None = (
        Document.objects.visible_to(actor)
        .filter(subject=Application._meta.label_lower, subject_id=application.pk, kind=KIND, state__in=STANDING)
        .first()
    )
    return found
