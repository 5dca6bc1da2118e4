"""Where suggestions stand in the menu, what they follow, and what a merge leaves of them."""

from django.utils.translation import gettext_lazy

from matching.matches import operations
from matching.matches.models import Match, StartupVectors
from matching.matches.views import on_demand
from matching.startups.consents import on_withdrawal
from matching.startups.hooks import on_change
from portal.kernel.roles import Kind
from portal.merging.hanging import stays
from portal.notifications.messages import follow, followers
from portal.web.registry import NavItem, add_actions, add_nav
from programs.demands.models import Demand


def register() -> None:
    readers = frozenset({Kind.MINISTRY, Kind.CENTER, Kind.STARTUP, Kind.CORPORATION})
    add_nav(NavItem(gettext_lazy("매칭 제안"), "matches:list", kinds=readers, order=44))
    add_actions(Demand, on_demand)
    # Computed anew for the startup that stays; what was turned down holds for it, too (`suggesting`).
    stays((Match, "startup"), (Match, "party"), (StartupVectors, "startup"))
    on_withdrawal(operations.not_found_any_more)
    if operations.startup_changed not in on_change:
        on_change.append(operations.startup_changed)
    if operations.follow not in followers():
        follow(operations.follow)
