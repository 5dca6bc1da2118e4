"""Error pages. They ask no database and survive without a context."""

import sys
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from portal.kernel.errors import Invalid, NotAllowed, NotFound, Refusal, Unavailable
from portal.web.formpages import typed
from portal.web.views import api_wanted, problem


def _answer(
    request: HttpRequest, refusal: Refusal, template: str, *, plain: bool = False, **words: Any
) -> HttpResponse:
    """The refusal's page. `plain`: without the request's context, whose user and messages ask the database."""
    if api_wanted(request):
        return problem(request, refusal)
    words["request_id"] = getattr(request, "id", "")
    if plain:
        return HttpResponse(render_to_string(template, words), status=refusal.status)
    return render(request, template, words, status=refusal.status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    refusal = Invalid()
    refusal.status = 400
    return _answer(request, refusal, "400.html")


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _answer(request, NotAllowed(), "403.html")


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's own view would answer without the frame's data."""
    return render(request, "403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _answer(request, NotFound(), "404.html")


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours; or the database is out of reach, which is told apart: nothing is lost, and it will be back."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return outage(request)
    refusal = Refusal()
    refusal.status, refusal.code = 500, "server_error"
    return _answer(request, refusal, "500.html", plain=True)


def outage(request: HttpRequest) -> HttpResponse:
    connection.close()  # the next request tries anew
    words = {"typed": typed(request), "again": request.get_full_path()}
    response = _answer(request, Unavailable(), "503.html", plain=True, **words)
    response.headers["Retry-After"] = "30"
    return response
