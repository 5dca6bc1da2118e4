"""Forms of the account page."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.web.forms import ActorForm


class ProfileForm(ActorForm):
    """Name and language of the own account."""

    name = forms.CharField(label=_("이름"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(
        label=_("언어"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
        help_text=_("화면과 알림 메일에 쓰는 언어입니다."),
    )
