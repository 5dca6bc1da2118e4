"""What people say about themselves when they sign up."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class SignupForm(forms.Form):
    """Asked besides e-mail and password; the adapter stores it (`AccountAdapter.save_user`)."""

    name = forms.CharField(
        label=_("이름"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("알림과 기록에 이 이름이 쓰입니다."),
    )
    field_order = ["name", "email", "password1", "password2"]

    def signup(self, request: HttpRequest, user: Any) -> None:
        """Asked for by allauth; nothing is left to do."""
