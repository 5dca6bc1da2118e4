"""What webhooks put into the frame, and the message about one that was switched off."""

from django.utils.translation import gettext_lazy

from portal.kernel.roles import Kind, Role
from portal.notifications.messages import declare
from portal.web.registry import NavItem, add_nav


def register() -> None:
    administrators = frozenset({Role.ADMINISTRATOR})
    add_nav(NavItem(gettext_lazy("웹훅"), "webhooks:list", kinds=frozenset(Kind), roles=administrators, order=87))
    declare(
        "webhook.switched_off",
        title=gettext_lazy("웹훅을 껐습니다: 닷새 동안 한 번도 전달하지 못했습니다"),
        body=gettext_lazy(
            "받는 쪽 서버를 확인하신 뒤 웹훅을 다시 켜 주십시오. 꺼져 있는 동안의 사건은 전달되지 않습니다."
        ),
        url_name="webhooks:detail",
    )
