"""A session that nobody has used for half an hour, or that is eight hours old, ends; what was typed is not lost."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.trust import seconds_left, touch
from portal.web.formpages import typed
from portal.web.views import PUBLIC, SAFE, api_wanted, page

BACKGROUND = "X-Background"  # sent by what a page asks by itself (progress): that nobody has left is not told by it


class MessageCookies(CookieStorage):
    cookie_name = settings.MESSAGES_COOKIE_NAME


class Messages(FallbackStorage):
    """Django's, with the cookie's name from the settings."""

    storage_classes = (MessageCookies, SessionStorage)


class SessionLimitsMiddleware:
    """Signs out whoever was idle for too long or has been signed in for too long, before anything is read for them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            if seconds_left(request) <= 0:
                logout(request)
                if request.method not in SAFE and not api_wanted(request):
                    return ended(request)
                messages.info(
                    request, _("한동안 사용하지 않아 안전을 위해 로그아웃되었습니다. 다시 로그인해 주십시오.")
                )
            elif BACKGROUND not in request.headers and request.path != reverse("account_session"):
                touch(request)
        return self.get_response(request)


def ended(request: HttpRequest) -> HttpResponse:
    """What was sent after the session's end comes back, to be sent again after the next sign-in."""
    context = {"typed": typed(request), "again": request.get_full_path()}
    return render(request, "accounts/session_ended.html", context, status=401)


@page(PUBLIC, ("GET", "POST"))
def session(request: HttpRequest) -> HttpResponse:
    """What a page asks before its session ends: who is signed in and for how many seconds. POST: I am still here."""
    user = request.user
    if not isinstance(user, User):
        return JsonResponse({"user": None, "seconds": 0, "csrf": get_token(request)})
    if request.method == "POST":
        touch(request)
    return JsonResponse({"user": str(user.pk), "seconds": seconds_left(request), "csrf": get_token(request)})
