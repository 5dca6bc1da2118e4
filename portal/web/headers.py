"""Headers that stand on every response, whatever its kind; and the one header of a request that tells who asks."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# What no page of ours uses, no script that got into one shall. Passkeys need their two.
UNUSED = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media",
    "fullscreen", "geolocation", "gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi", "payment",
    "picture-in-picture", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
OWN = ("publickey-credentials-create", "publickey-credentials-get")
PERMISSIONS = ", ".join([*(f"{name}=()" for name in UNUSED), *(f"{name}=(self)" for name in OWN)])


class HeadersMiddleware:
    """Django's own and django-csp's headers come from their middleware; this one adds what they don't have.

    Nothing is kept by browsers or proxies but static files: the simplest rule that no personal page escapes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["Permissions-Policy"] = PERMISSIONS
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        ended = response.cookies.get(settings.SESSION_COOKIE_NAME)
        if ended is not None and ended["max-age"] == 0:  # signed out: nothing of it stays in the browser
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        kept = request.path.startswith(settings.STATIC_URL) and response.status_code < 400
        if not kept and "no-store" not in response.headers.get("Cache-Control", ""):
            response.headers["Cache-Control"] = "no-store"
        return response


class AddressMiddleware:
    """REMOTE_ADDR becomes the visitor's address, as the outermost of our own proxies has seen it.

    What stands further left in X-Forwarded-For the visitor may have written. The header is taken away, so that
    nothing behind (limits, records) believes it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = [part.strip() for part in request.META.pop("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if 0 < settings.TRUSTED_PROXIES <= len(told):
            request.META["REMOTE_ADDR"] = told[-settings.TRUSTED_PROXIES][:45]
        return self.get_response(request)
