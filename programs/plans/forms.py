"""What an officer fills in."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.forms.boundfield import BoundField
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel.formats import SEOUL
from portal.kernel.money import CAP_PER_STARTUP
from portal.organizations.models import Organization
from portal.security.actor import Actor
from portal.web.forms import ActorForm, NewForm, ReasonForm
from programs.plans import queries
from programs.plans.models import Program, Setting, Stage
from programs.plans.settings import settings_of


def _won(label: Any, **given: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, widget=forms.TextInput(attrs={"data-money": ""}), **given)


class ProgramForm(ActorForm):
    """What may change of a program."""

    name = forms.CharField(label=gettext_lazy("사업명"), max_length=120)
    budget = _won(gettext_lazy("예산"))
    target_startups = forms.IntegerField(label=gettext_lazy("지원 목표(개사)"), min_value=1, max_value=10_000)
    cap_per_startup = _won(
        gettext_lazy("기업당 한도"),
        max_value=int(CAP_PER_STARTUP),
        initial=int(CAP_PER_STARTUP),
        help_text=gettext_lazy("한 기업이 한 사업에서 받을 수 있는 협업자금의 상한입니다. 2억 원을 넘을 수 없습니다."),
    )


class NewProgramForm(ProgramForm, NewForm):
    """Beginning a program year."""

    year = forms.IntegerField(label=gettext_lazy("연도"), min_value=2024, max_value=2100)
    field_order = ["id", "year"]

    def prepare(self) -> None:
        self.fields["year"].initial = self.actor.now.astimezone(SEOUL).year


def initial(program: Program) -> dict[str, Any]:
    return {name: getattr(program, name) for name in ProgramForm.base_fields}


class StagesForm(ActorForm):
    """The windows of all kinds of stages, in Seoul's time; a kind without both instants is left out."""

    template_of_page = "programs/stages.html"
    submit_label = gettext_lazy("저장")

    def rows(self) -> Iterator[tuple[str, BoundField, BoundField]]:
        """Label, opening and closing of each kind, for the page."""
        for kind, label in Stage.Kind.choices:
            yield str(label), self[f"{kind}_opens"], self[f"{kind}_closes"]

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        for kind in Stage.Kind.values:
            opens, closes = found.get(f"{kind}_opens"), found.get(f"{kind}_closes")
            touched = f"{kind}_opens" in found and f"{kind}_closes" in found  # neither has an error of its own
            if touched and not opens and (closes or self.initial.get(f"{kind}_opens")):
                self.add_error(
                    f"{kind}_opens", _("시작과 마감을 함께 적어 주십시오. 이미 정한 단계는 지울 수 없습니다.")
                )
            elif touched and opens and not closes:
                self.add_error(
                    f"{kind}_closes", _("시작과 마감을 함께 적어 주십시오. 이미 정한 단계는 지울 수 없습니다.")
                )
            elif opens and closes and closes <= opens:
                self.add_error(f"{kind}_closes", _("마감은 시작보다 뒤여야 합니다."))
        return {"windows": self.windows(found)}

    def windows(self, found: dict[str, datetime]) -> dict[str, tuple[datetime, datetime]]:
        """What `operations.set_stages` takes."""
        return {
            kind: (found[f"{kind}_opens"], found[f"{kind}_closes"])
            for kind in Stage.Kind.values
            if found.get(f"{kind}_opens") and found.get(f"{kind}_closes")
        }


for _kind in Stage.Kind:
    for _end, _words in (("opens", gettext_lazy("시작")), ("closes", gettext_lazy("마감"))):
        StagesForm.base_fields[f"{_kind}_{_end}"] = forms.DateTimeField(
            label=format_lazy("{} {}", _kind.label, _words), required=False
        )


def stages_initial(program: Program, actor: Actor) -> dict[str, datetime]:
    """The form's initial values from the program's stages."""
    found: dict[str, datetime] = {}
    for stage in queries.stages(program, actor):
        found |= {f"{stage.kind}_opens": stage.opens_at, f"{stage.kind}_closes": stage.closes_at}
    return found


