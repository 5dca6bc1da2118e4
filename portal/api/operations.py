"""What can happen to API tokens. Nothing else writes them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.api.models import MAX_DAYS, SCOPES, Token
from portal.audit import records
from portal.kernel.errors import Invalid, NotAllowed, NotFound
from portal.kernel.ids import new_id
from portal.organizations.operations import note_use
from portal.security.actor import Actor, system

PREFIX = "dtv_"  # lets a scanner of leaked secrets know what it has found
USED_EVERY = timedelta(minutes=1)


def issue(*, actor: Actor, name: str, scopes: Sequence[str], days: int, id: UUID | None = None) -> tuple[Token, str]:
    """A new token for the actor's membership, and its secret, which is stored nowhere and can't be shown again.

    Raises NotAllowed for whoever acts for no organisation, Invalid for unknown scopes or more than a year.
    """
    if actor.user_id is None or actor.membership_id is None:
        raise NotAllowed(hint=_("API 토큰은 기관의 구성원으로서만 발급받을 수 있습니다."))
    faults = {}
    if not scopes or set(scopes) - set(SCOPES):
        faults["scopes"] = _("권한 범위를 하나 이상 골라 주십시오.")
    if not 1 <= days <= MAX_DAYS:
        faults["days"] = _("유효 기간은 1일부터 %(days)s일까지입니다.") % {"days": MAX_DAYS}
    if faults:
        raise Invalid(fields=faults)
    secret = PREFIX + token_urlsafe(32)
    token = Token(
        id=id or new_id(),
        user_id=actor.user_id,
        membership_id=actor.membership_id,
        name=name,
        token_hash=hashed(secret),
        scopes=[s for s in SCOPES if s in scopes],
        created_at=actor.now,
        expires_at=actor.now + timedelta(days=days),
    )
    with transaction.atomic():
        token.save(force_insert=True)
        records.note(records.Act.CHANGE, token, actor=actor, owner_id=actor.organization_id, change="issued")
    return token, secret


def revoke(*, token: Token, actor: Actor) -> Token:
    """End a token now. A token that was revoked stays as it was. Raises NotFound for somebody else's."""
    with transaction.atomic():
        found: Token | None = Token.objects.visible_to(actor).select_for_update().filter(pk=token.pk).first()
        if found is None:
            raise NotFound
        if found.revoked_at is None:
            found.revoked_at = actor.now
            found.save(update_fields=["revoked_at"])
            records.note(records.Act.CHANGE, found, actor=actor, owner_id=actor.organization_id, change="revoked")
    return found


def revoke_all(*, user_id: UUID, actor: Actor) -> None:
    """End every token of a person, whatever they act for; asked by an operation with a policy of its own."""
    with system("all tokens of a person end"), transaction.atomic():
        for token in Token.objects.select_for_update().filter(user_id=user_id, revoked_at=None):
            token.revoked_at = actor.now
            token.save(update_fields=["revoked_at"])
            records.note(records.Act.CHANGE, token, actor=actor, owner_id=actor.organization_id, change="revoked")


def hashed(secret: str) -> str:
    """What is stored of a secret. It has 256 random bits: a plain hash can't be searched."""
    return sha256(secret.encode()).hexdigest()


def token_of(secret: str, at: datetime) -> Token | None:
    """The token of a secret, None where it is unknown, expired or revoked."""
    with system("whose API token this is"):
        found: Token | None = (
            Token.objects.filter(token_hash=hashed(secret), revoked_at=None, expires_at__gt=at)
            .select_related("user")
            .first()
        )
    return found


def used(token: Token, at: datetime) -> None:
    """Remember that the token was used; at most once a minute."""
    if token.last_used_at and at - token.last_used_at < USED_EVERY:
        return
    with system("when an API token was used"), transaction.atomic():
        stale = Q(last_used_at=None) | Q(last_used_at__lte=at - USED_EVERY)
        Token.objects.filter(stale, pk=token.pk).update(last_used_at=at)
        note_use(token.membership, at)
