"""Forms of drafts: saved as one types, in parts, and with only what was flagged open after a return."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.outbox.drafts import reopened
from portal.web.forms import ActorForm, ReasonForm

REMARK = "remark_"


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a long form: its name in the step indicator, its fields, and a sentence on what it is for."""

    title: str | Promise
    fields: Sequence[str]
    lead: str | Promise = ""


class DraftForm(ActorForm):
    """Changes a draft. `parts`: the pages of a long form. What the remarks keep closed is shown but can't be changed.

    `narrowed(n)` leaves the fields of one part; `beside(stored)` says what somebody else has stored meanwhile.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    parts: Sequence[Part] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remarks: dict[str, Any] = dict(reopened(self.obj))
        if self.remarks:
            for name, field in self.fields.items():
                field.disabled = name not in self.remarks and name != "version"

    def narrowed(self, part: int) -> "DraftForm":
        """Only the fields of the part (0 first) and what is hidden."""
        keep = set(self.parts[part].fields)
        for name, field in list(self.fields.items()):
            if name not in keep and not field.widget.is_hidden:
                del self.fields[name]
        return self

    def first_part(self) -> int:
        """The part to begin with: the first that was flagged."""
        flagged = [n for n, part in enumerate(self.parts) if set(part.fields) & self.remarks.keys()]
        return flagged[0] if flagged else 0

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        for name, field in self.fields.items():
            if field.disabled and name in self.data and not self._same(name, field):
                self.add_error(name, _("보완을 요청받은 항목만 고칠 수 있습니다."))
        return found

    def _same(self, name: str, field: forms.Field) -> bool:
        """Whether what was sent for a closed field says what is stored."""
        try:
            sent = field.clean(field.widget.value_from_datadict(self.data, self.files, name))
        except forms.ValidationError:
            return False
        return bool(sent == self.get_initial_for_field(field, name))

    def beside(self, stored: dict[str, Any]) -> None:
        """Put what is stored now beside what was typed, and let the next save go on from there."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["version"] = str(stored.get("version", ""))
        self.data = data
        for name, value in stored.items():
            if name in self.fields and name != "version" and self.cleaned_data.get(name) != value:
                self.remarks[name] = _("다른 사람이 저장한 내용: %(text)s") % {"text": self._in_words(name, value)}

    def _in_words(self, name: str, value: Any) -> str:
        choices = {str(k): str(v) for k, v in getattr(self.fields[name], "choices", ())}
        values = value if isinstance(value, list | tuple) else [value]
        return ", ".join(choices.get(str(v), str(v)) for v in values) or _("(비어 있음)")


class _RemarksForm(ReasonForm):
    """Base of `returning()`: what was written beside the fields becomes `remarks`."""

    template_of_page = "web/form.html"

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        remarks = {n.removeprefix(REMARK): found.pop(n) for n in list(found) if n.startswith(REMARK)}
        return found | {"remarks": {name: words for name, words in remarks.items() if words}}


def returning(fields: type[forms.Form]) -> type[ActorForm]:
    """The form that returns a draft: a sentence on the whole, and one beside every field that is to be mended."""
    made: dict[str, Any] = {
        f"{REMARK}{name}": forms.CharField(
            label=field.label,
            required=False,
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=gettext_lazy("의견을 적은 항목만 고칠 수 있게 열립니다. 모두 비워 두면 전체가 열립니다."),
        )
        for name, field in fields.base_fields.items()
        if not field.widget.is_hidden
    }
    return type("ReturnForm", (_RemarksForm,), made)
