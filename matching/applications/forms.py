"""What a startup fills in."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matching.applications.attachments import MOST
from matching.applications.models import Application
from portal.files.checks import DOCUMENTS, IMAGES
from portal.web.drafts import DraftForm, Part
from portal.web.forms import ActorForm, NewForm, WonField
from portal.web.uploads import UploadField
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
    plan = forms.CharField(
        label=_("추진 계획"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("언제까지 무엇을 할지, 수요 기업의 현장이나 자료가 필요한지 적어 주십시오."),
    )
    effect = forms.CharField(
        label=_("기대 효과"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    technology = forms.CharField(
        label=_("적용할 기술"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("프로필의 내용을 가져왔습니다. 이 과제에 맞게 고쳐 주십시오. 비밀인 내용은 적지 마십시오."),
    )
    trl = forms.IntegerField(
        label=_("기술성숙도(TRL)"), required=False, min_value=1, max_value=9, help_text=_("1부터 9까지의 숫자입니다.")
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
    """Changing a draft, in parts; the application's own page sums it up."""

    parts = (
        Part(_("협업 제안"), ["proposal", "plan", "effect"], _("수요 기업의 문제를 어떻게 함께 풀지 적어 주십시오.")),
        Part(_("기술"), ["technology", "trl"], _("제안에 쓰이는 기술과 그 성숙도를 적어 주십시오.")),
        Part(
            _("금액과 제외 대상"),
            ["requested_amount", "excluded_parties"],
            _("신청 금액과, 이 신청을 평가해서는 안 되는 사람이나 기업을 적어 주십시오."),
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "excluded_parties" in self.remarks and (remark := exclusion_remark(self.obj)):
            self.remarks["excluded_parties"] = remark


def exclusion_remark(application: Any) -> str:
    """What is to be mended about the excluded parties; "" for whoever may not know."""
    exclusion = getattr(application, "exclusion", None)
    return exclusion.remark if exclusion else ""


class FlaggedFields(ApplicationFields):
    """What an officer can ask to be mended: the questions, and the files."""

    attachments = forms.FileField(label=_("첨부파일"))


class NewApplicationForm(NewForm):
    """Beginning an application: for which demand. Its questions follow part by part."""

    demand = DemandChoice(
        label=_("협업 수요"),
        queryset=Demand.objects.none(),
        help_text=_("선택하시면 프로필에서 아는 내용을 채운 신청서를 만들고, 나머지는 차례로 여쭙니다."),
    )

    def prepare(self) -> None:
        taking = Demand.objects.visible_to(self.actor).filter(state=DemandState.PUBLISHED)
        self.fields["demand"].queryset = taking.select_related("corporation").order_by("-id")  # type: ignore[attr-defined]


def initial(application: Application) -> dict[str, object]:
    return {name: getattr(application, name) for name in (*ApplicationFields.base_fields, "version")}


class AttachForm(ActorForm):
    """One file to go with the application."""

    submit_label = _("올리기")
    file = UploadField(label=_("첨부파일"), kinds=DOCUMENTS | IMAGES)
    nothing_secret = forms.BooleanField(
        label=_("이 파일에는 비밀인 내용이 없습니다."),
        help_text=_("비밀인 기술자료는 여기에 올리지 말고, 비밀유지계약을 맺은 뒤 자료실에서 제공해 주십시오."),
    )

    def prepare(self) -> None:
        self.fields["file"].help_text = gettext(
            "PDF, 한글(HWPX), 워드, 파워포인트, 엑셀, PNG, JPG 파일을 올리실 수 있습니다. 파일 하나는 %(size)dMB까지, "
            "모두 %(most)d개까지입니다. "
            "제출하시면 담당자와 추천한 센터가, 요건이 확인되면 수요 기업도 이 파일을 봅니다."
        ) % {"size": settings.FILE_MAX_BYTES // (1024 * 1024), "most": MOST}


class ShortlistForm(ActorForm):
    """Why the corporation keeps an eye on it."""

    note = forms.CharField(
        label=_("메모"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("귀사의 담당자만 봅니다. 스타트업과 다른 기관에는 관심 목록이 있다는 것도 보이지 않습니다."),
    )
