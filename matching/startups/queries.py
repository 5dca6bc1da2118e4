"""Reads for the startups' pages."""

from matching.startups.models import Profile
from portal.security.actor import Actor


def own_profile(*, actor: Actor) -> Profile | None:
    """The profile of the actor's organisation, None where there is none yet."""
    found: Profile | None = Profile.objects.visible_to(actor).filter(startup_id=actor.organization_id).first()
    return found
