"""Jobs that the kill tests need, in the tests' process and in the workers'."""

import os

from portal.audit import records
from portal.outbox.post import job
from portal.security.actor import system


@job("test.effect")
def effect(*, actor, number):
    """An effect in the database that nothing but the outbox keeps from happening twice."""
    with system("test"):
        records.note(records.Act.CHANGE, f"effect.{number}", actor=actor)


def gave_up(*, actor):
    effect(actor=actor, number="given-up")


@job("test.dies", given_up=gave_up)
def dies(*, actor):
    effect(actor=actor, number="dies")
    os._exit(137)
