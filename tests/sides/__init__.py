"""Two of everything: side A and side B, rivals in two programs, with one row of every model on each side.

Rows are written directly as the system, in the state in which most people may see them; the tests then ask who
really does. A room that is new adds its rows here, or the coverage test fails.
"""

from typing import Any

from portal.kernel.roles import Kind, Role
from portal.organizations.models import Organization
from portal.security.actor import Actor, system
from tests.fixtures import World
from tests.sides.deciding import DRAWN, Deciding
from tests.sides.ground import Ground
from tests.sides.matching import PHONES, Matching
from tests.sides.programs import Programs
from tests.sides.side import Side

__all__ = ["DRAWN", "PHONES", "Side", "Sides"]


class Sides(Programs, Matching, Deciding, Ground):
    """`shared`: the ministry and the foundation. `a` and `b`: corporation, startup and center of each side."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.shared = Side("shared")
        self._house(self.shared, Kind.MINISTRY, Role.OFFICER, Role.APPROVER, Role.FINANCE, Role.AUDITOR, Role.OPERATOR)
        self._house(self.shared, Kind.FOUNDATION, Role.CASE_MANAGER, Role.ADVISOR)
        self.a, self.b = self._side("a", 2025), self._side("b", 2026)

    def actors(self) -> dict[str, Actor]:
        """Everybody by role (side A and the shared ones), the public, and somebody signed in who acts for nobody."""
        now = self.world.now
        stranger = self.a.memberships["manager"].user_id
        return (
            self.shared.actors | self.a.actors | {"public": Actor.public(now), "nobody's": Actor.of_user(stranger, now)}
        )

    def _house(self, side: Side, kind: Kind, *roles: Role, **fields: Any) -> Organization:
        house = self.world.organization(kind, f"{kind} {side.name}", slug=f"{kind}-{side.name}", **fields)
        side.houses[kind] = house
        # The administrator is a person of their own, so that no role sees more for being the administrator.
        side.memberships[f"{kind} administrator"] = self.world.member(house, Role.ADMINISTRATOR)
        for role in roles:
            member = self.world.member(house, role, email=f"{role}.{side.name}@{kind}.example")
            side.memberships[str(role)] = member
            side.actors[str(role)] = self.world.actor(member)
        return house

    def _side(self, name: str, year: int) -> Side:
        side = Side(name)
        self._house(side, Kind.CORPORATION, Role.MANAGER, Role.EVALUATOR, Role.SIGNATORY)
        self._house(side, Kind.STARTUP, Role.REPRESENTATIVE, Role.MEMBER)
        self._house(side, Kind.CENTER, Role.HEAD, Role.COORDINATOR)
        with system("two of everything"):
            self._programs(side, year)
            self._matching(side)
            self._evaluations(side)
            self._drafts(side)
            self._agreements(side)
            self._ground(side)
        return side
