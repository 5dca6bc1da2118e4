"""Row rules: who reads and writes the rows of a table, declared once on the model.

The same declaration is compiled twice: into a Django `Q` (the policy's wall) and into PostgreSQL row security (the
second wall). A rule is a conjunction; a list of rules is a disjunction; Block wins over all of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils.deconstruct import deconstructible

from portal.kernel.roles import Kind, Role

if TYPE_CHECKING:
    from portal.security.actor import Actor

NEVER = Q(pk__in=[])


@deconstructible(path="portal.security.rules.Rule")
class Rule:
    """One way for a row to be open to an actor. Everything that is given must hold.

    kind     the actor's kind of organisation
    roles    one of these roles is held
    party    the row's organisation column is the actor's organisation (a field's name)
    holder   the row's membership column is the actor's membership
    user     the row's user column is the actor's user
    granted  (purpose, column): a Grant of that purpose to the actor names the row's column
    when     a condition on the row's own columns
    """

    def __init__(
        self,
        *,
        kind: str | None = None,
        roles: Sequence[str] = (),
        party: str = "",
        holder: str = "",
        user: str = "",
        granted: tuple[str, str] | None = None,
        when: Q | None = None,
    ) -> None:
        self.kind = str(kind) if kind else None
        self.roles = [str(r) for r in roles]
        self.party, self.holder, self.user = party, holder, user
        self.granted = tuple(granted) if granted else None
        self.when = when

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rule) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.kind, self.party, self.holder, self.user))

    def q(self, actor: "Actor") -> Q | None:
        """The rule for this actor as a filter, or None where it can't hold."""
        if self.kind and actor.kind != self.kind:
            return None
        if self.roles and not {str(r) for r in actor.roles} & set(self.roles):
            return None
        found = Q()
        for name, value in (
            (self.party, actor.organization_id),
            (self.holder, actor.membership_id),
            (self.user, actor.user_id),
        ):
            if name:
                if value is None:
                    return None
                found &= Q(**{f"{name}_id" if not name.endswith("id") else name: value})
        if self.granted:
            if not actor.is_member:
                return None
            from portal.security.models import Grant

            purpose, column = self.granted
            found &= Q(Exists(Grant.held(purpose, actor).filter(subject_id=OuterRef(column))))
        if self.when is not None:
            found &= self.when
        return found


def reads(**given: Any) -> Rule:
    return Rule(**given)


def own(party: str, kind: Kind | None = None, *roles: Role, when: Q | None = None) -> Rule:
    """The row belongs to the actor's organisation."""
    return Rule(kind=kind, roles=roles, party=party, when=when)


def ministry(*roles: Role, when: Q | None = None) -> Rule:
    """The ministry's people, by default whoever follows the programme: all but the operator."""
    return Rule(kind=Kind.MINISTRY, roles=roles or MINISTRY_READERS, when=when)


def everybody(when: Q | None = None) -> Rule:
    """The public. Say `when`, or mean every row."""
    return Rule(when=when)


MINISTRY_READERS = (Role.OFFICER, Role.APPROVER, Role.FINANCE, Role.AUDITOR)
MINISTRY_WRITERS = (Role.OFFICER, Role.APPROVER, Role.FINANCE)


@dataclass(frozen=True, slots=True)
class Rules:
    """Readers, writers and deleters of a model's rows, and the columns on which a Block stands."""

    reads: Sequence[Rule] = ()
    writes: Sequence[Rule] = ()
    deletes: Sequence[Rule] = ()
    blocks: Sequence[str] = field(default_factory=tuple)

    def visible(self, actor: "Actor") -> Q:
        """Rows that the actor may read."""
        found = _any(rule.q(actor) for rule in self.reads)
        return found & self.unblocked(actor)

    def unblocked(self, actor: "Actor") -> Q:
        from portal.security.models import Block

        found = Q()
        if self.blocks and actor.user_id:
            for column in self.blocks:
                found &= ~Q(**{f"{column}__in": Block.subjects(actor)})
        return found


def _any(parts: Iterable[Q | None]) -> Q:
    """One of the parts holds. An empty Q means every row, but `Q() | x` is x: so it ends the search."""
    found: Q | None = None
    for part in parts:
        if part is None:
            continue
        if not part:
            return Q()
        found = part if found is None else found | part
    return NEVER if found is None else found
