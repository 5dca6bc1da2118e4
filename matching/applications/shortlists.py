"""The corporation's shortlist: which applications it keeps an eye on, and why. Startups never see it."""

from collections.abc import Iterable

from django.db import transaction

from matching.applications.models import Application, ShortlistEntry
from portal.kernel.errors import Refusal
from portal.security.actor import Actor
from portal.security.policy import require


def shortlist(*, application: Application, actor: Actor, note: str = "") -> ShortlistEntry:
    """Put the application on the shortlist of the actor's corporation, or change the note on it."""
    require(actor, "shortlist", application)
    sides = {name: getattr(application, name) for name in ("corporation_id", "startup_id", "state")}
    made = {"note": note, "added_at": actor.now, "added_by_id": actor.user_id}
    with transaction.atomic():
        entry, _new = ShortlistEntry.objects.visible_to(actor).update_or_create(
            application=application, defaults={"note": note}, create_defaults=sides | made
        )
    return entry  # type: ignore[no-any-return]


def shortlist_all(applications: Iterable[Application], actor: Actor) -> tuple[int, list[tuple[Application, Refusal]]]:
    """Put several on it, each by itself: how many are new, and what was refused. What is on it keeps its note."""
    kept, refused = 0, []
    for application in applications:
        try:
            if shortlisted(application, actor) is None:
                shortlist(application=application, actor=actor)
                kept += 1
        except Refusal as refusal:
            refused.append((application, refusal))
    return kept, refused


def unshortlist(*, application: Application, actor: Actor) -> None:
    """Take it off again; twice changes nothing."""
    require(actor, "unshortlist", application)
    ShortlistEntry.objects.visible_to(actor).filter(application=application).delete()


def shortlisted(application: Application, actor: Actor) -> ShortlistEntry | None:
    """The actor's corporation's own entry."""
    found: ShortlistEntry | None = ShortlistEntry.objects.visible_to(actor).filter(application=application).first()
    return found
