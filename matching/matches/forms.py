"""What is filled in: why a suggestion doesn't fit, and that a calculation is wanted."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.web.forms import ActorForm, NewForm


class DismissForm(ActorForm):
    """Why somebody says that it doesn't fit."""

    reason = forms.CharField(
        label=_("맞지 않는 사유"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "다시 계산해도 이 제안은 돌아오지 않습니다. "
            "사유는 귀 기관과 중소벤처기업부만 보며 상대방에게 알리지 않습니다."
        ),
    )


class NewRunForm(NewForm):
    """Have all suggestions computed."""

    submit_label = _("계산 시작")
