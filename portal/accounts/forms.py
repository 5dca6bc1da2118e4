"""What people say about themselves, when they sign up and later."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.web.forms import ActorForm


class SignupForm(forms.Form):
    """Asked besides e-mail and password; the adapter stores it (`AccountAdapter.save_user`)."""

    name = forms.CharField(
        label=_("이름"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("알림과 기록에 이 이름이 쓰입니다."),
    )
    field_order = ["name", "email", "password1", "password2"]

    def signup(self, request: HttpRequest, user: Any) -> None:
        """Asked for by allauth; nothing is left to do."""


class ProfileForm(ActorForm):
    """Name and language of the own account."""

    name = forms.CharField(label=_("이름"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(
        label=_("언어"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
        help_text=_("화면과 알림 메일에 쓰는 언어입니다."),
    )
