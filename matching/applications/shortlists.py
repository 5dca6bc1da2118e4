"""The corporation's shortlist: which applications it keeps an eye on, and why. Startups never see it."""

from django.db import transaction

from matching.applications.models import Application, ShortlistEntry
from portal.security.actor import Actor
from portal.security.policy import require


def shortlist(*, application: Application, actor: Actor, note: str | None = None) -> ShortlistEntry:
    """Put the application on the shortlist of the actor's corporation, or change the note on it.

    Without a note what is on the list stays as it is.
    """
    require(actor, "shortlist", application)
    sides = {name: getattr(application, name) for name in ("corporation_id", "startup_id", "state")}
    made = {"note": note or "", "added_at": actor.now, "added_by_id": actor.user_id}
    with transaction.atomic():
        entry, _new = ShortlistEntry.objects.visible_to(actor).update_or_create(
            application=application, defaults={} if note is None else {"note": note}, create_defaults=sides | made
        )
    return entry  # type: ignore[no-any-return]


def unshortlist(*, application: Application, actor: Actor) -> None:
    """Take it off again; twice changes nothing."""
    require(actor, "unshortlist", application)
    ShortlistEntry.objects.visible_to(actor).filter(application=application).delete()


def shortlisted(application: Application, actor: Actor) -> ShortlistEntry | None:
    """The actor's corporation's own entry."""
    found: ShortlistEntry | None = ShortlistEntry.objects.visible_to(actor).filter(application=application).first()
    return found
