"""What a corporation fills in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.web.drafts import DraftForm, Part
from portal.web.forms import ActorForm, CodesField, NewForm
from programs.demands import queries
from programs.demands.models import Demand, Investment, Level, Offer
from programs.plans.models import Program


def _text(label: Any, help_text: Any = "", *, most: int = 2000, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=help_text,
    )


class BasicFields(forms.Form):
    """What a demand begins with."""

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


class DemandFields(BasicFields):
    """The demand survey's questions."""

    required_spec = _text(
        _("요구 사양"), _("성능, 크기, 규격처럼 반드시 맞아야 하는 것을 수치로 적어 주십시오."), most=4000, rows=5
    )
    offers = forms.MultipleChoiceField(
        label=_("제공하는 것"), choices=Offer.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    offer_text = _text(_("제공 내용"), _("데이터의 종류, 실증 현장과 기간, 예산의 범위를 적어 주십시오."))
    sponsor = forms.CharField(
        label=_("책임 임원"),
        required=False,
        max_length=120,
        help_text=_("소속과 직위를 적어 주십시오. 이름은 적지 않습니다. 예: 생산기술센터장(상무)"),
    )
    timetable = _text(_("추진 일정"), _("실증과 개발의 시작과 끝, 중간에 확인할 시점을 적어 주십시오."))
    follow_up = _text(_("후속 계획"), _("성과가 확인되면 구매, 공동 사업, 투자 가운데 무엇을 이어 갈지 적어 주십시오."))
    max_age_years = forms.IntegerField(
        label=_("업력 상한(년)"), required=False, min_value=1, max_value=100, help_text=_("비워 두면 제한이 없습니다.")
    )
    regions = CodesField(list="region", label=_("희망 지역"), required=False, help_text=_("고르지 않으면 전국입니다."))
    excluded_regions = CodesField(list="region", label=_("제외 지역"), required=False)
    stages = forms.MultipleChoiceField(
        label=_("희망 투자 단계"), choices=Investment.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    certificates = forms.CharField(
        label=_("희망 인증·허가"), required=False, max_length=300, help_text=_("예: ISO 13485, KC 인증")
    )
    excluded_ties = forms.CharField(
        label=_("제외하는 경쟁사 관계"),
        required=False,
        max_length=300,
        help_text=_("독점 계약 등으로 함께하기 어려운 관계를 적어 주십시오. 공고를 읽는 기업에 그대로 보입니다."),
    )
    nda_required = forms.BooleanField(label=_("비밀유지계약을 맺은 뒤에 세부 내용을 공개합니다"), required=False)
    detail = _text(
        _("세부 내용"),
        _("비밀유지계약을 맺은 스타트업과 중소벤처기업부만 읽습니다. 센터와 다른 기업에는 보이지 않습니다."),
        most=8000,
        rows=6,
    )


class DemandForm(DemandFields, DraftForm):
    """Changing a draft."""

    parts = (
        Part(_("과제"), ("title", "problem", "scope", "tech_fields")),
        Part(_("요구와 협업"), ("required_spec", "min_trl", "collaboration_types", "wanted_startups")),
        Part(_("제공과 일정"), ("offers", "offer_text", "sponsor", "timetable", "follow_up")),
        Part(
            _("찾는 기업"),
            ("max_age_years", "regions", "excluded_regions", "stages", "certificates", "excluded_ties"),
            _("정하지 않은 조건은 비워 두십시오. 조건이 적을수록 더 많은 기업을 만나실 수 있습니다."),
        ),
        Part(
            _("공개와 비밀"),
            ("level", "nda_required", "detail"),
            _("앞에서 적은 내용은 공개 범위의 기관이 읽습니다. 공개하기 어려운 것은 세부 내용에 적어 주십시오."),
        ),
    )


class NewDemandForm(BasicFields, NewForm):
    """Beginning a demand: also says for which program."""

    program = forms.ModelChoiceField(label=_("사업"), queryset=Program.objects.none(), empty_label=None)
    field_order = ["program"]

    def prepare(self) -> None:
        self.fields["program"].queryset = Program.objects.visible_to(self.actor).order_by("-year")  # type: ignore[attr-defined]


def initial(demand: Demand) -> dict[str, object]:
    kept = getattr(demand, "detail", None)  # for those who may see it
    found = {name: getattr(demand, name) for name in (*DemandFields.base_fields, "version") if name != "detail"}
    return found | {"detail": kept.text if kept else ""}


class RemindForm(ActorForm):
    """Who has answered the survey, and whom to remind."""

    template_of_page = "demands/survey.html"
    submit_label = _("선택한 기업에 알림 보내기")

    corporations = forms.MultipleChoiceField(label=_("알림을 보낼 기업"), widget=forms.CheckboxSelectMultiple)

    def prepare(self) -> None:
        self.program = queries.surveyed(self.actor)
        self.answers = queries.survey(self.program) if self.program else []
        waiting = [a.corporation for a in self.answers if a.standing != "submitted"]
        field = self.fields["corporations"]
        field.choices = [(str(house.pk), str(house)) for house in waiting]  # type: ignore[attr-defined]
        field.initial = [str(house.pk) for house in waiting]

    def clean(self) -> dict[str, Any]:
        return self.cleaned_data | {"program": self.program}
