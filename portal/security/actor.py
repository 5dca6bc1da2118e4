"""The actor: on whose behalf something happens, and when.

An actor travels as an argument through queries and operations. The *context* (a context variable) is the same
actor as the database sees it; it is set once per request, task or `system()` block and carried to PostgreSQL by
`portal.security.backend` with the first statement of every transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from portal.kernel.clock import now as clock_now
from portal.kernel.errors import NotAllowed
from portal.kernel.roles import Kind, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: a user, for one organisation, through one membership, at one instant.

    All of user, membership and organisation are None for the public; the last two for somebody who is signed in
    but acts for nobody (sign-in, invitations, the switch). `name` and `organization_name` go into the history,
    so that a reader of the history needs no right to read users.
    """

    now: datetime
    user_id: UUID | None = None
    membership_id: UUID | None = None
    organization_id: UUID | None = None
    kind: Kind | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)
    name: str = ""
    organization_name: str = ""
    address: str = ""

    @classmethod
    def public(cls, now: datetime) -> "Actor":
        return cls(now=now)

    @classmethod
    def of_user(cls, user_id: UUID, now: datetime, name: str = "") -> "Actor":
        return cls(now=now, user_id=user_id, name=name)

    @property
    def is_member(self) -> bool:
        return self.membership_id is not None

    @property
    def user(self) -> UUID:
        """The user's id, for writing. Raises NotAllowed for the public."""
        if self.user_id is None:
            raise NotAllowed
        return self.user_id

    @property
    def organization(self) -> UUID:
        """The organisation's id, for writing. Raises NotAllowed for whoever acts for none."""
        if self.organization_id is None:
            raise NotAllowed
        return self.organization_id

    def has(self, *roles: Role) -> bool:
        return bool(self.roles & set(roles))

    def at(self, now: datetime) -> "Actor":
        return replace(self, now=now)


@dataclass(frozen=True, slots=True)
class Context:
    """What the database knows: an actor, or the system with its reason, and what the history should say."""

    actor: Actor
    system: str = ""
    history: tuple[tuple[str, str], ...] = ()


_context: ContextVar[Context | None] = ContextVar("portal_context", default=None)


def current_context() -> Context | None:
    return _context.get()


@contextmanager
def _in_context(context: Context | None) -> Iterator[None]:
    token = _context.set(context)
    try:
        yield
    finally:
        _context.reset(token)


@contextmanager
def acting(actor: Actor) -> Iterator[Actor]:
    """Run as the actor: the database sees what the actor may see."""
    with _in_context(Context(actor)):
        yield actor


@contextmanager
def nobody() -> Iterator[None]:
    """Run for nobody: tenant-owned tables can't be read. For tests and for code that must not look."""
    with _in_context(None):
        yield


@contextmanager
def system(why: str) -> Iterator[Actor]:
    """Run as the system, past all row rules; `why` goes into the history. Keeps the actor for the record.

    Raises ValueError without a reason.
    """
    if not why.strip():
        raise ValueError("system() needs a reason")
    context = current_context()
    actor = context.actor if context else Actor.public(clock_now())
    with _in_context(Context(actor, system=why, history=context.history if context else ())):
        yield actor


@contextmanager
def history(**words: str) -> Iterator[None]:
    """Add words (transition, reason …) to the change history of what is written inside."""
    context = current_context()
    if context is None:
        yield
        return
    merged = dict(context.history) | {k: v for k, v in words.items() if v}
    with _in_context(replace(context, history=tuple(merged.items()))):
        yield


def in_system() -> bool:
    context = current_context()
    return bool(context and context.system)
