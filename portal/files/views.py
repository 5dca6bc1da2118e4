"""Downloading a private file."""

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from portal.audit import records
from portal.files.downloads import send
from portal.files.models import File
from portal.kernel.errors import NotFound
from portal.web.views import page


@page()
def download(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """The file, for whoever may see it, with a record of it."""
    actor = request.actor  # type: ignore[attr-defined]
    found = File.objects.visible_to(actor).filter(pk=id).first()
    if found is None:
        raise NotFound
    records.note(records.Act.DOWNLOAD, found, actor=actor, owner_id=found.owner_id, name=found.name)
    return send(key=found.key, name=found.name, media_type=found.media_type)
