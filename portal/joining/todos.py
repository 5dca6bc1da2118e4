"""What waits on administrators, and the messages about join requests."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.joining.models import JoinRequest
from portal.joining.queries import waiting
from portal.kernel.roles import Kind, Role
from portal.notifications.messages import declare
from portal.security.actor import Actor
from portal.security.policy import admits
from portal.web.page import Todo
from portal.web.registry import NavItem, add_nav, add_todos


def todos(actor: Actor) -> Iterable[Todo]:
    if actor.kind != Kind.STARTUP or not actor.has(Role.ADMINISTRATOR):
        return
    for request in waiting(actor):
        title = _("참여 요청 확인: %(name)s") % {"name": request.user.name}
        yield Todo(title, reverse("join-requests:detail", args=[request.pk]), due=request.expires_at)


def register() -> None:
    add_todos("joining", todos)
    add_nav(
        NavItem(
            pgettext_lazy("list", "참여 요청"),
            "join-requests:list",
            order=86,
            offered=lambda actor: admits(actor, "confirm", JoinRequest),
        )
    )
    declare(
        "join_request.asked",
        title=gettext_lazy("참여 요청 확인: %(name)s"),
        body=gettext_lazy("우리 기업의 구성원이 되겠다는 요청이 왔습니다. 14일 안에 확인하거나 거절해 주십시오."),
        url_name="join-requests:detail",
    )
    declare(
        "join_request.confirmed",
        title=gettext_lazy("참여 요청 확인: %(organization)s"),
        body=gettext_lazy("요청하신 기업의 구성원이 되셨습니다."),
        url_name="account_membership",
    )
    declare(
        "organization.founded",
        title=gettext_lazy("새 스타트업의 사업자등록 확인: %(organization)s"),
        body=gettext_lazy("스스로 등록한 스타트업입니다. 사업자등록증과 대표자를 확인해 주십시오."),
        url_name="organizations:detail",
    )
