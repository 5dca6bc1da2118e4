"""Where the documents stand in the menu."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.roles import Kind
from portal.web.registry import NavItem, add_nav


def register() -> None:
    add_nav(NavItem(_("문서함"), "documents:list", kinds=frozenset(Kind), order=90))
