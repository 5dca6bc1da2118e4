"""What the inbox and the mail list put into the frame."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel.roles import Kind, Role
from portal.notifications.messages import declare
from portal.notifications.models import Mail
from portal.security.actor import Actor
from portal.web.page import Todo
from portal.web.registry import NavItem, add_nav, add_todos

READERS = frozenset({Role.OPERATOR, Role.AUDITOR})


def todos(actor: Actor) -> Iterable[Todo]:
    if actor.kind != Kind.MINISTRY or not actor.has(Role.OPERATOR):
        return
    lost = Mail.objects.visible_to(actor).filter(state__in=[Mail.State.GIVEN_UP, Mail.State.UNKNOWN]).count()
    if lost:
        title = _("나가지 못했거나 결과를 모르는 메일 %(count)d건 확인") % {"count": lost}
        yield Todo(title, reverse("mails:list"))


def register() -> None:
    add_todos("mails", todos)
    add_nav(NavItem(gettext_lazy("발송 메일"), "mails:list", kinds=frozenset({Kind.MINISTRY}), roles=READERS, order=92))
    declare(
        "notifications.address_dead",
        title=gettext_lazy("메일이 닿지 않는 구성원: %(name)s"),
        body=gettext_lazy(
            "이 구성원의 이메일 주소로 보낸 메일이 주소가 없다는 이유로 되풀이하여 반송되었습니다. "
            "주소가 맞는지 본인에게 확인하고, 퇴사하였으면 소속을 끝내 주십시오."
        ),
        url_name="memberships:detail",
    )
