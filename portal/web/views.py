"""What views share: who may open a page at all, and answers for refusals."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from portal.kernel.errors import NotAllowed, Refusal

View = Callable[..., HttpResponseBase]
PUBLIC, USER, MEMBER = "public", "user", "member"
ACCESS = (PUBLIC, USER, MEMBER)
SAFE = {"GET", "HEAD", "OPTIONS"}


def page(access: str = MEMBER, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """Declare a page and who may open it at all: the public, a signed-in user, or (default) a member acting for an
    organisation. What they see there is the policies' business. The architecture test refuses views without it.
    """
    if access not in ACCESS:
        raise ValueError(f"access must be one of {ACCESS}")

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = request.actor  # type: ignore[attr-defined]
            if access != PUBLIC and actor.user_id is None:
                return redirect_to_login(request.get_full_path())
            if access == MEMBER and not actor.is_member:
                raise NotAllowed(hint="")
            return view(request, *args, **kwargs)

        checked: View = require_http_methods([*methods, *(["HEAD"] if "GET" in methods else [])])(guarded)
        checked.portal_access = access  # type: ignore[attr-defined]
        return checked

    return wrap


def own_address(request: HttpRequest, url: str, otherwise: str = "") -> str:
    """The address, where it is one of this site; never another site's, which a link could name."""
    fits = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return url if fits else otherwise


def api_wanted(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def problem(request: HttpRequest, refusal: Refusal) -> JsonResponse:
    """A refusal as RFC 9457 problem details with a stable `code`; field errors under `errors`.

    `instance` is the request's number, as in the header X-Request-ID, the log and the access records.
    """
    body: dict[str, Any] = {
        "type": f"/problems/{refusal.code}",
        "title": str(refusal.message),
        "status": refusal.status,
        "code": refusal.code,
        "instance": f"urn:uuid:{UUID(request.id)}",  # type: ignore[attr-defined]
    }
    if refusal.hint:
        body["detail"] = str(refusal.hint)
    if refusal.fields:
        body["errors"] = {
            k: [str(e) for e in (v if isinstance(v, list | tuple) else [v])] for k, v in refusal.fields.items()
        }
    return JsonResponse(body, status=refusal.status, content_type="application/problem+json")
