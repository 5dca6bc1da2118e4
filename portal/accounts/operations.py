"""What a person changes about the own account."""

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.kernel.errors import Invalid, NotAllowed
from portal.security.actor import Actor


def change_profile(*, actor: Actor, name: str, language: str) -> User:
    """Change name and language of the own account."""
    with transaction.atomic():
        user = _own(actor)
        user.name, user.language = name, _known(language)
        user.save(update_fields=["name", "language"])
    return user


def choose_language(*, actor: Actor, language: str) -> User:
    """Remember the language for pages on other devices, messages and mails."""
    with transaction.atomic():
        user = _own(actor)
        user.language = _known(language)
        user.save(update_fields=["language"])
    return user


def end_other_sessions(*, user: User, keep: str | None = None) -> int:
    """Sign the person out everywhere but here. Returns how many sessions ended.

    Also called when a second factor is set up: a session that was opened without it may be a thief's.
    """
    ended = 0
    for session in UserSession.objects.filter(user=user).exclude(session_key=keep or ""):
        session.end()
        ended += 1
    return ended


def _own(actor: Actor) -> User:
    if actor.user_id is None:
        raise NotAllowed
    return User.objects.select_for_update().get(pk=actor.user_id)


def _known(language: str) -> str:
    if language not in dict(settings.LANGUAGES):
        raise Invalid(fields={"language": _("한국어와 영어 가운데 골라 주십시오.")})
    return language
