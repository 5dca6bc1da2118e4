"""Background work on startups."""

from uuid import UUID

from django.utils.translation import gettext_lazy

from matching.startups import evidence
from portal.outbox.post import job
from portal.security.actor import Actor


@job("startups.remind_of_expiry", label=gettext_lazy("서류 유효 기한 알림"))
def remind_of_expiry(*, actor: Actor, document_id: str) -> None:
    """Remind a startup of a document that runs out."""
    evidence.remind(document_id=UUID(document_id), actor=actor)
