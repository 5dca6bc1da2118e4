"""What templates need beyond Django's own tags: checked parameters, Korean dates and money, form fields.

Components (`templates/cotton`) state their parameters with `<c-vars>` and check them with `{% require %}`, so that
a typing error in a page fails in the first test that renders it, not as a grey badge nobody notices.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django import template
from django.core.paginator import Page as PaginatorPage
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
from django.http import QueryDict
from django.template import Context, Node, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portal.kernel import formats
from portal.kernel.money import Won

register = template.Library()

# --- checked parameters ---------------------------------------------------------------------------------------------


class RequireNode(Node):
    """Raises while rendering: the value is known only then, and a page must not render half wrong."""

    def __init__(self, name: str, value: FilterExpression, allowed: tuple[str, ...]) -> None:
        self.name = name
        self.value = value
        self.allowed = allowed

    def render(self, context: Context) -> SafeString:
        value = self.value.resolve(context, ignore_failures=True)
        if not self.allowed:
            if value is None or value == "":
                raise TemplateSyntaxError(f"'{self.name}' is required and was not given")
        elif str("" if value is None else value) not in self.allowed:
            raise TemplateSyntaxError(f"'{self.name}' is {value!r}, but must be one of: {', '.join(self.allowed)}")
        return SafeString("")


@register.tag
def require(parser: Parser, token: Token) -> RequireNode:
    """`{% require tone in "neutral info" %}` refuses any other value; `{% require label %}` refuses none at all."""
    bits = token.split_contents()
    if len(bits) == 2:
        return RequireNode(bits[1], parser.compile_filter(bits[1]), ())
    if len(bits) == 4 and bits[2] == "in" and bits[3][0] == bits[3][-1] and bits[3][0] in "\"'":
        return RequireNode(bits[1], parser.compile_filter(bits[1]), tuple(bits[3][1:-1].split()))
    raise TemplateSyntaxError('write {% require name %} or {% require name in "one other third" %}')


# --- dates ----------------------------------------------------------------------------------------------------------


def language() -> formats.Language:
    """The reader's language as the kernel's formats know it."""
    return "en" if (get_language() or "ko").startswith("en") else "ko"


def _local(value: date | datetime) -> date | datetime:
    return value.astimezone(formats.SEOUL) if isinstance(value, datetime) else value


def day_text(value: date | datetime) -> str:
    """`2025. 3. 12.(수)`, in English `Wed 12 March 2025`."""
    return formats.day_with_weekday(value, language())


def when_text(value: date | datetime) -> str:
    """`2025. 3. 12.(수) 14:30`; a date without a time stays a date."""
    if not isinstance(value, datetime):
        return day_text(value)
    return f"{day_text(value)}{',' if language() == 'en' else ''} {formats.clock(value)}"


def _time_element(value: object, words: Callable[[date | datetime], str]) -> SafeString:
    if not isinstance(value, date):
        raise TemplateSyntaxError(f"expected a date or a datetime, got {value!r}")
    return format_html('<time class="p-when" datetime="{}">{}</time>', _local(value).isoformat(), words(value))


@register.filter
def when(value: Any) -> SafeString | str:
    """A point in time as `<time>`: `2025. 3. 12.(수) 14:30` in Korean time; nothing for None."""
    return _time_element(value, when_text) if value else ""


@register.filter
def day(value: Any) -> SafeString | str:
    """A day as `<time>`: `2025. 3. 12.(수)`; nothing for None."""
    return _time_element(value, day_text) if value else ""


@register.simple_tag
def period(start: datetime, end: datetime) -> SafeString:
    """`2025. 3. 12.(수) 14:30~16:30`; the day of the end only where it is another one."""
    return format_html('<span class="p-when">{}</span>', formats.time_range(start, end, language()))


def _now(context: Context) -> datetime:
    """The request's own instant where there is one (`request.actor.now`), so that a page agrees with itself."""
    actor = getattr(context.get("request"), "actor", None)
    now = getattr(actor, "now", None)
    return now if isinstance(now, datetime) else timezone.now()


