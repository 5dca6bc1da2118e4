"""Home, health, public pages."""

from datetime import timedelta

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.outbox.tasks import HEARTBEAT
from portal.web.page import Page
from portal.web.registry import todos_for
from portal.web.views import PUBLIC, page

STALE = timedelta(seconds=60)


@page(PUBLIC)
def home(request: HttpRequest) -> HttpResponse:
    """For members the to-do list; for the public what the programme is."""
    actor = request.actor  # type: ignore[attr-defined]
    found = todos_for(actor) if actor.is_member else []
    context = {
        "page": Page(title=_("할 일") if actor.is_member else _("딥테크 밸류업")),
        "todos": [t for t in found if not t.waiting_for],
        "waiting": [t for t in found if t.waiting_for],
    }
    return render(request, "web/home.html", context)


def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(_request: HttpRequest) -> HttpResponse:
    """Database, broker and worker answer. 503 names what doesn't."""
    found = {"database": _database(), "broker": _broker(), "worker": _worker()}
    return JsonResponse(found, status=200 if all(v == "ok" for v in found.values()) else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as fault:
        return type(fault).__name__
    return "ok"


def _broker() -> str:
    try:
        cache.set("portal.readyz", "ok", timeout=5)
    except Exception as fault:
        return type(fault).__name__
    return "ok"


def _worker() -> str:
    try:
        return "ok" if cache.get(HEARTBEAT) else "no heartbeat"
    except Exception as fault:
        return type(fault).__name__


healthz.portal_access = readyz.portal_access = PUBLIC  # type: ignore[attr-defined]
