"""Proposing a merge."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kernel.roles import Kind
from portal.organizations.models import Organization
from portal.web.forms import NewForm


class StartupField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Organization) -> str:
        return f"{obj} ({obj.business_no or '-'})"


class MergeForm(NewForm):
    duplicate = StartupField(label=_("합쳐질 기업"), queryset=Organization.objects.none())
    into = StartupField(
        label=_("남을 기업"),
        queryset=Organization.objects.none(),
        help_text=_("합쳐질 기업의 구성원과 자료가 이 기업으로 옮겨집니다."),
    )
    reason = forms.CharField(
        label=_("사유"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("같은 기업임을 무엇으로 확인했는지 적어 주십시오. 예: 사업자등록증, 법인등록번호"),
    )

    def prepare(self) -> None:
        startups = Organization.objects.visible_to(self.actor).filter(kind=Kind.STARTUP, merged_into=None)
        for name in ("duplicate", "into"):
            self.fields[name].queryset = startups.order_by("name", "id")  # type: ignore[attr-defined]
