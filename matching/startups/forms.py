"""What a startup says of itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matching.startups.models import Profile
from portal.kernel.formats import phone
from portal.web.drafts import DraftForm
from portal.web.forms import CodeField, CodesField, NewForm


class ProfileFields(forms.Form):
    """The profile: entered once, used in every application."""

    representative = forms.CharField(label=_("대표자"), max_length=60)
    founded_on = forms.DateField(label=_("설립일"), required=False, widget=forms.DateInput)
    region = CodeField(list="region", label=_("소재지"), required=False)
    tech_fields = CodesField(list="tech_field", label=_("기술분야"), required=False)
    trl = forms.IntegerField(label=_("기술성숙도(TRL)"), min_value=1, max_value=9, initial=4)
    summary = forms.CharField(label=_("한 줄 소개"), required=False, max_length=200)
    technology = forms.CharField(
        label=_("보유 기술"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("공개해도 되는 내용만 적어 주십시오. 비밀인 자료는 비밀유지계약을 맺은 뒤 따로 올립니다."),
    )
    phone = forms.CharField(
        label=_("연락처"), required=False, max_length=20, help_text=_("예: 02-123-4567, 010-1234-5678")
    )

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        return phone(typed) if typed else ""


class ProfileForm(ProfileFields, DraftForm):
    """Changing the profile."""


class NewProfileForm(ProfileFields, NewForm):
    """Beginning the profile."""


def initial(profile: Profile) -> dict[str, Any]:
    return {name: getattr(profile, name) for name in (*ProfileFields.base_fields, "version")}
