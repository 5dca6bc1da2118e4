"""Every way in which a request fails, as RFC 9457 problem details with a stable code."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DataError, IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions

from portal.api import errors
from portal.api.authentication import TokenAuthentication
from portal.kernel.errors import Invalid, NotAllowed, NotFound, Refusal
from portal.web.middleware import note_refusal
from portal.web.views import problem

log = logging.getLogger("portal.api")

# The first that fits counts.
REFUSALS: tuple[tuple[type[Exception], type[Refusal]], ...] = (
    (exceptions.ParseError, errors.Malformed),
    (exceptions.NotAuthenticated, errors.NotSignedIn),
    (exceptions.AuthenticationFailed, errors.NotSignedIn),
    (exceptions.PermissionDenied, NotAllowed),
    (exceptions.NotFound, NotFound),
    (exceptions.MethodNotAllowed, errors.MethodNotAllowed),
    (exceptions.NotAcceptable, errors.NotAcceptable),
    (exceptions.UnsupportedMediaType, errors.UnsupportedMediaType),
    (exceptions.ValidationError, Invalid),
    (DjangoPermissionDenied, NotAllowed),
    (Http404, NotFound),
    (DjangoValidationError, Invalid),
    (RequestDataTooBig, errors.TooLarge),
    (SuspiciousOperation, errors.Malformed),
    (DataError, Invalid),  # a number or a text that no column holds
    (IntegrityError, errors.AlreadyThere),
)


def handle(fault: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """The REST framework's exception handler. None lets the fault pass, to the page for outages or the log."""
    refusal = refusal_of(fault)
    if refusal is None:
        return None
    if isinstance(fault, DataError | IntegrityError):
        log.warning("the database refused a request: %s", fault)
    return answer(context["request"]._request, refusal)


def refusal_of(fault: Exception) -> Refusal | None:
    """What the fault is called here, None for a fault of the program."""
    if isinstance(fault, Refusal):
        return fault
    if isinstance(fault, exceptions.Throttled):
        return errors.TooManyRequests(wait=int(getattr(fault, "wait", None) or 60))
    return next((refusal() for kind, refusal in REFUSALS if isinstance(fault, kind)), None)


def answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal as a response, with the record that a refused page leaves, too."""
    note_refusal(request, refusal)
    response = problem(request, refusal)
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = TokenAuthentication().authenticate_header(None)  # type: ignore[arg-type]
    if isinstance(refusal, errors.TooManyRequests):
        response.headers["Retry-After"] = str(refusal.wait)
    return response
