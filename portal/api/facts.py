"""What an administrator is told of the house's API tokens: that they are there, what they may, and until when."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from portal.api.forms import SCOPE_CHOICES
from portal.api.models import Token
from portal.kernel.formats import instant
from portal.organizations.models import Membership
from portal.security.actor import Actor, system
from portal.security.policy import admits
from portal.web.page import Fact
from portal.web.registry import add_facts


def tokens_of(membership: Membership, actor: Actor) -> Iterable[Fact]:
    """For the house's own administrators. Name and secret stay the holder's."""
    if not admits(actor, "end", membership):
        return
    with system("the fact that a member has API tokens"):
        alive = Token.objects.filter(membership_id=membership.pk, revoked_at=None, expires_at__gt=actor.now)
        rows = [_words(token) for token in alive.order_by("expires_at", "id")]
    yield Fact(_("사용 중인 API 토큰"), rows or _("없음"))


def _words(token: Token) -> str:
    names = dict(SCOPE_CHOICES)
    scopes = ", ".join(str(names.get(scope, scope)) for scope in token.scopes)
    used = instant(token.last_used_at) if token.last_used_at else _("없음")
    return _("%(scopes)s · %(until)s까지 · 마지막 사용 %(used)s") % {
        "scopes": scopes,
        "until": instant(token.expires_at),
        "used": used,
    }


def register() -> None:
    add_facts(Membership, tokens_of)
