"""What is filled in about disbursements."""

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from agreements.funding.models import Award
from agreements.funding.workflow import AwardState
from portal.kernel.money import CAP_PER_STARTUP
from portal.web.forms import ActorForm, NewForm


class AwardChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An award, with what remains of it."""

    def label_from_instance(self, award: Award) -> str:
        return _now("%(program)s · 지원금 %(amount)s 중 남은 금액 %(remaining)s") % {
            "program": award.program,
            "amount": award.granted.format(),
            "remaining": award.remaining.format(),
        }


class NewDisbursementForm(NewForm):
    """A request for a part of an award. The hidden id is also the idempotency key."""

    award = AwardChoice(label=_("지원금"), queryset=Award.objects.none(), empty_label=None)
    amount = forms.IntegerField(
        label=_("신청 금액(원)"),
        min_value=1,
        max_value=int(CAP_PER_STARTUP),
        widget=forms.TextInput(attrs={"data-money": ""}),
        help_text=_("남은 금액 이내로 적어 주십시오."),
    )
    purpose = forms.CharField(
        label=_("용도"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("무엇에, 언제 쓸 돈인지 적어 주십시오. 담당자가 이 내용을 보고 검토합니다."),
    )

    def prepare(self) -> None:
        mine = Award.objects.visible_to(self.actor).filter(state=AwardState.ACTIVE).select_related("program", "use")
        self.fields["award"].queryset = mine.order_by("-id")  # type: ignore[attr-defined]


class PayForm(ActorForm):
    """The bank's word that it has paid."""

    bank_reference = forms.CharField(
        label=_("은행 거래번호"),
        max_length=60,
        help_text=_("은행 거래내역에 적힌 번호를 그대로 적어 주십시오. 원장에 지급이 기록됩니다."),
    )
