"""Handing out a private file, by nginx (X-Accel-Redirect) where it stands in front, else by Django itself."""

from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from portal.audit import records
from portal.files.models import File
from portal.files.refusal import NotServed
from portal.files.storing import FAULTS
from portal.files.workflow import State
from portal.kernel.errors import Unavailable
from portal.security.actor import Actor


def serve(file: File, *, actor: Actor) -> HttpResponseBase:
    """A stored file for an actor who may see it, with a record of it. Raises NotServed where it isn't clean."""
    if file.state != State.CLEAN:
        raise NotServed(file.state)
    records.note(records.Act.DOWNLOAD, file, actor=actor, owner_id=file.owner_id, name=file.name)
    return send(key=file.key, name=file.name, media_type=file.media_type)


def send(*, key: str, name: str, media_type: str) -> HttpResponseBase:
    """What the portal itself has made, or `serve` has let through, as a download called `name`. Whoever calls has
    asked the policy and noted the access.

    Raises Unavailable where the storage doesn't have it or can't be reached.
    """
    try:
        if settings.X_ACCEL_PREFIX:
            response: HttpResponseBase = HttpResponse(content_type=media_type)
            response.headers["X-Accel-Redirect"] = settings.X_ACCEL_PREFIX + _address(key)
        else:
            response = FileResponse(default_storage.open(key), content_type=media_type)
    except FAULTS as fault:
        raise Unavailable(_("파일을 지금 내려받을 수 없습니다."), hint=_("잠시 후 다시 시도해 주십시오.")) from fault
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _address(key: str) -> str:
    """Where nginx finds it: the key in the folder, or the storage's signed address without its host."""
    try:
        default_storage.path(key)
    except NotImplementedError:
        signed = urlsplit(default_storage.url(key))
        return f"{signed.path.lstrip('/')}?{signed.query}"
    return quote(key)
