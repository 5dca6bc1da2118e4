"""Where the documents stand in the menu, and the messages about them."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.roles import Kind
from portal.notifications.messages import declare
from portal.web.registry import NavItem, add_nav


def register() -> None:
    add_nav(NavItem(_("문서함"), "documents:list", kinds=frozenset(Kind), order=90))
    declare(
        "document.revoked",
        title=_("발급 취소: %(number)s"),
        body=_("발급된 문서가 취소되어 더 이상 유효하지 않습니다. 문서 화면에서 사유를 확인해 주십시오."),
        url_name="documents:detail",
    )
