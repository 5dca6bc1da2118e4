"""The lists of suggestions and of calculations."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matching.matches.models import Match, Run, Side
from matching.matches.queries import said
from matching.matches.workflow import State
from portal.kernel.formats import active_language, instant
from portal.kernel.roles import Kind
from portal.web.columns import DateTimeColumn, LinkColumn, StatusColumn
from programs.demands.models import Demand

SHOWN = 3  # reasons in a list, either way; the rest stands on the page


def percent(score: float) -> str:
    """A fit for people to read: 50 is as good as the mean startup."""
    return str(round(score * 100))


class ReasonsColumn(tables.Column):
    """What speaks for it, or against."""

    def __init__(self, *, met: bool, **kwargs: Any) -> None:
        super().__init__(accessor="reasons", orderable=False, attrs={"th": {"class": "p-wide"}}, **kwargs)
        self.met = met

    def texts(self, record: Match) -> list[str]:
        words = said(record)
        return list(words.met if self.met else words.unmet)

    def render(self, record: Match) -> SafeString:
        lines = format_html_join("", "<li>{}</li>", ((text,) for text in self.texts(record)[:SHOWN]))
        return format_html('<ul class="p-reasons">{}</ul>', lines) if lines else SafeString("–")

    def value(self, record: Match) -> str:
        return "\n".join(self.texts(record))


class MatchTable(tables.Table):
    demand = LinkColumn("matches:detail", verbose_name=_("협업 수요"), order_by="demand__number")
    company = LinkColumn("matches:detail")
    rank = tables.Column(attrs={"td": {"class": "num"}, "th": {"class": "num"}})
    score = tables.Column(attrs={"td": {"class": "num"}, "th": {"class": "num"}})
    met = ReasonsColumn(met=True, verbose_name=_("맞는 점"))
    unmet = ReasonsColumn(met=False, verbose_name=_("확인할 점"))
    side = tables.Column()
    state = StatusColumn()

    class Meta:
        model = Match
        fields = ("demand", "company", "rank", "score", "met", "unmet", "side", "state")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actor = getattr(kwargs.get("request"), "actor", None)
        kind = actor.kind if actor else None
        if kind != Kind.MINISTRY:
            self.columns.hide("side")
        if kind == Kind.STARTUP:
            self.columns.hide("rank")
            self.columns.hide("company")

    def render_score(self, value: float) -> str:
        return percent(value)

    def value_score(self, value: float) -> int:
        return round(value * 100)


def _demands(request: Any) -> Any:
    rows = Match.objects.visible_to(request.actor).filter(current=True)
    return Demand.objects.visible_to(request.actor).filter(pk__in=rows.values("demand_id")).order_by("number")


class MatchFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(method="find", label=_("검색"))
    demand = django_filters.ModelChoiceFilter(queryset=_demands, label=_("협업 수요"))
    fit = django_filters.ChoiceFilter(
        choices=[("0.6", _("60 이상")), ("0.7", _("70 이상")), ("0.8", _("80 이상"))],
        method="at_least",
        label=_("적합도"),
    )
    side = django_filters.ChoiceFilter(choices=Side.choices, label=_("제안받는 쪽"))
    state = django_filters.ChoiceFilter(choices=State.choices, label=_("상태"))

    class Meta:
        model = Match
        fields = ["search", "demand", "fit", "side", "state"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if getattr(getattr(self.request, "actor", None), "kind", None) != Kind.MINISTRY:
            del self.filters["side"]

    def filter_queryset(self, queryset: QuerySet[Match]) -> QuerySet[Match]:
        """What was turned down is shown to whoever asks for it."""
        found: QuerySet[Match] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.exclude(state=State.DISMISSED)

    def find(self, found: QuerySet[Match], _name: str, text: str) -> QuerySet[Match]:
        return found.filter(
            Q(company__icontains=text) | Q(demand__title__icontains=text) | Q(demand__number__iexact=text)
        )

    def at_least(self, found: QuerySet[Match], _name: str, score: str) -> QuerySet[Match]:
        return found.filter(score__gte=float(score))


class RunTable(tables.Table):
    asked_at = LinkColumn("match-runs:detail")
    as_of = tables.Column()
    demands = tables.Column()
    startups = tables.Column()
    suggestions = tables.Column(verbose_name=pgettext_lazy("match", "제안"))
    finished_at = DateTimeColumn()
    state = StatusColumn()

    class Meta:
        model = Run
        fields = ("asked_at", "as_of", "demands", "startups", "suggestions", "finished_at", "state")

    def render_asked_at(self, value: Any) -> str:
        return instant(value, active_language())
