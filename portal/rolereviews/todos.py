"""That roles wait to be reviewed, and where the page stands in the menu."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel.roles import Role
from portal.organizations.models import Membership
from portal.rolereviews.queries import due, own
from portal.security.actor import Actor
from portal.security.policy import admits
from portal.web.page import Todo
from portal.web.registry import NavItem, add_nav, add_todos


def todos(actor: Actor) -> Iterable[Todo]:
    if not admits(actor, "review", Membership):
        return
    waiting = own(actor).filter(due(actor))
    if count := waiting.count():
        address = f"{reverse('role-reviews:list')}?due=yes"
        yield Todo(_("역할 점검: %(count)d명") % {"count": count}, address, detail=_("점검할 때가 되었습니다."))


def register() -> None:
    add_todos("rolereviews", todos)
    add_nav(
        NavItem(
            gettext_lazy("역할 점검"),
            "role-reviews:list",
            roles=frozenset({Role.ADMINISTRATOR, Role.OPERATOR}),
            order=86,
        )
    )
