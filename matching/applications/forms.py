"""What a startup fills in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from matching.applications.models import Application
from portal.web.drafts import DraftForm
from portal.web.forms import NewForm, WonField
from programs.demands.models import Demand
from programs.demands.workflow import State as DemandState


class DemandChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Demand) -> str:
        return f"{obj.corporation} – {obj.title}"


class ApplicationFields(forms.Form):
    """The application's questions."""

    proposal = forms.CharField(
        label=_("협업 제안"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "무엇을 어떻게 함께 해결할지 적어 주십시오. 비밀 자료는 적지 말고 비밀유지계약을 맺은 뒤 제공해 주십시오."
        ),
    )
    requested_amount = WonField(
        label=_("신청 금액"),
        required=False,
        max_value=10**12,
        help_text=_("협업자금은 한 사업에서 기업당 2억원까지 신청하실 수 있습니다."),
    )
    excluded_parties = forms.CharField(
        label=_("평가에서 제외할 사람·기업"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "이 신청을 평가해서는 안 되는 사람이나 기업이 있으면 적어 주십시오. 평가위원에게는 보이지 않습니다."
        ),
    )


class ApplicationForm(ApplicationFields, DraftForm):
    """Changing a draft."""


class NewApplicationForm(ApplicationFields, NewForm):
    """Beginning an application: also says for which demand."""

    demand = DemandChoice(label=_("협업 수요"), queryset=Demand.objects.none())
    field_order = ["demand"]

    def prepare(self) -> None:
        taking = Demand.objects.visible_to(self.actor).filter(state=DemandState.PUBLISHED)
        self.fields["demand"].queryset = taking.select_related("corporation").order_by("-id")  # type: ignore[attr-defined]


def initial(application: Application) -> dict[str, object]:
    return {name: getattr(application, name) for name in (*ApplicationFields.base_fields, "version")}
