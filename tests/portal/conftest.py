"""A ministry and a firm with their people, and the servers outside: what the tests of this folder stand on."""

import pytest

from portal.kernel.roles import Kind, Role
from portal.organizations.models import Membership, Organization
from portal.security.actor import system
from tests.fixtures import World
from tests.portal.mails import at, server, write
from tests.portal.provider import known, provider
from tests.portal.receiver import receiver

__all__ = ["at", "known", "provider", "receiver", "server", "write"]


@pytest.fixture
def ministry(world: World) -> Organization:
    found = world.organization(Kind.MINISTRY, "중소벤처기업부")
    world.member(found)  # its administrator
    return found


@pytest.fixture
def officer(world, ministry):
    return world(ministry, Role.OFFICER)


@pytest.fixture
def operator(world, ministry):
    return world(ministry, Role.OPERATOR)


@pytest.fixture
def firm(world):
    return world.organization(Kind.CORPORATION, "현대자동차")


@pytest.fixture
def administrator(world, firm):
    return world(firm, Role.MANAGER)


@pytest.fixture
def colleague(world, firm, administrator):
    return world(firm, Role.EVALUATOR)


def membership_of(actor) -> Membership:
    with system("test"):
        return Membership.objects.select_related("user", "organization").get(pk=actor.membership_id)
