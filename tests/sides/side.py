"""A side, and how its rows are written."""

from dataclasses import dataclass, field
from typing import Any

from portal.kernel.roles import Kind
from portal.organizations.models import Membership, Organization
from portal.security.actor import Actor
from portal.security.scope import PartyModel
from programs.plans.models import Program
from tests.fixtures import World


@dataclass
class Side:
    """One side's people (role name → actor) and rows (model → object)."""

    name: str
    actors: dict[str, Actor] = field(default_factory=dict)
    memberships: dict[str, Membership] = field(default_factory=dict)
    houses: dict[Kind, Organization] = field(default_factory=dict)
    rows: dict[type[PartyModel], Any] = field(default_factory=dict)


class Writer:
    """Writes the rows of a side; what belongs to nobody's side is `shared`."""

    world: World
    shared: Side

    def _put(self, side: Side, model: type[PartyModel], /, **fields: Any) -> Any:
        row = model(**fields)
        row.save(force_insert=True)
        side.rows[model] = row
        return row

    def _user(self, side: Side, role: str) -> Any:
        return (side.memberships.get(role) or self.shared.memberships[role]).user_id

    def _parties(self, side: Side) -> dict[str, Any]:
        houses = side.houses
        return {
            "program": side.rows[Program],
            "corporation": houses[Kind.CORPORATION],
            "startup": houses[Kind.STARTUP],
        }
