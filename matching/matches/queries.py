"""Reads for the pages of suggestions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import get_language

from matching.applications.models import Application
from matching.applications.workflow import State as Applied
from matching.matches.models import Match
from matching.matches.workflow import State
from matching.recommendations.models import Recommendation
from matching.recommendations.workflow import State as Recommended
from matching.startups.models import Profile
from portal.organizations.models import Organization
from portal.security.actor import Actor, system
from portal.security.policy import admits
from programs.demands.models import Demand
from programs.demands.workflow import State as Standing


@dataclass(frozen=True, slots=True)
class Said:
    """The reasons of a suggestion in the reader's language."""

    met: Sequence[str]
    unmet: Sequence[str]


def said(match: Match) -> Said:
    language = "en" if get_language() == "en" else "ko"
    words = [(reason["met"], str(reason[language])) for reason in match.reasons]
    return Said([text for met, text in words if met], [text for met, text in words if not met])


def standing(rows: QuerySet[Match], _actor: Actor) -> QuerySet[Match]:
    """The suggestions that stand: the ministry, too, sees no others."""
    return rows.filter(current=True)


def of_demand(demand: Demand, actor: Actor) -> QuerySet[Match]:
    """What the actor's own side is told of a demand."""
    found: QuerySet[Match] = Match.objects.visible_to(actor).filter(
        demand=demand, party_id=actor.organization_id, current=True
    )
    return found


def unseen(actor: Actor) -> QuerySet[Match]:
    """What is suggested to the actor's organisation, and nobody who answers for it has looked at or handled."""
    found: QuerySet[Match] = Match.objects.visible_to(actor).filter(
        party_id=actor.organization_id, current=True, state=State.SUGGESTED, standing=Standing.PUBLISHED, looked_at=None
    )
    return found if admits(actor, "look", Match) else found.none()


@dataclass(frozen=True, slots=True)
class Introduction:
    """What a startup that agrees to be found lets corporations and centers know (`consents.FOUND`)."""

    business_no: str
    profile: Profile


def introduction(match: Match, actor: Actor) -> Introduction | None:
    """For whom the suggestion is made and who may not open the startup itself; None for others."""
    if match.consent_id is None or match.party_id != actor.organization_id or profile_of(match, actor) is not None:
        return None
    with system("what a startup lets be known that agrees to be found"):
        profile = Profile.objects.filter(startup=match.startup_id).first()
        number = Organization.objects.filter(pk=match.startup_id).values_list("business_no", flat=True).first()
    return Introduction(number or "", profile) if profile else None


def profile_of(match: Match, actor: Actor) -> UUID | None:
    """The startup's profile, for whoever may open it."""
    found: Any = Profile.objects.visible_to(actor).filter(startup=match.startup_id)
    return found.values_list("pk", flat=True).first()  # type: ignore[no-any-return]


def business_no(match: Match) -> str:
    """With which a center begins a recommendation: it stands among what every basis of a suggestion gives."""
    with system("the number of a suggested startup"):
        found = Organization.objects.filter(pk=match.startup_id).values_list("business_no", flat=True).first()
    return found or ""


def application_of(match: Match, actor: Actor) -> UUID | None:
    """The startup's application for the demand, where the actor sees it."""
    found: Any = Application.objects.visible_to(actor).filter(demand=match.demand_id, startup=match.startup_id)
    return found.exclude(state=Applied.WITHDRAWN).values_list("pk", flat=True).first()  # type: ignore[no-any-return]


def recommendation_of(match: Match, actor: Actor) -> UUID | None:
    """The recommendation of the startup for the demand by the actor's center."""
    found: Any = Recommendation.objects.visible_to(actor).filter(
        demand=match.demand_id, startup=match.startup_id, center_id=actor.organization_id
    )
    return found.exclude(state=Recommended.WITHDRAWN).values_list("pk", flat=True).first()  # type: ignore[no-any-return]
