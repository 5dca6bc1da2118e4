"""Having the records verified, and writing down a review."""

from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kernel.formats import SEOUL
from portal.web.forms import NewForm


class CheckForm(NewForm):
    """A verification, against heads that were kept outside."""

    submit_label = _("확인 시작")
    head = forms.CharField(
        label=_("보관한 봉인값"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("메일이나 파일로 보관한 봉인값을 붙여 넣으면 끝부분이 잘려 나가지 않았는지도 확인합니다."),
    )


class ReviewForm(NewForm):
    """The note of a monthly review."""

    submit_label = _("검토 기록 남기기")
    month = forms.DateField(
        label=_("검토한 달"), widget=forms.DateInput, help_text=_("그 달의 아무 날이나 적어 주십시오.")
    )
    note = forms.CharField(
        label=_("검토 의견"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("무엇을 살펴보았고 어떤 조치를 했는지 적어 주십시오."),
    )

    def prepare(self) -> None:
        self.initial.setdefault("month", self.last_month())

    def last_month(self) -> date:
        return (self.actor.now.astimezone(SEOUL).date().replace(day=1) - timedelta(days=1)).replace(day=1)
