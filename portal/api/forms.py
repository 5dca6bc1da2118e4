"""What a person fills in for an API token."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.api.models import MAX_DAYS
from portal.web.forms import NewForm

SCOPE_CHOICES = [
    ("read", _("조회 (read)")),
    ("write", _("등록·수정·제출 (write)")),
    ("money", _("배정·지급 처리 (money)")),
]


class TokenForm(NewForm):
    """A token for the organisation that one acts for."""

    name = forms.CharField(
        label=_("토큰 이름"), max_length=60, help_text=_("어디에 쓰는 토큰인지 알아볼 수 있게 적어 주십시오.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("권한 범위"), choices=SCOPE_CHOICES, initial=["read"], widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(label=_("유효 기간(일)"), min_value=1, max_value=MAX_DAYS, initial=90)
