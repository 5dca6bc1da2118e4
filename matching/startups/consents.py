"""Consents of startups: given to a third party for a purpose, withdrawn at any time, with effect at once."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.startups.hooks import changed
from matching.startups.models import Consent
from matching.startups.workflow import ConsentState
from portal.kernel.errors import WrongState
from portal.kernel.ids import new_id
from portal.kernel.roles import Role
from portal.outbox.post import Audience, announce
from portal.outbox.transition import transition
from portal.security.actor import Actor, history, system
from portal.security.policy import require

ITEMS: Final = {
    "identity": gettext_lazy("기업명, 사업자등록번호, 대표자, 설립일, 소재지"),
    "contact": gettext_lazy("연락처"),
    "technology": gettext_lazy("기술분야, 기술성숙도, 보유 기술, 제품과 서비스, 인증, 지식재산권"),
    "business": gettext_lazy("임직원 수, 매출액, 투자 단계와 누적 투자액"),
    "collaboration": gettext_lazy("희망하는 협업"),
    "recommendation": gettext_lazy("센터가 적은 추천 내용"),
}
"""What may be given, by name: what stands here and nothing else is shown to the recipient."""
PROFILE: Final = ("identity", "contact", "technology", "business", "collaboration")
FOUND: Final = ("identity", "technology", "collaboration")

PERIODS: Final = {
    Consent.Purpose.RECOMMENDATION: gettext_lazy("추천이 철회되거나 반려될 때까지, 그 밖에는 사업이 끝날 때까지"),
    Consent.Purpose.FOUND: gettext_lazy("동의를 철회하실 때까지"),
}
RIGHT: Final = gettext_lazy("동의하지 않으셔도 되며, 동의하신 뒤에도 언제든지 철회하실 수 있습니다.")

Follower = Callable[[Consent, Actor, str], None]
_followers: list[Follower] = []


def on_withdrawal(follower: Follower) -> None:
    """Declare what else ends where a startup withdraws a consent: (consent, actor, reason), in the same transaction."""
    if follower not in _followers:
        _followers.append(follower)


def give(
    *, startup_id: UUID, recipient_id: UUID, items: tuple[str, ...], about: str, cause_id: UUID, actor: Actor
) -> Consent:
    """The startup's consent that the recipient gets its profile, within the act that it follows from."""
    consent = Consent(
        startup_id=startup_id,
        recipient_id=recipient_id,
        purpose=Consent.Purpose.RECOMMENDATION,
        items=list(items),
        about=about,
        cause_id=cause_id,
        given_at=actor.now,
        given_by_id=actor.user,
    )
    consent.save(force_insert=True)
    return consent


def be_found(*, actor: Actor, id: UUID | None = None) -> Consent:
    """The startup agrees to be suggested to corporations and centers. Raises WrongState where it has agreed."""
    require(actor, "create", Consent)
    with transaction.atomic():
        standing = Consent.objects.visible_to(actor).filter(
            startup_id=actor.organization_id, purpose=Consent.Purpose.FOUND, state=ConsentState.GIVEN
        )
        if standing.exclude(pk=id).exists():
            raise WrongState(_("이미 동의하셨습니다."), hint=_("동의 목록에서 내용을 확인하거나 철회하실 수 있습니다."))
        consent = Consent(
            id=id or new_id(),
            startup_id=actor.organization,
            purpose=Consent.Purpose.FOUND,
            items=list(FOUND),
            given_at=actor.now,
            given_by_id=actor.user,
        )
        consent.save(force_insert=True)
        changed(consent.startup_id, actor)
    return consent


def withdraw(*, consent: Consent, actor: Actor, reason: str) -> Consent:
    """Take a consent back: from now on the recipient sees nothing that rested on it."""
    with transaction.atomic():
        with transition(consent, "withdraw", actor, reason=reason) as consent:
            if consent.recipient_id:
                announce(
                    "consent.withdrawn",
                    consent,
                    to=Audience.of(consent.recipient_id, roles=(Role.COORDINATOR, Role.HEAD, Role.MANAGER)),
                    title=consent.about,
                )
        for follow in _followers:
            follow(consent, actor, reason)
    return consent


def end(*causes: UUID) -> None:
    """What the consents were given for is over."""
    with system("consents end with their purpose"), history(transition="consent.end"):
        Consent.objects.filter(cause_id__in=causes, state=ConsentState.GIVEN).update(state=ConsentState.ENDED)


def findable() -> Any:
    """Ids of the startups that agree to be found, as a subquery. Ask as the system."""
    standing = Consent.objects.filter(purpose=Consent.Purpose.FOUND, state=ConsentState.GIVEN)
    return standing.values("startup_id")
