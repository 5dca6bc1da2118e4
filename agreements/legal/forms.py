"""What is filled in about legal advice."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.kernel.roles import Role
from portal.organizations.models import Membership
from portal.web.forms import ActorForm, CodeField, NewForm


class NewCaseForm(NewForm):
    """The request of a startup. Nobody but the foundation's case manager and the assigned advisor reads it."""

    subject = CodeField(list="legal_subject", label=_("자문 주제"))
    counterparty = forms.CharField(
        label=_("상대방"),
        max_length=120,
        help_text=_("계약이나 분쟁의 상대방입니다. 이해충돌을 확인하는 데에만 씁니다."),
    )
    question = forms.CharField(
        label=_("질의 내용"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("접수 담당과 배정된 자문위원만 봅니다. 대기업과 정부, 센터에는 알려지지 않습니다."),
    )
    wanted_on = forms.DateField(
        label=_("희망 답변일"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    urgent = forms.BooleanField(label=_("긴급한 질의입니다."), required=False)


class AdvisorChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, member: Membership) -> str:
        return member.user.name


class AssignForm(ActorForm):
    """Who advises, and that the conflict check was made."""

    advisor = AdvisorChoice(label=_("자문위원"), queryset=Membership.objects.none())
    conflict_checked = forms.BooleanField(
        label=_("자문위원과 소속 사무소에 상대방과의 이해충돌이 없음을 확인했습니다."),
        help_text=_("확인한 사람과 시각이 기록됩니다."),
    )

    def prepare(self) -> None:
        still = Q(ended_at=None) | Q(ended_at__gt=self.actor.now)
        house = Membership.objects.visible_to(self.actor).filter(still, organization_id=self.actor.organization_id)
        advisors = house.filter(roles__contains=[Role.ADVISOR]).select_related("user").order_by("user__name", "id")
        self.fields["advisor"].queryset = advisors  # type: ignore[attr-defined]


class AnswerForm(ActorForm):
    opinion = forms.CharField(label=_("자문 의견"), max_length=10000, widget=forms.Textarea(attrs={"rows": 12}))


class AskMoreForm(ActorForm):
    further_question = forms.CharField(label=_("추가 질의"), max_length=4000, widget=forms.Textarea(attrs={"rows": 8}))
