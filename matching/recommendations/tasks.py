"""Background work on uploaded lists."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.utils.translation import gettext_lazy, override

from matching.recommendations import uploads
from portal.accounts.models import User
from portal.outbox.post import job
from portal.security.actor import Actor


@contextmanager
def _readers_language(actor: Actor) -> Iterator[None]:
    """What is kept of the outcome is in the language of whoever reads it."""
    language = User.objects.filter(pk=actor.user_id).values_list("language", flat=True).first() if actor.user_id else ""
    with override(language or "ko"):
        yield


def _give_up_check(*, actor: Actor, upload_id: str) -> None:
    with _readers_language(actor):
        uploads.give_up_check(upload_id=UUID(upload_id), actor=actor)


def _give_up_writing(*, actor: Actor, upload_id: str) -> None:
    with _readers_language(actor):
        uploads.give_up_writing(upload_id=UUID(upload_id), actor=actor)


@job("recommendations.check_upload", given_up=_give_up_check, label=gettext_lazy("추천 목록 확인"))
def check_upload(*, actor: Actor, upload_id: str) -> None:
    """Check an uploaded list."""
    with _readers_language(actor):
        uploads.check(upload_id=UUID(upload_id), actor=actor)


@job("recommendations.confirm_upload", given_up=_give_up_writing, label=gettext_lazy("추천 목록 반영"))
def confirm_upload(*, actor: Actor, upload_id: str) -> None:
    """Write a confirmed list."""
    with _readers_language(actor):
        uploads.write(upload_id=UUID(upload_id), actor=actor)


@job("recommendations.carry_on", label=gettext_lazy("추천 목록 이어서 반영"))
def carry_on(*, actor: Actor, recommendation_ids: list[str]) -> None:
    """Ask the startups of a confirmed list."""
    uploads.carry_on(recommendation_ids=recommendation_ids, actor=actor)
