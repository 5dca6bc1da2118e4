"""Form fields in KRDS markup: what `web/field.html` needs to know of a bound field."""

from typing import Any

from django.forms import (
    CheckboxInput,
    CheckboxSelectMultiple,
    DateInput,
    DateTimeInput,
    FileInput,
    MultiWidget,
    PasswordInput,
    RadioSelect,
    Select,
    Textarea,
    TimeInput,
)
from django.forms.boundfield import BoundField
from django.template import TemplateSyntaxError
from django.utils.html import conditional_escape

GROUPS = (RadioSelect, CheckboxSelectMultiple, MultiWidget)
KIBIBYTE = 1024


def _kind(field: BoundField) -> str:
    """Which markup a field gets. The order matters: a subclass comes before its base."""
    widget = field.field.widget
    if "data-money" in widget.attrs or type(field.field).__name__ == "WonField":
        return "money"
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (CheckboxSelectMultiple, "checks"),
        (RadioSelect, "radios"),
        (CheckboxInput, "check"),
        (MultiWidget, "parts"),
        (FileInput, "file"),
        (Textarea, "textarea"),
        (Select, "select"),
        (DateTimeInput, "datetime"),
        (DateInput, "date"),
        (TimeInput, "time"),
        (PasswordInput, "password"),
    )
    return next((kind for types, kind in kinds if isinstance(widget, types)), "text")


def field_target(field: BoundField) -> str:
    """The id an error summary links to: the first choice of a group, else the field itself."""
    if isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple | MultiWidget):
        return f"{field.auto_id}_0"
    return str(field.id_for_label or field.auto_id)


def size_text(size: int) -> str:
    """Bytes as people read them: 10485760 → 10MB."""
    if size >= KIBIBYTE**2:
        return f"{size / KIBIBYTE**2:.0f}MB"
    return f"{max(1, size // KIBIBYTE)}KB"


def _prepare_widget(field: BoundField, kind: str, attrs: dict[str, Any]) -> None:
    """Bring Django's widget into the shape KRDS styles; a form owns copies of its widgets, so nothing leaks."""
    widget = field.field.widget
    if kind in ("date", "datetime", "time"):
        # The browser's own picker speaks ISO only, whatever the language of the page is.
        widget.input_type = {"date": "date", "datetime": "datetime-local", "time": "time"}[kind]
        widget.format = {"date": "%Y-%m-%d", "datetime": "%Y-%m-%dT%H:%M", "time": "%H:%M"}[kind]
        widget.is_localized = False
    if kind == "money":
        widget.input_type = "text"
        attrs.update({"inputmode": "numeric", "data-money": "", "autocomplete": "off"})
        for bound in ("min", "max", "step"):
            widget.attrs.pop(bound, None)
    if kind == "file":
        attrs["data-drop-input"] = ""
    if kind == "textarea":
        widget.attrs.setdefault("rows", "5")
        widget.attrs.pop("cols", None)
        if widget.attrs.get("rows") == "10":
            widget.attrs["rows"] = "5"
    css = {"select": "krds-form-select", "check": "", "radios": "", "checks": "", "file": "p-drop-input"}
    attrs["class"] = " ".join(filter(None, (widget.attrs.get("class", ""), css.get(kind, "krds-input"))))


def form_field(
    field: Any,
    label: str = "",
    help: str = "",
    remark: str = "",
    hide_label: bool = False,
    mark: bool = True,
) -> dict[str, Any]:
    """One field in KRDS markup: label, required mark, help, error, and the widget told about all three.

    `remark` is what a reviewer asked to correct, shown above the field; `hide_label` keeps the label for readers of
    the screen only; `mark=False` leaves out 필수 and 선택 (on sign-in all, in search bars nothing is required).
    Raises TemplateSyntaxError for anything that is not a bound field: a form without it would lose data silently.
    """
    if not isinstance(field, BoundField):
        raise TemplateSyntaxError(f"form_field takes a bound field of a form, got {field!r}")
    kind = _kind(field)
    widget = field.field.widget
    errors = [str(error) for error in field.errors]
    help_text = help or field.help_text
    described = [
        f"{field.auto_id}_{part}"
        for part, present in (("helptext", help_text), ("remark", remark), ("error", errors))
        if present
    ]
    max_size = int(widget.attrs.get("data-max-size", 0) or 0)
    accept = str(widget.attrs.get("accept", ""))
    if kind == "file" and (max_size or accept):
        described.append(f"{field.auto_id}_limits")
    maxlength = widget.attrs.get("maxlength") or getattr(field.field, "max_length", None)
    if kind == "textarea" and maxlength:
        described.append(f"{field.auto_id}_count")
    attrs: dict[str, Any] = {}
    grouped = isinstance(widget, GROUPS)
    if described and not grouped:
        attrs["aria-describedby"] = " ".join(described)
    if errors:
        attrs["aria-invalid"] = "true"
    if kind == "textarea" and maxlength:
        attrs["data-counter"] = str(maxlength)
    _prepare_widget(field, kind, attrs)
    return {
        "field": field,
        "kind": kind,
        "label": label or field.label,
        "help": conditional_escape(help_text),
        "remark": remark,
        "errors": errors,
        "grouped": grouped,
        "described": " ".join(described),
        "required": field.field.required,
        "hide_label": hide_label,
        "mark": mark,
        "maxlength": maxlength,
        "length": len(str(field.value() or "")),
        "max_size": size_text(max_size) if max_size else "",
        "accept": ", ".join(part.strip().removeprefix(".").upper() for part in accept.split(",") if part.strip()),
        "control": "" if kind in ("radios", "checks") else field.as_widget(attrs=attrs),
        "choices": _choices(field, errors) if kind in ("radios", "checks") else (),
        "target": field_target(field),
    }


def _choices(field: BoundField, errors: list[str]) -> list[dict[str, Any]]:
    """Each choice of a radio or checkbox group as its input and its label, flat."""
    choices = []
    for option in field:
        data = option.data
        if errors:
            data["attrs"]["aria-invalid"] = "true"
        choices.append({"input": option.tag(), "label": option.choice_label, "id": option.id_for_label})
    return choices


def form_errors(form: Any) -> list[dict[str, str]]:
    """All errors of a form in reading order, each with the id of its field ('' for the form as a whole)."""
    found = [{"target": "", "label": "", "message": str(error)} for error in form.non_field_errors()]
    for field in form:
        for error in field.errors:
            target = "" if field.is_hidden else field_target(field)
            found.append({"target": target, "label": str(field.label), "message": str(error)})
    return found
