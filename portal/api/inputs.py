"""From a request's body to a room's form: the form is the only declaration of what may be sent.

JSON values become what a browser would have posted; the form parses and checks both alike. What the form doesn't
know is refused, so that a misspelt field is never silently lost.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext as _
from rest_framework.request import Request

from portal.api.errors import Malformed
from portal.kernel.errors import Invalid
from portal.security.actor import Actor
from portal.web.forms import ActorForm

OFFSET = re.compile(r"(Z|[+-]\d{2}:?\d{2})$", re.IGNORECASE)
MANY = (forms.MultipleChoiceField, forms.ModelMultipleChoiceField, SimpleArrayField)


def cleaned(
    form_class: type[ActorForm] | None,
    request: Request,
    *,
    actor: Actor,
    obj: Any = None,
    initial: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> dict[str, Any]:
    """What the form makes of the body. Raises Invalid with the fields' errors.

    With `initial` (a PATCH) what was not sent keeps its value; `version` is the one that If-Match names.
    """
    body = sent(request)
    if form_class is None:
        _refuse_unknown(body, ())
        return {}
    about: dict[str, Any] = {"actor": actor, "obj": obj, "initial": dict(initial or {})}
    fields = form_class(**about).fields
    _refuse_unknown([*body, *request.FILES], [n for n in fields if initial is None or n != "version"])
    data: dict[str, Any] = {}
    for name, value in (initial or {}).items():
        if name in fields and name not in body:
            data |= _kept(fields[name], name, value)
    data |= _posted(fields, body)
    if version is not None:
        data["version"] = version
    return form_class(data, request.FILES, **about).checked()


def sent(request: Request) -> dict[str, Any]:
    """The body as a mapping: a JSON object, or the fields of a multipart form. Raises Malformed for anything else."""
    body: Any = request.data
    if hasattr(body, "getlist"):
        files = request.FILES
        return {n: v if len(v) > 1 else v[0] for n, v in body.lists() if n not in files and v}
    if not isinstance(body, dict):
        raise Malformed(_("본문은 JSON 객체여야 합니다."))
    return body


def _refuse_unknown(sent: Any, known: Any) -> None:
    if unknown := sorted(set(sent) - set(known)):
        raise Invalid(fields={name: _("이 요청에 없는 항목입니다. 이름을 확인해 주십시오.") for name in unknown})


def _posted(fields: Mapping[str, forms.Field], body: Mapping[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    faults: dict[str, Any] = {}
    for name, value in body.items():
        try:
            data |= _as_posted(fields[name], name, value)
        except forms.ValidationError as fault:
            faults[name] = fault.messages
    if faults:
        raise Invalid(fields=faults)
    return data


def _as_posted(field: forms.Field, name: str, value: Any) -> dict[str, Any]:
    """A JSON value as the field's widget expects it. Raises ValidationError for a value of another shape."""
    if value is None:
        return {}
    if isinstance(field, forms.JSONField):
        return {name: value if isinstance(value, str) else json.dumps(value)}
    if isinstance(field, MANY):
        values = value if isinstance(value, list) else [value]
        return {name: [_scalar(field, v) for v in values]}
    value = _scalar(field, value)
    if isinstance(field, forms.DateTimeField | forms.SplitDateTimeField):
        return _instant(field, name, value)
    return {name: value}


def _scalar(field: forms.Field, value: Any) -> Any:
    flag = isinstance(field, forms.BooleanField)
    fits = isinstance(value, str | int | float) and (flag or not isinstance(value, bool))
    if flag and isinstance(value, str):
        fits = value.lower() in ("true", "false")  # multipart knows only texts
    if not fits:
        raise forms.ValidationError(_("값의 형식이 올바르지 않습니다."))
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as fault:
            raise forms.ValidationError(_("글자를 읽을 수 없습니다.")) from fault
    return value


def _instant(field: forms.Field, name: str, value: Any) -> dict[str, Any]:
    """An instant needs its offset: without it nobody knows which 14:30 is meant."""
    try:
        if not OFFSET.search(str(value).strip()):
            raise ValueError("no offset")
        at = datetime.fromisoformat(str(value).strip())
    except ValueError as fault:
        raise forms.ValidationError(_("시각은 2025-03-12T14:30:00+09:00처럼 시간대와 함께 적어 주십시오.")) from fault
    return _split(field, name, at) if isinstance(field.widget, forms.MultiWidget) else {name: at}


def _split(field: forms.Field, name: str, value: Any) -> dict[str, Any]:
    widget: Any = field.widget
    return {
        f"{name}{suffix}": part
        for suffix, part in zip(widget.widgets_names, widget.decompress(value), strict=False)
        if part is not None
    }


def _kept(field: forms.Field, name: str, value: Any) -> dict[str, Any]:
    """A stored value as if it had been posted again."""
    if value is None or isinstance(field, forms.FileField):
        return {}
    if isinstance(field, forms.JSONField):
        return {name: field.prepare_value(value)}
    if isinstance(field.widget, forms.MultiWidget):
        return _split(field, name, value)
    return {name: field.prepare_value(value) if isinstance(field, forms.ModelChoiceField) else value}
