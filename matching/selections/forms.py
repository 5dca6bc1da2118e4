"""What corporations fill in to propose a selection."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.evaluations.models import Round
from matching.selections import queries
from matching.selections.models import Line, Selection
from portal.kernel.money import Won
from portal.web.forms import ActorForm, NewForm, WonField


class RoundChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.demand.number} {obj.demand.title}"


class NewSelectionForm(NewForm):
    """From which evaluation the selection is made."""

    round = RoundChoice(
        label=gettext_lazy("마감된 평가"),
        queryset=Round.objects.none(),
        empty_label=None,
        help_text=gettext_lazy("평가 순위에 따라 선정·예비·미선정이 미리 채워집니다. 다음 화면에서 고칠 수 있습니다."),
    )

    def prepare(self) -> None:
        rounds = queries.closed_rounds(self.actor)
        if not self.is_bound:  # a form sent twice still names its round
            rounds = rounds.filter(selection=None)
        self.fields["round"].queryset = rounds  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Group:
    """The fields of one line, with what the evaluation said of it."""

    title: str
    about: str
    fields: list[BoundField]


class LinesForm(ActorForm):
    """All lines of a selection on one page: decision, amount, reason for a departure, words for the startup."""

    template_of_page = "selections/lines.html"
    submit_label = gettext_lazy("저장")

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def prepare(self) -> None:
        assert isinstance(self.obj, Selection)
        self.rows = list(queries.lines(self.obj, self.actor))
        for row in self.rows:
            self._add(row.line)

    def _add(self, line: Line) -> None:
        name = line.pk.hex
        self.fields[f"decision_{name}"] = forms.ChoiceField(
            label=_("결정"), choices=Line.Decision.choices, initial=line.decision, widget=forms.RadioSelect
        )
        self.fields[f"amount_{name}"] = WonField(
            label=_("지원금(원)"),
            required=False,
            initial=line.amount,
            help_text=_("선정한 기업에만 적습니다. 신청 금액은 %(amount)s입니다.")
            % {"amount": Won(line.application.requested_amount).format()},
        )
        self.fields[f"departure_reason_{name}"] = forms.CharField(
            label=_("순위와 다르게 정한 사유"),
            required=False,
            max_length=500,
            initial=line.departure_reason,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        self.fields[f"message_{name}"] = forms.CharField(
            label=_("기업에 전할 의견"),
            required=False,
            max_length=500,
            initial=line.message,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_("발표할 때 이 기업에만 전해지고 통지서에도 적힙니다."),
        )

    def groups(self) -> list[Group]:
        """The fields by application, for the page."""
        found = []
        for row in self.rows:
            rank = _("순위 없음") if row.rank is None else _("평가 %(rank)d순위") % {"rank": row.rank}
            mean = "" if row.mean is None else _(" · 평균 %(mean)s점") % {"mean": row.mean}
            names = [f"{part}_{row.line.pk.hex}" for part in ("decision", "amount", "departure_reason", "message")]
            title = f"{row.line.application.number} {row.line.startup}"
            found.append(Group(title, f"{rank}{mean}", [self[n] for n in names]))
        return found

    def clean(self) -> dict[str, Any]:
        """The fields as the operation takes them: the lines by their id, and what was seen."""
        given = self.cleaned_data
        lines = {
            row.line.pk: {
                part: given[f"{part}_{row.line.pk.hex}"]
                for part in ("decision", "amount", "departure_reason", "message")
                if f"{part}_{row.line.pk.hex}" in given
            }
            for row in self.rows
        }
        return {"lines": lines, "seen": given.get("seen", "")}


def initial(selection: Selection) -> dict[str, Any]:
    """The fingerprint of the lines; the lines themselves fill in their own fields."""
    return {"seen": queries.stored_fingerprint(selection)}
