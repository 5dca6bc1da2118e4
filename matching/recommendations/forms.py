"""What a center fills in to recommend a startup, or to upload a list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matching.recommendations import queries
from matching.recommendations.models import Recommendation
from portal.files.checks import LARGEST
from portal.web.drafts import DraftForm
from portal.web.forms import ActorForm, CodesField, NewForm
from programs.demands.models import Demand
from programs.plans.models import Program


class DemandField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of demands, each with its number and its corporation."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} {obj.title} ({obj.corporation})"


class RecommendationFields(forms.Form):
    """What may be changed later. The rules themselves stand in `rows` and are asked by the operation."""

    company = forms.CharField(label=_("기업명"), max_length=120)
    representative = forms.CharField(label=_("대표자"), max_length=60)
    email = forms.EmailField(label=_("이메일"), help_text=_("대표자가 추천 동의 요청을 받을 주소입니다."))
    phone = forms.CharField(label=_("연락처"), max_length=30, help_text=_("예: 010-1234-5678, 02-123-4567"))
    tech_fields = CodesField(list="tech_field", label=_("기술분야"), required=False)
    trl = forms.IntegerField(label=_("기술성숙도(TRL)"), required=False, min_value=1, max_value=9)
    reason = forms.CharField(
        label=_("추천사유"),
        min_length=50,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("이 수요에 맞는 까닭을 50자 이상 적어 주십시오. 추천받는 기업도 읽습니다."),
    )
    priority = forms.IntegerField(label=_("우선순위"), required=False, min_value=1, max_value=99)
    consensus_note = forms.CharField(
        label=_("전문가의견"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("센터와 중소벤처기업부만 읽습니다. 스타트업과 수요 기업에는 보이지 않습니다."),
    )


class RecommendationForm(RecommendationFields, DraftForm):
    """Changing a recommendation; its demand and business number stay."""


class NewRecommendationForm(RecommendationFields, NewForm):
    """Beginning a recommendation: for which demand, and which startup."""

    demand = DemandField(
        label=_("협업 수요"),
        queryset=Demand.objects.none(),
        empty_label=_("선택해 주십시오"),
        help_text=_("지금 추천을 받고 있는 수요입니다."),
    )
    business_no = forms.CharField(
        label=_("사업자등록번호"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"data-bizno": _("사업자등록번호의 검증번호가 맞지 않습니다."), "inputmode": "numeric"}
        ),
        help_text=_("포털에 없는 번호면 기업을 새로 등록하고 대표자를 초대합니다."),
    )
    field_order = ["demand", "business_no"]

    def prepare(self) -> None:
        field = self.fields["demand"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = queries.open_demands(self.actor).select_related("corporation")


def initial(recommendation: Recommendation) -> dict[str, Any]:
    """What the form shows first; only who may edit gets here, and the note is the center's own."""
    given = {name: getattr(recommendation, name, None) for name in (*RecommendationFields.base_fields, "version")}
    return given | {"consensus_note": recommendation.consensus.text if hasattr(recommendation, "consensus") else ""}


class AssignForm(ActorForm):
    """Who of the center accompanies the startup."""

    coordinator = forms.ChoiceField(label=_("담당 코디네이터"))

    def prepare(self) -> None:
        self.fields["coordinator"].choices = list(queries.colleagues(self.actor).items())  # type: ignore[attr-defined]


class NewUploadForm(NewForm):
    """A list of recommendations as a file."""

    program = forms.ModelChoiceField(label=_("사업"), queryset=Program.objects.none(), empty_label=None)
    file = forms.FileField(
        label=_("추천 목록 파일"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv", "data-max-size": LARGEST}),
        help_text=_("XLSX 또는 CSV, 20,000행까지. 내려받은 양식에 한 행에 한 기업씩 적어 주십시오."),
    )

    def prepare(self) -> None:
        self.fields["program"].queryset = queries.open_programs(self.actor)  # type: ignore[attr-defined]
