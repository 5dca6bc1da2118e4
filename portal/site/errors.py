"""Error pages. They ask no database and survive without a context."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.kernel.errors import Invalid, NotAllowed, NotFound, Refusal
from portal.web.views import api_wanted, problem


def _answer(request: HttpRequest, refusal: Refusal, template: str) -> HttpResponse:
    if api_wanted(request):
        return problem(refusal)
    return render(request, template, {"request_id": getattr(request, "id", "")}, status=refusal.status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    refusal = Invalid()
    refusal.status = 400
    return _answer(request, refusal, "400.html")


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _answer(request, NotAllowed(), "403.html")


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _answer(request, NotFound(), "404.html")


def server_error(request: HttpRequest) -> HttpResponse:
    refusal = Refusal()
    refusal.status, refusal.code = 500, "server_error"
    return _answer(request, refusal, "500.html")
