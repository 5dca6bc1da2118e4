"""The access records' place in the menu."""

from django.utils.translation import gettext_lazy

from portal.kernel.roles import Kind, Role
from portal.web.registry import NavItem, add_nav


def register() -> None:
    readers = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
    add_nav(NavItem(gettext_lazy("접속기록"), "access-records:list", kinds=frozenset(Kind), roles=readers, order=95))
