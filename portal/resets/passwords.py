"""A forgotten password: the mail is made in the background, so that the page does the same for every address."""

from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm as AllauthForm
from allauth.account.forms import default_token_generator
from allauth.account.internal.flows.password_reset import request_password_reset
from allauth.account.utils import filter_users_by_email
from allauth.core.context import request_context
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy

from portal.kernel.clock import now
from portal.outbox.post import job, later
from portal.security.actor import Actor


class ResetPasswordForm(AllauthForm):
    """Looks nobody up while somebody waits: neither the answer nor its time tells who has an account."""

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        if not app_settings.PREVENT_ENUMERATION:
            return str(super().clean_email())
        return str(get_adapter().clean_email(email.lower()))

    def save(self, request: HttpRequest, **_given: Any) -> str:
        email = str(self.cleaned_data["email"])
        later(
            "resets.password",
            actor=Actor.public(now()),
            confidential=True,
            email=email,
            language=translation.get_language() or "ko",
        )
        return email


@job("resets.password", label=gettext_lazy("비밀번호 재설정 안내"))
def send(*, actor: Actor, email: str, language: str) -> None:
    """The mail with the link, or the one that says that the address has no account."""
    base = urlsplit(settings.BASE_URL)
    environ = {
        "REQUEST_METHOD": "GET",
        "HTTP_HOST": base.netloc,
        "wsgi.url_scheme": base.scheme,
        "wsgi.input": BytesIO(),
    }
    request = WSGIRequest(environ)
    users = filter_users_by_email(email, is_active=True, prefer_verified=True)
    with translation.override(language), request_context(request):
        request_password_reset(request, email, users, default_token_generator)
