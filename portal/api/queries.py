"""A person's own API tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.api.forms import SCOPE_CHOICES
from portal.api.models import Token
from portal.kernel.errors import NotFound
from portal.security.actor import Actor
from portal.web.page import Action, Status


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token as its holder sees it."""

    token: Token
    organization: str
    scopes: str
    status: Status
    revoke: Action | None


def own_tokens(actor: Actor) -> Sequence[TokenRow]:
    """All tokens of the actor's user, for whichever organisation, newest first."""
    found = Token.objects.visible_to(actor).select_related("membership__organization").order_by("-id")
    return [_row(token, actor) for token in found]


def token(id: UUID, *, actor: Actor) -> Token:
    """Raises NotFound for somebody else's."""
    found: Token | None = Token.objects.visible_to(actor).filter(pk=id).first()
    if found is None:
        raise NotFound
    return found


def _row(token: Token, actor: Actor) -> TokenRow:
    names = dict(SCOPE_CHOICES)
    alive = token.revoked_at is None and token.expires_at > actor.now
    if alive:
        status = Status(_("사용 중"), "success")
    else:
        status = Status(_("폐기") if token.revoked_at else _("만료"), "neutral")
    revoke = Action(
        "revoke",
        _("폐기"),
        reverse("api-token-revoke", args=[token.pk]),
        method="post",
        weight="danger",
        confirm=_("이 토큰을 쓰는 프로그램은 곧바로 접속할 수 없게 됩니다. 폐기하시겠습니까?"),
    )
    return TokenRow(
        token=token,
        organization=str(token.membership.organization),
        scopes=", ".join(str(names.get(scope, scope)) for scope in token.scopes),
        status=status,
        revoke=revoke if alive else None,
    )
