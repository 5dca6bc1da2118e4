"""What templates need beyond Django's own tags: checked parameters, Korean dates and money, form fields.

Components (`templates/cotton`) state their parameters with `<c-vars>` and check them with `{% require %}`, so that
a typing error in a page fails in the first test that renders it, not as a grey badge nobody notices.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page as PaginatorPage
from django.http import QueryDict
from django.template import Context, Node, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.kernel import formats
from portal.kernel.clock import now as clock_now
from portal.kernel.money import Won
from portal.web import fields

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


# --- the agency ---------------------------------------------------------------------------------------------------


@register.simple_tag
def agency() -> dict[str, str]:
    """`{% agency as agency %}`: its address and contact as the settings say them, each "" where they say none."""
    return {"address": settings.AGENCY_ADDRESS, "contact": settings.AGENCY_CONTACT}


# --- dates ----------------------------------------------------------------------------------------------------------


def _local(value: date | datetime) -> date | datetime:
    return value.astimezone(formats.SEOUL) if isinstance(value, datetime) else value


def day_text(value: date | datetime) -> str:
    """`2025. 3. 12.(수)`, in English `Wed 12 March 2025`."""
    return formats.day_with_weekday(value, formats.active_language())


def when_text(value: date | datetime) -> str:
    """`2025. 3. 12.(수) 14:30`; a date without a time stays a date."""
    if not isinstance(value, datetime):
        return day_text(value)
    return f"{day_text(value)}{',' if formats.active_language() == 'en' else ''} {formats.clock(value)}"


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
    return format_html('<span class="p-when">{}</span>', formats.time_range(start, end, formats.active_language()))


def _now(context: Context) -> datetime:
    """The request's own instant where there is one (`request.actor.now`), so that a page agrees with itself."""
    actor = getattr(context.get("request"), "actor", None)
    now = getattr(actor, "now", None)
    return now if isinstance(now, datetime) else clock_now()


@register.simple_tag(takes_context=True)
def timesince_left(context: Context, value: datetime | date | None) -> str:
    """How long until `value`, in the words of a deadline: `3일 남음`, `2시간 남음`, `마감 지남`."""
    return left_in_words(value, _now(context)) if value is not None else ""


def left_in_words(value: datetime | date, now: datetime) -> str:
    """How long from `now` until `value`, in the words of a deadline."""
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
def countdown(context: Context, value: datetime | None) -> SafeString | str:
    """`left_in_words`, kept up to date on the page once a minute: nothing is read out, nothing blinks."""
    return live_countdown(value, _now(context)) if value is not None else ""


def live_countdown(value: datetime, now: datetime) -> SafeString:
    """The time left as `static/js/countdown.js` keeps it; without a script it stays as the page was made with it."""
    days = [ngettext("%(count)d일 남음", "%(count)d일 남음", n) for n in (1, 2)]
    hours = [ngettext("%(count)d시간 남음", "%(count)d시간 남음", n) for n in (1, 2)]
    minutes = [ngettext("%(count)d분 남음", "%(count)d분 남음", n) for n in (1, 2)]
    return format_html(
        '<span class="p-num" data-countdown="{}" data-now="{}" data-days="{}" data-hours="{}" data-minutes="{}"'
        ' data-over="{}">{}</span>',
        value.isoformat(),
        now.isoformat(),
        *("|".join(words) for words in (days, hours, minutes)),
        _("기한 지남"),
        left_in_words(value, now),
    )


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
    return format_html('<span class="p-num">{}</span>', _amount(value).format(formats.active_language()))


@register.filter
def won_words(value: Any) -> str:
    """`금이억원` as on documents (Korean only, as in law); empty where the amount is missing or English is read."""
    if value is None or value == "" or formats.active_language() == "en":
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


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as the template writes it: the column's name for phones, attributes, and what it shows."""

    label: str
    attrs: SafeString
    content: Any


@dataclass(frozen=True, slots=True)
class TableRow:
    attrs: SafeString
    cells: list[Cell]


@register.simple_tag
def table_rows(table: Any) -> Iterator[TableRow]:
    """The rows of a page of a table. What a column says of itself is worked out once, not again in every row."""
    known: dict[str, tuple[str, SafeString | None]] = {}
    for row in table.paginated_rows:
        cells = []
        for column, content in row.items():
            if column.name not in known:
                asks = has_callable(table.attrs) or has_callable(column.column.attrs)
                known[column.name] = (str(column.header), None if asks else column.attrs["td"].as_html())
            label, attrs = known[column.name]
            cells.append(Cell(label, column.attrs["td"].as_html() if attrs is None else attrs, content))
        yield TableRow(row.attrs.as_html(), cells)


def has_callable(attrs: Mapping[str, Any]) -> bool:
    """Whether attributes depend on the row."""
    return any(has_callable(value) if isinstance(value, Mapping) else callable(value) for value in attrs.values())


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


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """`{{ remarks|get:field.name }}`: an entry of a mapping, '' where there is none."""
    return mapping.get(key, "") if isinstance(mapping, Mapping) else ""


register.inclusion_tag("web/field.html")(fields.form_field)
register.simple_tag(fields.form_errors)
