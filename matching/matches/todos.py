"""Where suggestions stand in the menu, what they follow, and what a merge leaves of them."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.matches import operations, queries
from matching.matches.models import Match, StartupVectors
from matching.matches.views import on_demand
from matching.matches.workflow import State
from matching.startups.consents import on_withdrawal
from matching.startups.hooks import on_change
from portal.kernel.roles import Kind
from portal.merging.hanging import stays
from portal.notifications.messages import follow, followers
from portal.security.actor import Actor
from portal.web.page import Todo
from portal.web.registry import NavItem, add_actions, add_nav, add_todos
from programs.demands.models import Demand


def todos(actor: Actor) -> Iterable[Todo]:
    """One line, however many are new; it is gone once they are handled, or somebody says that they have been read."""
    if count := queries.unseen(actor).count():
        yield Todo(
            _("새 매칭 제안 %(count)s건") % {"count": f"{count:,}"},
            f"{reverse('matches:list')}?state={State.SUGGESTED}",
            detail=_("까닭을 읽어 보시고 관심이 있는지 정해 주십시오. 다 보셨으면 목록에서 확인함을 누르시면 됩니다."),
        )


def register() -> None:
    readers = frozenset({Kind.MINISTRY, Kind.CENTER, Kind.STARTUP, Kind.CORPORATION})
    add_nav(NavItem(gettext_lazy("매칭 제안"), "matches:list", kinds=readers, order=44))
    add_actions(Demand, on_demand)
    add_todos("matches", todos)
    # Computed anew for the startup that stays; what was turned down holds for it, too (`suggesting`).
    stays((Match, "startup"), (Match, "party"), (StartupVectors, "startup"))
    on_withdrawal(operations.not_found_any_more)
    if operations.startup_changed not in on_change:
        on_change.append(operations.startup_changed)
    if operations.follow not in followers():
        follow(operations.follow)
