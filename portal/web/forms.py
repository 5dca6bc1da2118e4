"""The base of all forms. A form parses; the operation that takes its `cleaned_data` decides."""

from typing import Any
from uuid import UUID

from django import forms
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.kernel.errors import Invalid
from portal.kernel.ids import new_id
from portal.organizations.models import Code
from portal.security.actor import Actor


class ActorForm(forms.Form):
    """A form that knows who fills it in, and the object it is about (None while it is being created).

    Page and API use the same form: the API hands its JSON in as data. `warnings` are sentences that don't refuse
    anything: they are shown after it is stored. `template_of_page` is the page's template where the fields need an
    order of their own, `submit_label` the button's words where they are not the page's title.
    """

    template_of_page = "web/form.html"
    submit_label: Any = ""

    def __init__(self, *args: Any, actor: Actor, obj: models.Model | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.obj = actor, obj
        self.warnings: list[Any] = []
        self.prepare()
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.empty_label is not None:
                field.empty_label = _("선택해 주십시오")

    def prepare(self) -> None:
        """Fill choices from what the actor may see."""

    def checked(self) -> dict[str, Any]:
        """The cleaned data. Raises Invalid with the fields' errors."""
        if not self.is_valid():
            raise Invalid(fields={k: [str(e) for e in v] for k, v in self.errors.items()})
        return self.cleaned_data


class NewForm(ActorForm):
    """A form that makes something. The object's id is made with the form, so posting it twice makes one object."""

    id = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["id"].initial = new_id

    def clean_id(self) -> UUID:
        found = self.cleaned_data["id"] or new_id()
        if found.version != 7:
            raise forms.ValidationError(_("양식이 올바르지 않습니다. 화면을 새로 고쳐 주십시오."))
        return found


class ReasonForm(ActorForm):
    """Why. The reason is kept in the history and shown to whoever is concerned."""

    reason = forms.CharField(
        label=_("사유"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("상대방이 무엇을 고쳐야 하는지, 왜 그렇게 정했는지 적어 주십시오."),
    )


class UnmaskForm(ActorForm):
    """Why somebody wants to see what is masked. It goes into the access record, which the owner reads, too."""

    reason = forms.CharField(
        label=_("확인하는 사유"),
        min_length=5,
        max_length=500,
        help_text=_("누가 왜 확인했는지 기록에 남고, 자료의 주인인 기관도 그 기록을 봅니다."),
    )


class ExportForm(ActorForm):
    """Why somebody downloads so much. It is posted to the list's own address: what people write stands in no address,
    hence in no server log and no Referer."""

    submit_label = _("내려받기")
    reason = forms.CharField(
        label=_("내려받는 사유"),
        min_length=5,
        max_length=500,
        help_text=_("내려받은 기록에 사유가 함께 남고, 감사 담당자가 매달 살펴봅니다."),
    )


class WonField(forms.IntegerField):
    """Whole won. Understands "200,000,000" and "200000000원"; an empty answer is 0."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 0)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int:
        if isinstance(value, str):
            value = value.strip().removeprefix("KRW").removesuffix("원").replace(",", "").replace(" ", "")
        found = super().to_python(value)
        return 0 if found is None else found

    def validate(self, value: Any) -> None:
        super().validate(None if self.required and not value else value)


class CodeField(forms.ChoiceField):
    """One entry of a reference list (portal.organizations.models.Code)."""

    def __init__(self, *, list: str, required: bool = True, **kwargs: Any) -> None:
        self.list = list
        super().__init__(choices=self._entries, required=required, **kwargs)

    def _entries(self) -> list[tuple[str, str]]:
        return [*([] if self.required else [("", str(_("선택 안 함")))]), *code_choices(self.list)]


class CodesField(forms.MultipleChoiceField):
    """Several entries of a reference list, as checkboxes."""

    def __init__(self, *, list: str, **kwargs: Any) -> None:
        self.list = list
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(choices=lambda: code_choices(list), **kwargs)


def code_choices(name: str) -> list[tuple[str, str]]:
    """The list's entries as (code, name in the reader's language), in their order."""
    english = get_language() == "en"
    return [
        (c.code, (c.name_en if english and c.name_en else c.name_ko))
        for c in Code.objects.filter(list=name).order_by("order")
    ]


def code_names(name: str, codes: list[str]) -> str:
    """Names of the codes, joined, for showing."""
    known = dict(code_choices(name))
    return ", ".join(known.get(c, c) for c in codes)
