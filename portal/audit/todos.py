"""The access records' place in the menu."""

from django.utils.translation import gettext_lazy

from portal.kernel.roles import Kind, Role
from portal.web.registry import NavItem, add_nav


def register() -> None:
    readers = frozenset({Role.AUDITOR, Role.ADMINISTRATOR, Role.REPRESENTATIVE})
    add_nav(NavItem(gettext_lazy("접속기록"), "access-records:list", kinds=frozenset(Kind), roles=readers, order=95))
    audit, ministry = frozenset({Role.AUDITOR}), frozenset({Kind.MINISTRY})
    add_nav(NavItem(gettext_lazy("월간 점검"), "record-reviews:list", kinds=ministry, roles=audit, order=96))
    add_nav(NavItem(gettext_lazy("기록 확인"), "record-checks:list", kinds=ministry, roles=audit, order=97))