class RuleForm(ActorForm):
    """From when a rule holds, and where it comes from."""

    valid_from = forms.DateField(label=gettext_lazy("적용 시작일"))
    origin = forms.ChoiceField(
        label=gettext_lazy("근거 구분"),
        choices=Setting.Origin.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("이 사업의 공고나 규정에 적힌 것만 공식 기준으로 안내합니다."),
    )
    source = forms.CharField(
        label=gettext_lazy("근거"),
        max_length=300,
        help_text=gettext_lazy("공고 번호와 조항, 또는 그렇게 정한 까닭을 적어 주십시오."),
    )
    field_order = ("government", "cash", "kind", "tranches")


def _percent(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=100)


class SharesForm(RuleForm):
    """Who pays how much of a budget."""

    government = _percent(gettext_lazy("정부 지원 상한(%)"))
    cash = _percent(gettext_lazy("현금 부담 하한(%)"))
    kind = _percent(gettext_lazy("현물 부담 상한(%)"))


class TranchesForm(RuleForm):
    """In which parts the government's contribution is paid."""

    tranches = forms.CharField(
        label=gettext_lazy("차수별 비율(%)"),
        max_length=60,
        help_text=gettext_lazy("쉼표로 나누어 적어 주십시오. 예: 70, 30"),
    )

    def clean_tranches(self) -> list[int]:
        parts = [part.strip().removesuffix("%") for part in self.cleaned_data["tranches"].split(",")]
        if not all(part.isascii() and part.isdigit() and len(part) <= len("100") for part in parts):
            raise forms.ValidationError(_("숫자를 쉼표로 나누어 적어 주십시오. 예: 70, 30"))
        return [int(part) for part in parts]


def shares_initial(program: Program, actor: Actor) -> dict[str, Any]:
    rule = settings_of(program, actor.now).shares
    return dict(zip(("government", "cash", "kind"), rule.percents, strict=True)) | _sourced(rule, actor)


def tranches_initial(program: Program, actor: Actor) -> dict[str, Any]:
    rule = settings_of(program, actor.now).tranches
    return {"tranches": ", ".join(map(str, rule.percents))} | _sourced(rule, actor)


def _sourced(rule: Any, actor: Actor) -> dict[str, Any]:
    return {"origin": rule.origin, "source": rule.source, "valid_from": actor.now.astimezone(SEOUL).date()}


class ExtendForm(ReasonForm):
    """More time for one organisation."""

    kind = forms.ChoiceField(label=gettext_lazy("단계"), choices=Stage.Kind.choices)
    organization = forms.CharField(
        label=gettext_lazy("기관"),
        max_length=120,
        help_text=gettext_lazy("기관명이나 사업자등록번호를 적어 주십시오. 이 기관에만 적용됩니다."),
    )
    closes_at = forms.DateTimeField(label=gettext_lazy("연장한 마감"))
    field_order = ("kind", "organization", "closes_at", "reason")

    def clean_organization(self) -> Organization:
        wanted = self.cleaned_data["organization"].strip()
        named = Q(name=wanted) | Q(name_en=wanted) | Q(business_no=wanted) | Q(slug=wanted)
        found = list(Organization.objects.visible_to(self.actor).filter(named, merged_into=None)[:2])
        if not found:
            raise forms.ValidationError(_("그런 기관이 없습니다. 기관명을 등록된 그대로 적어 주십시오."))
        if len(found) > 1:
            raise forms.ValidationError(_("같은 이름의 기관이 여럿입니다. 사업자등록번호를 적어 주십시오."))
        only: Organization = found[0]
        return only


class CopyForm(ActorForm):
    """The year that is prepared like this one."""

    submit_label = gettext_lazy("새 사업 만들기")
    year = forms.IntegerField(label=gettext_lazy("연도"), min_value=2024, max_value=2100)
    name = forms.CharField(label=gettext_lazy("사업명"), max_length=120)


def copy_initial(program: Program, _actor: Actor) -> dict[str, Any]:
    year = program.year + 1
    return {"year": year, "name": program.name.replace(str(program.year), str(year))}
