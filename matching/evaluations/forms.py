"""What corporations and evaluators fill in."""

from typing import Any
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.applications.models import Application
from matching.evaluations import queries
from matching.evaluations.models import Assignment, ConflictReason, Round, Sheet
from matching.evaluations.operations import PASS_MARK
from matching.evaluations.workflow import RoundState
from portal.kernel.roles import Kind
from portal.web.forms import ActorForm, NewForm
from programs.demands.models import Demand
from programs.demands.workflow import OPENED


class NewRoundForm(NewForm):
    """Opening an evaluation."""

    demand = forms.ModelChoiceField(label=gettext_lazy("협업 수요"), queryset=Demand.objects.none(), empty_label=None)
    pass_mark = forms.IntegerField(
        label=gettext_lazy("합격 기준(점)"),
        min_value=0,
        max_value=100,
        initial=PASS_MARK,
        help_text=gettext_lazy(
            "평가 항목과 배점은 수요 적합성 30 · 기술성 30 · 사업성·확장성 20 · 수행 역량 20입니다. "
            "배점과 합격 기준은 이 사업의 설정값이며, 정부가 고시한 공식 기준이 아닙니다."
        ),
    )

    def prepare(self) -> None:
        demands = Demand.objects.visible_to(self.actor).filter(
            corporation_id=self.actor.organization_id, state__in=OPENED
        )
        if not self.is_bound:  # a form sent twice still names its demand
            demands = demands.filter(round=None)
        self.fields["demand"].queryset = demands.order_by("number")  # type: ignore[attr-defined]


class NewAssignmentForm(NewForm):
    """One evaluator for one application."""

    application = forms.ModelChoiceField(label=gettext_lazy("신청"), queryset=Application.objects.none())
    evaluator_id = forms.TypedChoiceField(label=gettext_lazy("평가위원"), coerce=UUID)

    def prepare(self) -> None:
        rounds = Round.objects.visible_to(self.actor).filter(state=RoundState.OPEN)
        field: Any = self.fields["application"]
        field.queryset = (
            Application.objects.visible_to(self.actor)
            .filter(demand__in=rounds.values("demand_id"), state__in=queries.ASSIGNABLE)
            .order_by("number")
        )
        if self.actor.kind == Kind.CORPORATION and self.actor.organization_id:
            corporations = [self.actor.organization_id]
        else:
            corporations = list(rounds.values_list("corporation_id", flat=True).distinct().order_by("corporation_id"))
        people = [m for c in corporations for m in queries.evaluators(c, self.actor.now)]
        self.fields["evaluator_id"].choices = [(str(m.pk), m.user.name) for m in people]  # type: ignore[attr-defined]


class AssignForm(ActorForm):
    """Several evaluators for several applications of one round."""

    submit_label = gettext_lazy("배정")

    applications = forms.TypedMultipleChoiceField(
        label=gettext_lazy("신청 기업"), coerce=UUID, widget=forms.CheckboxSelectMultiple
    )
    evaluators = forms.TypedMultipleChoiceField(
        label=gettext_lazy("평가위원"),
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("고르신 모든 위원이 고르신 모든 신청을 평가합니다. 이미 배정된 조합은 그대로 둡니다."),
    )

    def prepare(self) -> None:
        assert isinstance(self.obj, Round)
        rows = queries.assignable(self.obj, self.actor)
        people = queries.evaluators(self.obj.corporation_id, self.actor.now)
        self.fields["applications"].choices = [(str(a.pk), f"{a.number} {a.startup}") for a in rows]  # type: ignore[attr-defined]
        self.fields["evaluators"].choices = [(str(m.pk), m.user.name) for m in people]  # type: ignore[attr-defined]


class ConflictForm(ActorForm):
    """Declaring a conflict of interest."""

    ground = forms.ChoiceField(
        label=gettext_lazy("사유"), choices=ConflictReason.Ground.choices, widget=forms.RadioSelect
    )
    explanation = forms.CharField(
        label=gettext_lazy("설명"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "적으신 사유는 본인만 볼 수 있으며, 담당자에게는 이해충돌이 있다는 사실만 알려집니다. "
            "신고하시면 이 신청에 관한 모든 화면이 닫히고 되돌릴 수 없습니다."
        ),
    )


class ScoreForm(ActorForm):
    """One application's scores: a score, or that it does not apply, and a reason for each criterion."""

    template_of_page = "evaluations/score.html"
    submit_label = gettext_lazy("저장")

    comment = forms.CharField(
        label=gettext_lazy("종합 의견"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def prepare(self) -> None:
        assert isinstance(self.obj, Sheet)
        self.criteria = queries.criteria_of(self.obj.round)
        for c in self.criteria:
            self.fields[f"score_{c.code}"] = forms.IntegerField(
                label=_("%(name)s 점수") % {"name": _(c.label)},
                required=False,
                min_value=0,
                max_value=100,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )
            self.fields[f"none_{c.code}"] = forms.BooleanField(label=_("해당 없음"), required=False)
            self.fields[f"reason_{c.code}"] = forms.CharField(
                label=_("%(name)s 사유") % {"name": _(c.label)},
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    def groups(self) -> list[tuple[str, list[BoundField]]]:
        """The fields by criterion, for the page."""
        return [
            (
                _("%(name)s (배점 %(weight)d)") % {"name": _(c.label), "weight": c.weight},
                [self[f"{part}_{c.code}"] for part in ("score", "none", "reason")],
            )
            for c in self.criteria
        ]

    def clean(self) -> dict[str, Any]:
        """The fields as the operation takes them: scores by criterion, comment, version."""
        given = self.cleaned_data
        scores: dict[str, dict[str, Any]] = {}
        for c in self.criteria:
            part: dict[str, Any] = {"reason": given.get(f"reason_{c.code}", "")}
            value = given.get(f"score_{c.code}")
            if given.get(f"none_{c.code}"):
                if value is not None:
                    self.add_error(f"score_{c.code}", _("점수와 ‘해당 없음’ 가운데 하나만 골라 주십시오."))
                part["score"] = None
            elif value is not None:
                part["score"] = value
            scores[c.code] = part
        return {"scores": scores, "comment": given.get("comment", ""), "version": given.get("version")}


def initial(sheet: Sheet) -> dict[str, Any]:
    """A sheet as the score form shows it."""
    found: dict[str, Any] = {"comment": sheet.comment, "version": sheet.version}
    for code, part in sheet.scores.items():
        found[f"reason_{code}"] = part.get("reason", "")
        found[f"none_{code}"] = "score" in part and part["score"] is None
        found[f"score_{code}"] = part.get("score")
    return found


def subject(assignment: Assignment | Sheet) -> str:
    """What an assignment or a sheet is about, in a line."""
    return f"{assignment.application.number} {assignment.startup}"
