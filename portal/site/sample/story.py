"""The sample, told in order."""

from collections.abc import Iterator

from django.db import transaction

from portal.kernel.clock import now
from portal.security.actor import Actor, acting, system
from portal.site.sample import fair, guided, running, suited
from portal.site.sample.people import Cast
from portal.site.sample.pilot import Pilot


def tell() -> Iterator[str]:
    """Make what is missing of the sample; yields a line per chapter. Each program comes whole or not at all."""
    cast = Cast()
    with acting(Actor.public(now())), system("sample people"), transaction.atomic():
        cast.assemble()
    yield f"{len(cast.organizations)} organisations, {len(cast.memberships)} accounts"
    with acting(Actor.public(now())), transaction.atomic():
        Pilot(cast).play()
    yield "the pilot of 2024, finished"
    with acting(Actor.public(now())), transaction.atomic():
        running.play(cast)
    yield "a running program with its seven corporations"
    with acting(Actor.public(now())), transaction.atomic():
        guided.play(cast)
    yield "nineteen centers recommend 120 startups"
    with acting(Actor.public(now())), transaction.atomic():
        fair.play(cast)
    yield "a joint meetup: 26 startups, seven corporations, a published timetable"
    with acting(Actor.public(now())), transaction.atomic():
        suited.play(cast)
    yield "startups suggested for the open demands, with reasons"
