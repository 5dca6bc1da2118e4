"""What the portal itself has awarded, for the check of duplicate support."""

from collections.abc import Collection, Iterator
from uuid import UUID

from agreements.funding.models import Award
from agreements.funding.workflow import AwardState
from matching.startups.supports import Support
from portal.security.actor import Actor


def awarded(startup_ids: Collection[UUID], actor: Actor) -> Iterator[tuple[UUID, Support]]:
    """The startups' awards that the actor may see."""
    found = Award.objects.visible_to(actor).filter(startup__in=startup_ids).exclude(state=AwardState.CANCELLED)
    for award in found.select_related("program"):
        program = award.program
        told = Support(program.name, "중소벤처기업부", program.year, int(award.amount), own_words=False)
        yield award.startup_id, told
