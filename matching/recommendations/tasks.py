"""Background work on uploaded lists."""

from uuid import UUID

from django.utils.translation import override

from matching.recommendations import uploads
from portal.accounts.models import User
from portal.outbox.post import job
from portal.security.actor import Actor


@job("recommendations.check_upload")
def check_upload(*, actor: Actor, upload_id: str) -> None:
    """Check an uploaded list, in the language of whoever reads the result."""
    language = User.objects.filter(pk=actor.user_id).values_list("language", flat=True).first() if actor.user_id else ""
    with override(language or "ko"):
        uploads.check(upload_id=UUID(upload_id), actor=actor)


@job("recommendations.carry_on")
def carry_on(*, actor: Actor, recommendation_ids: list[str]) -> None:
    """Ask the startups of a confirmed list."""
    uploads.carry_on(recommendation_ids=recommendation_ids, actor=actor)
