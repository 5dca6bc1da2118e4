"""How allauth treats our users: names, languages, where people land, and mails through the outbox."""

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.kernel.clock import now
from portal.kernel.ids import new_id
from portal.notifications.operations import post_mail
from portal.organizations.actors import active_memberships
from portal.security.actor import Actor
from portal.signon.operations import has_identity


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """A new account has the name that was given and the language of the page."""
        user.name = form.cleaned_data.get("name", "")
        user.language = "en" if translation.get_language() == "en" else "ko"
        return super().save_user(request, user, form, commit)

    def send_account_already_exists_mail(self, email: str) -> None:
        """Signing up with a known address takes as long as with an unknown one, whose password is hashed."""
        User().set_password(allauth_context.request.POST.get("password1", ""))
        super().send_account_already_exists_mail(email)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Members land on their to-dos, others on the page that says what to do."""
        user = request.user
        assert isinstance(user, User)
        return reverse("home") if active_memberships(user.id, now()) else reverse("account")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """The account's language goes with the person to every device."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        remember_language(response, user.language)
        return response

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Whoever has neither password nor second factor here says who they are at their provider."""
        found: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if not found and has_identity(user.pk):
            found = [{"id": "oidc", "description": settings.OIDC_NAME, "url": reverse("oidc_again")}]
        return found

    def format_email_subject(self, subject: str) -> str:
        return f"[{_('딥테크 밸류업')}] {subject}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail into the outbox, in its reader's language. It may hold a link or a code: it isn't kept."""
        request = allauth_context.request
        given = {"request": request, "email": email} | context
        reader = context.get("user") or User.objects.filter(email__iexact=email).first()
        language = reader.language if isinstance(reader, User) else translation.get_language() or "ko"
        with translation.override(language):
            message = self.render_mail(template_prefix, email, given)
        post_mail(
            actor=Actor.public(now()),
            event_id=new_id(),
            to=email,
            language=language[:2],
            subject=message.subject,
            body=message.body,
            keep=False,
        )


def remember_language(response: HttpResponse, language: str) -> None:
    """The language cookie, as `set_language` sets it."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=cast(Any, settings.LANGUAGE_COOKIE_SAMESITE),
    )
