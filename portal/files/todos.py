"""Where the files stand in the menu, and what is said about them."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.roles import Kind
from portal.notifications.messages import declare
from portal.web.registry import NavItem, add_nav


def register() -> None:
    add_nav(NavItem(_("파일"), "files:list", kinds=frozenset(Kind), order=91))
    declare(
        "file.refused",
        title=_("차단된 파일: %(name)s"),
        body=_("올리신 파일이 안전 검사에서 차단되어 아무도 내려받을 수 없습니다. 깨끗한 파일을 다시 올려 주십시오."),
        url_name="files:detail",
    )
