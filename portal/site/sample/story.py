"""The sample, told in order."""

from collections.abc import Iterator

from portal.kernel.clock import now
from portal.security.actor import Actor, acting, system
from portal.site.sample.people import Cast


def tell() -> Iterator[str]:
    """Make what is missing of the sample; yields a line per chapter."""
    cast = Cast()
    with acting(Actor.public(now())), system("sample people"):
        cast.assemble()
    yield f"{len(cast.organizations)} organisations, {len(cast.memberships)} accounts"
