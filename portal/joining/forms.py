"""What is filled in to join a startup."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kernel import formats
from portal.web.forms import ActorForm


class AskForm(ActorForm):
    """Which startup; its name counts only where the number is new."""

    submit_label = _("참여 요청")
    business_no = forms.CharField(
        label=_("사업자등록번호"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"data-bizno": _("사업자등록번호를 다시 확인해 주십시오."), "inputmode": "numeric"}
        ),
        help_text=_("예: 000-88-00013"),
    )
    company = forms.CharField(
        label=_("기업명"),
        max_length=120,
        help_text=_("아직 등록되지 않은 기업이면 이 이름으로 등록되고, 회원님이 대표 겸 기관 관리자가 됩니다."),
    )
    message = forms.CharField(
        label=_("관리자에게 남길 말"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("부서나 맡은 일을 적으시면 관리자가 알아보기 쉽습니다."),
    )

    def clean_business_no(self) -> Any:
        return formats.business_number(self.cleaned_data["business_no"])
