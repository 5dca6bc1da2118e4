"""What a corporation fills in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.web.drafts import DraftForm
from portal.web.forms import CodesField, NewForm
from programs.demands.models import Demand, Level
from programs.plans.models import Program


class DemandFields(forms.Form):
    """The demand survey's questions."""

    title = forms.CharField(label=_("과제명"), max_length=120)
    problem = forms.CharField(
        label=_("해결하려는 문제"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("현장에서 무엇이 어려운지, 지금은 어떻게 하고 있는지 적어 주십시오."),
    )
    scope = forms.CharField(
        label=_("협업 내용"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("스타트업과 함께 하려는 일과 제외하려는 일을 적어 주십시오."),
    )
    tech_fields = CodesField(list="tech_field", label=_("기술분야"), required=False)
    min_trl = forms.IntegerField(label=_("최소 기술성숙도(TRL)"), min_value=1, max_value=9, initial=4)
    collaboration_types = CodesField(list="collaboration_type", label=_("협업 유형"), required=False)
    wanted_startups = forms.IntegerField(label=_("희망 기업 수"), min_value=1, max_value=50, initial=1)
    level = forms.ChoiceField(
        label=_("공개 범위"), choices=Level.choices, initial=Level.REGISTERED, widget=forms.RadioSelect
    )


class DemandForm(DemandFields, DraftForm):
    """Changing a draft."""


class NewDemandForm(DemandFields, NewForm):
    """Beginning a demand: also says for which program."""

    program = forms.ModelChoiceField(label=_("사업"), queryset=Program.objects.none(), empty_label=None)
    field_order = ["program"]

    def prepare(self) -> None:
        self.fields["program"].queryset = Program.objects.visible_to(self.actor).order_by("-year")  # type: ignore[attr-defined]


def initial(demand: Demand) -> dict[str, object]:
    return {name: getattr(demand, name) for name in (*DemandFields.base_fields, "version")}
