"""What waits on somebody about organisations and members, and the messages about them."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.kernel.roles import Kind, Role
from portal.notifications.messages import declare
from portal.organizations.models import Invitation, Organization
from portal.organizations.queries import open_invitations
from portal.security import policy
from portal.security.actor import Actor
from portal.web.page import Todo
from portal.web.registry import NavItem, add_nav, add_todos

STAFF = frozenset({Role.OFFICER, Role.OPERATOR})
CENTER = frozenset({Role.HEAD, Role.COORDINATOR})


def todos(actor: Actor) -> Iterable[Todo]:
    yield from _to_verify(actor)
    if policy.admits(actor, "invite", Invitation):
        for invitation in open_invitations(actor)[:20]:
            title = _("구성원 초대: %(email)s") % {"email": invitation.email}
            url = reverse("memberships:list")
            if invitation.expires_at <= actor.now:
                yield Todo(title, url, detail=_("기한이 지났습니다. 다시 초대하거나 취소해 주십시오."))
            else:
                yield Todo(title, url, due=invitation.expires_at, waiting_for=invitation.email)


def _to_verify(actor: Actor) -> Iterable[Todo]:
    """Startups that have entered a business number which nobody has checked yet."""
    if not policy.admits(actor, "verify", Organization):
        return
    waiting = Organization.objects.visible_to(actor).filter(
        kind=Kind.STARTUP, verified_at=None, business_no__isnull=False
    )
    for startup in waiting.order_by("created_at", "id")[:20]:
        title = _("사업자등록 확인: %(name)s") % {"name": startup}
        yield Todo(title, reverse("organizations:detail", args=[startup.pk]))


def register() -> None:
    add_todos("organizations", todos)
    ministry, center = frozenset({Kind.MINISTRY}), frozenset({Kind.CENTER})
    add_nav(
        NavItem(
            pgettext_lazy("list", "기관"), "organizations:list", kinds=ministry | center, roles=STAFF | CENTER, order=80
        )
    )
    administrators = frozenset({Role.ADMINISTRATOR, Role.OPERATOR})
    add_nav(NavItem(gettext_lazy("구성원"), "memberships:list", kinds=frozenset(Kind), roles=administrators, order=85))
    declare(
        "organization.verified",
        title=gettext_lazy("사업자등록 확인 완료: %(organization)s"),
        body=gettext_lazy("사업자등록이 확인되었습니다. 이제 동의, 서명, 계좌 등록을 하실 수 있습니다."),
        url_name="organizations:detail",
    )
    declare(
        "membership.joined",
        title=gettext_lazy("새 구성원: %(name)s"),
        body=gettext_lazy("초대를 수락하여 우리 기관의 구성원이 되었습니다. 역할이 맞는지 확인해 주십시오."),
        url_name="memberships:detail",
    )
    declare(
        "membership.roles_changed",
        title=gettext_lazy("역할 변경: %(organization)s"),
        body=gettext_lazy("기관 관리자가 회원님의 역할을 바꾸었습니다. 바뀐 역할을 확인해 주십시오."),
        url_name="account_membership",
    )
