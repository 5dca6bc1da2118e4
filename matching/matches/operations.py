"""What its parties can say to a suggestion. What is suggested, `suggesting` writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import transaction

from matching.matches import queries, runs
from matching.matches.models import DemandVectors, Match, Side
from matching.matches.workflow import State
from matching.startups.models import Consent
from portal.outbox.transition import transition
from portal.security.actor import Actor, system
from portal.security.policy import require


def keep(*, match: Match, actor: Actor) -> Match:
    """Put the suggestion on the list of what the actor's organisation keeps an eye on."""
    with _alone(match), transition(match, "keep", actor) as match:
        pass
    return match


def release(*, match: Match, actor: Actor) -> Match:
    """Take it off again."""
    with _alone(match), transition(match, "release", actor) as match:
        pass
    return match


def dismiss(*, match: Match, actor: Actor, reason: str) -> Match:
    """Not for us, for good. A startup that says so is suggested to nobody for this demand any more; the others' word
    changes only what they are shown themselves, so nobody learns of it."""
    with _alone(match):
        with transition(match, "dismiss", actor, reason=reason, why_not=reason) as match:
            match.rank = None
        if match.side == Side.STARTUP:
            with system("a startup doesn't want to be suggested for the demand"):
                others = Match.objects.filter(demand=match.demand_id, startup=match.startup_id)
                others.exclude(side=Side.STARTUP).exclude(state=State.DISMISSED).update(current=False)
    return match


def look(*, actor: Actor) -> int:
    """Whoever answers for the organisation has looked through what is suggested to it. Returns how much was new."""
    require(actor, "look", Match)
    return queries.unseen(actor).update(looked_at=actor.now)


@contextmanager
def _alone(match: Match) -> Iterator[None]:
    """Before or after a calculation of the demand, never in its midst."""
    with transaction.atomic():
        with system("one after the other with calculations"):
            list(DemandVectors.objects.select_for_update().filter(demand=match.demand_id))
        yield


def not_found_any_more(consent: Consent, actor: Actor, _reason: str) -> None:
    """A consent is withdrawn: what rested on it is out of sight already, and others move up."""
    if consent.purpose == Consent.Purpose.FOUND:
        runs.ask(actor)


def startup_changed(_startup_id: UUID, actor: Actor) -> None:
    """What a startup says of itself has changed, or it agrees to be found."""
    runs.ask(actor)


FOLLOWED = frozenset({"demand.published", "recommendation.consented", "recommendation.accepted", "application.arrived"})
"""Events after which somebody is to be suggested, or may be told of somebody."""


def follow(*, actor: Actor, event: str, **_about: Any) -> None:
    if event in FOLLOWED:
        runs.ask(actor)