@register.simple_tag(takes_context=True)
def timesince_left(context: Context, value: datetime | date | None) -> str:
    """How long until `value`, in the words of a deadline: `3일 남음`, `2시간 남음`, `마감 지남`."""
    if value is None:
        return ""
    now = _now(context)
    if not isinstance(value, datetime):
        left = (value - now.astimezone(formats.SEOUL).date()).days
        if left < 0:
            return _("기한 지남")
        return ngettext("%(count)d일 남음", "%(count)d일 남음", left) % {"count": left} if left else _("오늘까지")
    seconds = int((value - now).total_seconds())
    if seconds < 0:
        return _("기한 지남")
    if seconds < 3600:
        count = max(1, seconds // 60)
        return ngettext("%(count)d분 남음", "%(count)d분 남음", count) % {"count": count}
    if seconds < 86400:
        count = seconds // 3600
        return ngettext("%(count)d시간 남음", "%(count)d시간 남음", count) % {"count": count}
    count = seconds // 86400
    return ngettext("%(count)d일 남음", "%(count)d일 남음", count) % {"count": count}


@register.simple_tag(takes_context=True)
def urgency(context: Context, value: datetime | date | None) -> str:
    """Tone of a deadline: danger when past or within a day, warning within three days, else neutral."""
    if value is None:
        return "neutral"
    now = _now(context)
    if isinstance(value, datetime):
        days = (value - now).total_seconds() / 86400
    else:
        days = (value - now.astimezone(formats.SEOUL).date()).days
    if days < 1:
        return "danger"
    return "warning" if days < 3 else "neutral"


# --- money ----------------------------------------------------------------------------------------------------------


@register.filter
def won(value: Any) -> SafeString | str:
    """Whole won: `200,000,000원`, in English `KRW 200,000,000`; nothing for None. Never a float."""
    if value is None or value == "":
        return ""
    return format_html('<span class="p-num">{}</span>', _amount(value).format(language()))


@register.filter
def won_words(value: Any) -> str:
    """`금이억원` as on documents (Korean only, as in law); empty where the amount is missing or English is read."""
    if value is None or value == "" or language() == "en":
        return ""
    return f"금{_amount(value).words()}"


def _amount(value: Any) -> Won:
    """The value as won; a text of digits comes from attributes of components, a float is a mistake in the room."""
    if isinstance(value, float):
        raise TemplateSyntaxError(f"money is whole won, got the float {value!r}")
    return Won(int(value))


# --- small helpers --------------------------------------------------------------------------------------------------


@register.filter
def listed(value: Any) -> str:
    """A text as it is, several joined with a middle dot: roles come as either."""
    if isinstance(value, str | Promise):
        return str(value)
    return " · ".join(str(part) for part in value) if isinstance(value, Iterable) else str(value)


@register.filter
def shown(value: Any) -> Any:
    """A value as people read it: days, instants and won written out, 예 / 아니요, several joined."""
    if isinstance(value, bool):
        return _("예") if value else _("아니요")
    if isinstance(value, datetime):
        return when(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Won):
        return won(value)
    if isinstance(value, list | tuple):
        return " · ".join(str(shown(part)) for part in value)
    return value


@register.simple_tag
def total_of(table: Any) -> int | None:
    """Number of rows of a table, or None where counting was left out on purpose (very long lists)."""
    paginator = getattr(table, "paginator", None)
    try:
        return int(paginator.count) if paginator is not None else len(table.rows)
    except NotImplementedError:
        return None


@register.simple_tag
def page_numbers(page: PaginatorPage[Any]) -> list[int | None]:
    """First, last and the neighbours of the current page; None stands for a gap. At most seven entries on a phone."""
    number, last = page.number, page.paginator.num_pages
    wanted = sorted({1, last, *range(max(1, number - 1), min(last, number + 1) + 1)})
    result: list[int | None] = list(wanted[:1])
    for before, here in pairwise(wanted):
        if here - before == 2:
            result.append(before + 1)
        elif here - before > 2:
            result.append(None)
        result.append(here)
    return result


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: Any) -> str:
    """The present address's query with some parameters set (None takes one away): `?status=open&page=2`."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else None
    if query is None:
        query = QueryDict(mutable=True)
    for key, value in changes.items():
        if value is None:
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def page_query(context: Context, name: str, value: Any, *drop: str) -> str:
    """Like `query_with` for a parameter whose name is known only to the template; `drop` are taken away."""
    return str(query_with(context, **{**dict.fromkeys(drop), str(name): value}))


@register.simple_tag
def percent_of(value: int, maximum: int) -> int:
    """Whole percent, 0 to 100; 0 where nothing is known yet."""
    return max(0, min(100, value * 100 // maximum)) if maximum else 0


# --- form fields ----------------------------------------------------------------------------------------------------

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


@register.inclusion_tag("web/field.html")
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


@register.simple_tag
def form_errors(form: Any) -> list[dict[str, str]]:
    """All errors of a form in reading order, each with the id of its field ('' for the form as a whole)."""
    found = [{"target": "", "label": "", "message": str(error)} for error in form.non_field_errors()]
    for field in form:
        for error in field.errors:
            target = "" if field.is_hidden else field_target(field)
            found.append({"target": target, "label": str(field.label), "message": str(error)})
    return found


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """`{{ remarks|get:field.name }}`: an entry of a mapping, '' where there is none."""
    return mapping.get(key, "") if isinstance(mapping, Mapping) else ""
