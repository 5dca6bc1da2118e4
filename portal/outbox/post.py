"""Writing to the outbox, and declaring the jobs that it runs."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import models, transaction

from portal.kernel.clock import now as clock_now
from portal.kernel.facts import kept
from portal.kernel.roles import Kind, Role
from portal.outbox.models import Message
from portal.security.actor import Actor, current_context


class Job(Protocol):
    """What a job is: a function that takes the actor (present rights, present time) and ids as keywords.

    It runs inside the transaction that marks its message done, so its effects in the database happen exactly once.
    An effect outside (mail) belongs in a job of its own that can tell whether it happened.
    """

    def __call__(self, *, actor: Actor, **ids: Any) -> None: ...


@dataclass(frozen=True, slots=True)
class Declared:
    """A declared job. `outside`: it talks to something else (mail, a bank) and opens its own transactions.

    `label` says to the operator what it does.
    `given_up` is called as the job itself once it isn't tried any more, so that what waits for it says so.
    """

    function: Callable[..., None]
    outside: bool = False
    given_up: Callable[..., None] | None = None
    label: Any = ""


_jobs: dict[str, Declared] = {}


def job(
    name: str, *, outside: bool = False, given_up: Callable[..., None] | None = None, label: Any = ""
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare a job. Raises ValueError where the name is taken."""

    def wrap(function: Callable[..., None]) -> Callable[..., None]:
        if name in _jobs and _jobs[name].function.__qualname__ != function.__qualname__:
            raise ValueError(f"two jobs are called {name}")
        _jobs[name] = Declared(function, outside, given_up, label)
        return function

    return wrap


def jobs() -> dict[str, Declared]:
    return dict(_jobs)


def later(
    name: str, /, *, actor: Actor, due: datetime | None = None, confidential: bool = False, **arguments: Any
) -> UUID:
    """Have the job done after this transaction commits, on behalf of the actor. Returns the message's id.

    `confidential`: nobody sees the message, for it would tell whom it is about.

    Raises LookupError for an unknown job: a message that nobody can work off must not be written.
    """
    if name not in _jobs:
        raise LookupError(f"no job is called {name}")
    message = Message(
        job=name,
        arguments={k: str(v) if isinstance(v, UUID) else v for k, v in arguments.items()},
        membership_id=actor.membership_id,
        user_id=actor.user_id,
        created_at=actor.now,
        due_at=due or actor.now,
        confidential=confidential,
    )
    message.save(force_insert=True)
    transaction.on_commit(wake, robust=True)
    return message.id


def wake() -> None:
    """Tell the relay at once; where the broker is down, the scheduler finds the message later."""
    from portal.outbox.tasks import relay

    relay.apply_async(expires=30, retry=False, ignore_result=True)


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom an event concerns, as data: resolved by the relay as the system, after the commit.

    organizations with roles (none: all members), or single memberships.
    """

    organizations: tuple[str, ...] = ()
    kind: str = ""
    roles: tuple[str, ...] = ()
    memberships: tuple[str, ...] = ()

    @classmethod
    def of(cls, *organization_ids: UUID | None, roles: tuple[Role, ...] = ()) -> "Audience":
        return cls(organizations=tuple(str(i) for i in organization_ids if i), roles=tuple(map(str, roles)))

    @classmethod
    def ministry(cls, *roles: Role) -> "Audience":
        return cls(kind=str(Kind.MINISTRY), roles=tuple(map(str, roles)))

    @classmethod
    def foundation(cls, *roles: Role) -> "Audience":
        return cls(kind=str(Kind.FOUNDATION), roles=tuple(map(str, roles)))

    @classmethod
    def members(cls, *membership_ids: UUID) -> "Audience":
        return cls(memberships=tuple(map(str, membership_ids)))


@dataclass(frozen=True, slots=True)
class Event:
    """What is announced: a name, the object it is about, and facts for its text (never confidential ones)."""

    name: str
    subject: str
    subject_id: str
    audience: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


def announce(name: str, subject: models.Model, /, *, to: Audience, **facts: Any) -> None:
    """Tell the audience after the commit. Each recipient's message is rendered as that recipient.

    `name` is declared with `portal.notifications.messages.declare`. `facts` fill the text; put only words in that
    every recipient may know. Instants, days and (start, end) are passed as they are:
    each reader reads them in their own language.
    """
    context = current_context()
    actor = context.actor if context else Actor.public(clock_now())
    event = Event(name, subject._meta.label_lower, str(subject.pk), asdict(to), {k: kept(v) for k, v in facts.items()})
    later("notifications.deliver", actor=actor, confidential=getattr(subject, "confidential", False), **asdict(event))
