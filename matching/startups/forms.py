"""What a startup says of itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matching.startups.models import Evidence, ExclusiveTie, InvestmentStage, Profile
from portal.files.checks import DOCUMENTS, IMAGES
from portal.kernel.formats import phone
from portal.web.drafts import DraftForm, Part
from portal.web.forms import ActorForm, CodeField, CodesField, NewForm, WonField
from portal.web.uploads import UploadField


def _text(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class FirstFields(forms.Form):
    """What everybody has to know of a startup."""

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
        widget=_text(6),
        help_text=_("공개해도 되는 내용만 적어 주십시오. 비밀인 자료는 비밀유지계약을 맺은 뒤 따로 올립니다."),
    )
    phone = forms.CharField(
        label=_("연락처"), required=False, max_length=20, help_text=_("예: 02-123-4567, 010-1234-5678")
    )

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        return phone(typed) if typed else ""


class ProfileFields(FirstFields):
    """The whole profile: entered once, used in every application."""

    products = forms.CharField(label=_("제품과 서비스"), required=False, max_length=2000, widget=_text())
    certificates = forms.CharField(
        label=_("인증"),
        required=False,
        max_length=2000,
        widget=_text(3),
        help_text=_("예: 벤처기업확인, ISO 9001, 성능인증"),
    )
    intellectual_property = forms.CharField(
        label=_("지식재산권"),
        required=False,
        max_length=2000,
        widget=_text(3),
        help_text=_("등록번호와 이름을 한 줄에 하나씩 적어 주십시오."),
    )
    employees = forms.IntegerField(label=_("임직원 수"), required=False, min_value=0, max_value=1_000_000)
    sales_year = forms.IntegerField(label=_("매출 연도"), required=False, min_value=1990, max_value=2100)
    sales = WonField(label=_("매출액"), required=False, max_value=10**15)
    investment_stage = forms.ChoiceField(
        label=_("투자 단계"), required=False, choices=[("", _("선택 안 함")), *InvestmentStage.choices]
    )
    investment_total = WonField(label=_("누적 투자액"), required=False, max_value=10**15)
    collaboration_types = CodesField(list="collaboration_type", label=_("희망 협업 유형"), required=False)
    collaboration_wanted = forms.CharField(label=_("희망하는 협업"), required=False, max_length=2000, widget=_text())
    exclusive_ties = forms.CharField(
        label=_("독점 관계"),
        required=False,
        max_length=2000,
        widget=_text(3),
        help_text=_("독점 계약을 맺었거나 함께 일할 수 없는 기업을 적어 주십시오. 귀사만 볼 수 있습니다."),
    )


class ProfileForm(ProfileFields, DraftForm):
    """Changing the profile, part by part."""

    parts = (
        Part(_("기업"), ["representative", "founded_on", "region", "phone", "summary"]),
        Part(
            _("기술과 제품"),
            ["tech_fields", "trl", "technology", "products", "certificates", "intellectual_property"],
        ),
        Part(_("인력과 재무"), ["employees", "sales_year", "sales", "investment_stage", "investment_total"]),
        Part(_("협업"), ["collaboration_types", "collaboration_wanted", "exclusive_ties"]),
    )


class NewProfileForm(FirstFields, NewForm):
    """Beginning the profile; the rest is filled in part by part."""


def initial(profile: Profile) -> dict[str, Any]:
    """What the form shows first; only the startup's own people get here, and the tie is theirs alone."""
    tie = ExclusiveTie._base_manager.filter(profile=profile).values_list("text", flat=True).first()
    given = {name: getattr(profile, name, None) for name in (*ProfileFields.base_fields, "version")}
    return given | {"exclusive_ties": tie or ""}


class SupportFields(forms.Form):
    """One public support."""

    program_name = forms.CharField(label=_("사업명"), max_length=120)
    agency = forms.CharField(label=_("지원 기관"), max_length=120)
    year = forms.IntegerField(label=_("지원 연도"), min_value=1990, max_value=2100)
    ended_on = forms.DateField(
        label=_("지원 종료일"),
        required=False,
        widget=forms.DateInput,
        help_text=_("끝나지 않았으면 비워 두십시오."),
    )
    amount = WonField(label=_("지원 금액"), max_value=10**12)
    subject = forms.CharField(label=_("지원 내용"), max_length=200, help_text=_("무엇을 위한 지원이었습니까?"))


class SupportForm(SupportFields, ActorForm):
    """Changing an entered support."""


class NewSupportForm(SupportFields, NewForm):
    """Entering a support."""


class NewEvidenceForm(NewForm):
    """A document and the day on which it runs out."""

    sort = forms.ChoiceField(label=_("서류 종류"), choices=Evidence.Sort.choices)
    name = forms.CharField(label=_("서류 이름"), max_length=120)
    file = UploadField(label=_("파일"), kinds=DOCUMENTS | IMAGES)
    expires_on = forms.DateField(
        label=_("유효 기한"), required=False, widget=forms.DateInput, help_text=_("기한 10영업일 전에 알려 드립니다.")
    )


class FoundForm(NewForm):
    """Agreeing to be found."""

    template_of_page = "consents/new.html"
    submit_label = _("동의")
