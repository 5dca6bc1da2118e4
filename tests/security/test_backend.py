"""The database backend: the context goes ahead of every statement."""

import pytest

from portal.kernel.roles import Kind
from portal.organizations.models import Organization
from portal.security.actor import acting
from tests.fixtures import World


@pytest.mark.django_db(transaction=True)
def test_rows_read_in_parts_outside_a_transaction_know_their_reader(world: World) -> None:
    """Choices of a form are read so: refused outside a transaction, the form is shown again."""
    home = world.organization(Kind.MINISTRY)
    with acting(world(home)) as actor:
        assert list(Organization.objects.visible_to(actor).iterator()) == [home]
