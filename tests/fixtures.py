"""Fixtures that every test may use: a world of organisations and people, and actors for them."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from portal.accounts.models import User
from portal.accounts.trust import SEEN, SIGNED_IN
from portal.kernel.roles import Kind, Role
from portal.organizations.actors import actor_for
from portal.organizations.models import Membership, Organization
from portal.security.actor import Actor, acting, system

NOW = datetime(2025, 3, 12, 5, 0, tzinfo=UTC)
PASSWORD = "valueup-demo-2025!"


class World:
    """Makes organisations, people and actors. Everything it makes is written as the system."""

    def __init__(self) -> None:
        self.now = NOW
        self._count = 0

    def organization(self, kind: Kind, name: str = "", **fields: Any) -> Organization:
        self._count += 1
        slug = fields.pop("slug", f"{kind}-{self._count}")
        with system("test world"):
            made = Organization(
                kind=kind,
                slug=slug,
                name=name or slug,
                created_at=self.now - timedelta(days=30),
                verified_at=self.now,
                **fields,
            )
            made.save(force_insert=True)
        return made

    def member(self, organization: Organization, *roles: Role, email: str = "", name: str = "") -> Membership:
        self._count += 1
        email = email or f"user{self._count}@{organization.slug}.example"
        with system("test world"):
            user = User.objects.filter(email=email).first()
            if user is None:
                user = User(email=email, name=name or f"이용자{self._count}")
                user.set_unusable_password()
                user.save()
            first = not Membership.objects.filter(organization=organization, ended_at=None).exists()
            held = {str(r) for r in roles} | ({str(Role.ADMINISTRATOR)} if first else set())
            made = Membership(
                user=user, organization=organization, roles=sorted(held), started_at=self.now - timedelta(days=30)
            )
            made.save(force_insert=True)
            with connection.cursor() as cursor:  # what waits for the commit is asked here: a test's never comes
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS membership_last_administrator DEFERRED")
        return made

    def actor(self, membership: Membership, at: datetime | None = None) -> Actor:
        return actor_for(membership.user, membership, at or self.now)

    def __call__(self, organization: Organization, *roles: Role) -> Actor:
        """An actor of a new person in the organisation."""
        return self.actor(self.member(organization, *roles))


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def as_actor() -> Callable[[Actor], Any]:
    return acting


@pytest.fixture
def client_of(db: None) -> Callable[[Actor], Client]:
    """A signed-in browser of the actor's user, acting for the actor's organisation."""

    def make(actor: Actor) -> Client:
        client = Client()
        client.force_login(User.objects.get(pk=actor.user_id))
        session = client.session
        session[SIGNED_IN] = session[SEEN] = int(time.time())
        if actor.membership_id:
            session["membership"] = str(actor.membership_id)
        session.save()
        return client

    return make


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[datetime], None]]:
    """Set the portal's clock (requests and tasks read it): `frozen(instant)`."""

    def set_to(instant: datetime) -> None:
        readers = ("web.middleware", "api.middleware", "outbox.tasks", "notifications.tasks", "webhooks.tasks")
        for module in (f"portal.{reader}" for reader in readers):
            name = "clock_now" if module.endswith("middleware") else "now"
            monkeypatch.setattr(f"{module}.{name}", lambda: instant)

    set_to(NOW)
    return set_to  # type: ignore[return-value]
