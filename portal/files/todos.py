"""Where the files stand in the menu, and what is said about them."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.files import queries
from portal.files.models import File
from portal.kernel.roles import Kind
from portal.notifications.messages import declare
from portal.security.actor import Actor
from portal.security.policy import may
from portal.web.page import Todo
from portal.web.registry import NavItem, add_nav, add_todos


def todos(actor: Actor) -> Iterable[Todo]:
    """Files that nobody can open because the scanner is away concern who runs the portal."""
    if may(actor, "oversee", File) and (count := queries.unchecked()):
        title = gettext("검사하지 못한 파일 %(count)s개 확인") % {"count": f"{count:,}"}
        yield Todo(title, reverse("files:scanner"))


def register() -> None:
    add_todos("files", todos)
    add_nav(NavItem(_("파일"), "files:list", kinds=frozenset(Kind), order=91))
    declare(
        "file.refused",
        title=_("차단된 파일: %(name)s"),
        body=_("올리신 파일이 안전 검사에서 차단되어 아무도 내려받을 수 없습니다. 깨끗한 파일을 다시 올려 주십시오."),
        url_name="files:detail",
    )
