"""What is filled in about organisations, members and invitations."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.kernel import formats
from portal.kernel.roles import ROLES_OF, Kind, Role
from portal.organizations.models import Membership, Organization
from portal.organizations.queries import givable
from portal.security.actor import Actor
from portal.web.forms import ActorForm, CodeField, NewForm, ReasonForm


def language_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("메일 언어"), choices=settings.LANGUAGES, initial="ko", widget=forms.RadioSelect)


def role_choices(kind: Kind | None) -> list[tuple[str, Any]]:
    """The roles that an organisation of the kind knows, in the order of the list of roles."""
    known = (ROLES_OF[kind] if kind else frozenset()) | {Role.ADMINISTRATOR}
    return [(str(role), role.label) for role in Role if role in known]


class OrganizationFields(forms.Form):
    """What an organisation is called and under which numbers it is registered."""

    name = forms.CharField(label=_("기관명"), max_length=120)
    name_en = forms.CharField(label=_("영문명"), max_length=120, required=False)
    business_no = forms.CharField(
        label=_("사업자등록번호"),
        max_length=20,
        required=False,
        widget=forms.TextInput(
            attrs={"data-bizno": _("사업자등록번호를 다시 확인해 주십시오."), "inputmode": "numeric"}
        ),
        help_text=_("예: 000-88-00013"),
    )
    corporate_no = forms.CharField(
        label=_("법인등록번호"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("법인이면 적어 주십시오. 주민등록번호는 절대 적지 마십시오."),
    )
    region = CodeField(list="region", label=_("지역"), required=False)

    warnings: list[Any]

    def clean_business_no(self) -> str | None:
        text = self.cleaned_data["business_no"]
        return formats.business_number(text) if text else None

    def clean_corporate_no(self) -> str:
        text: str = self.cleaned_data["corporate_no"]
        if not text:
            return ""
        if warning := formats.corporate_number_warning(text):
            self.warnings.append(warning)
        return formats.corporate_number(text)


class OrganizationForm(OrganizationFields, ActorForm):
    """Changing an organisation."""


class NewOrganizationForm(OrganizationFields, NewForm):
    """Entering an organisation, and inviting its first administrator."""

    kind = forms.ChoiceField(label=_("구분"), choices=Kind.choices, initial=Kind.STARTUP)
    administrator_email = forms.EmailField(
        label=_("첫 기관 관리자 이메일"),
        required=False,
        help_text=_("적으시면 초대 메일을 바로 보냅니다. 나머지 구성원은 이 관리자가 초대합니다."),
    )
    language = language_field()
    field_order = ["kind", "name", "name_en", "business_no", "corporate_no", "region"]


class AppointForm(NewForm):
    """The first administrator of an organisation that has no members yet."""

    email = forms.EmailField(label=_("이메일"))
    language = language_field()


class InviteForm(NewForm):
    """Whom to invite, as what."""

    email = forms.EmailField(label=_("이메일"), help_text=_("이 주소로 7일 동안 쓸 수 있는 초대 링크를 보냅니다."))
    roles = forms.MultipleChoiceField(label=_("역할"), widget=forms.CheckboxSelectMultiple)
    language = language_field()

    def prepare(self) -> None:
        self.fields["roles"].choices = role_choices(self.actor.kind)  # type: ignore[attr-defined]


class RolesForm(ActorForm):
    """A member's roles."""

    roles = forms.MultipleChoiceField(label=_("역할"), widget=forms.CheckboxSelectMultiple)

    def prepare(self) -> None:
        self.fields["roles"].choices = role_choices(self.actor.kind)  # type: ignore[attr-defined]


class MandateForm(NewForm):
    """To whom what is handed on, and for how long."""

    email = forms.EmailField(label=_("이메일"), help_text=_("이 주소로 7일 동안 쓸 수 있는 링크를 보냅니다."))
    roles = forms.MultipleChoiceField(label=_("위임할 역할"), widget=forms.CheckboxSelectMultiple)
    signing = forms.BooleanField(
        label=_("서명과 자금 신청도 위임합니다"),
        required=False,
        help_text=_("대표나 서명권자의 역할을 위임할 때만 표시해 주십시오."),
    )
    begins_on = forms.DateField(label=_("시작일"), widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(
        label=_("종료일"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("이날이 지나면 저절로 끝납니다. 1년까지 위임할 수 있습니다."),
    )
    language = language_field()

    def prepare(self) -> None:
        allowed = givable(self.actor.roles)
        self.fields["roles"].choices = [(str(r), r.label) for r in Role if r in allowed]  # type: ignore[attr-defined]


class ResetForm(ReasonForm):
    """Why a member's second factor is to be reset."""

    def prepare(self) -> None:
        self.fields["reason"].help_text = _("무엇을 잃었는지, 본인인지 어떻게 확인했는지 적어 주십시오.")


def organization_initial(organization: Organization) -> dict[str, Any]:
    return {name: getattr(organization, name) for name in OrganizationFields.base_fields}


def roles_initial(membership: Membership, _actor: Actor) -> dict[str, Any]:
    return {"roles": membership.roles}
