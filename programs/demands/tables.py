"""The list of demands and its filters."""

from datetime import datetime, timedelta
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.forms import CheckboxSelectMultiple
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal.kernel.formats import active_language, instant
from portal.kernel.roles import Kind
from portal.organizations.models import Organization
from portal.security.search import found_by
from portal.web.columns import CodeColumn, DateTimeColumn, LinkColumn, StatusColumn
from portal.web.forms import code_choices
from portal.web.templatetags.portal import live_countdown, when
from programs.demands.models import Demand
from programs.demands.workflow import State


def closing(at: datetime, now: datetime) -> SafeString:
    """The closing instant, and how long that is, counted down."""
    return format_html("<span>{} ({})</span>", when(at), live_countdown(at, now))


class ClosingColumn(tables.Column):
    """Until when the demand may be answered, and how long that is."""

    def render(self, value: Any, table: Any) -> SafeString:
        return closing(value, table.request.actor.now)

    def value(self, value: Any) -> str:
        return instant(value, active_language())


class DemandTable(tables.Table):
    number = CodeColumn()
    title = LinkColumn("demands:detail")
    corporation = tables.Column(verbose_name=_("수요 기업"), order_by="corporation__name")
    min_trl = tables.Column(verbose_name="TRL")
    state = StatusColumn()
    published_at = DateTimeColumn(verbose_name=_("공고일"))
    closes_at = ClosingColumn(verbose_name=_("접수 마감"), orderable=False)

    class Meta:
        model = Demand
        fields = ("number", "title", "corporation", "min_trl", "state", "published_at", "closes_at")


def _corporations(request: Any) -> Any:
    return Organization.objects.visible_to(request.actor).filter(kind=Kind.CORPORATION).order_by("name")


def _several(**given: Any) -> django_filters.MultipleChoiceFilter:
    """A condition of which several values may be chosen; one of them must fit. Each stands in the address."""
    return django_filters.MultipleChoiceFilter(widget=CheckboxSelectMultiple, **given)


class DemandFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(method="find", label=_("검색"))
    field = _several(choices=lambda: code_choices("tech_field"), method="in_fields", label=_("기술분야"))
    collaboration = _several(
        choices=lambda: code_choices("collaboration_type"), method="by_types", label=_("협업 유형")
    )
    region = django_filters.ChoiceFilter(
        choices=lambda: code_choices("region"), method="in_region", label=_("우리 기업의 지역")
    )
    trl = django_filters.NumberFilter(
        field_name="min_trl", lookup_expr="lte", min_value=1, max_value=9, label=_("우리 기술의 TRL")
    )
    corporation = django_filters.ModelMultipleChoiceFilter(
        queryset=_corporations, distinct=False, label=_("수요 기업"), widget=CheckboxSelectMultiple
    )
    days = django_filters.ChoiceFilter(
        choices=[("7", _("7일 안")), ("14", _("14일 안")), ("30", _("30일 안"))],
        method="closing_within",
        label=_("접수 마감"),
    )
    state = django_filters.ChoiceFilter(choices=State.choices, label=_("상태"))

    class Meta:
        model = Demand
        fields = ["search", "field", "collaboration", "region", "trl", "corporation", "days", "state"]

    def find(self, found: QuerySet[Demand], _name: str, text: str) -> QuerySet[Demand]:
        return found_by(found, text)

    def in_fields(self, found: QuerySet[Demand], _name: str, codes: list[str]) -> QuerySet[Demand]:
        """In one of the fields."""
        return found.filter(tech_fields__overlap=codes)

    def by_types(self, found: QuerySet[Demand], _name: str, codes: list[str]) -> QuerySet[Demand]:
        return found.filter(collaboration_types__overlap=codes)

    def in_region(self, found: QuerySet[Demand], _name: str, code: str) -> QuerySet[Demand]:
        """Demands that a startup of the region may answer."""
        wanted = Q(regions=[]) | Q(regions__contains=[code])
        return found.filter(wanted).exclude(excluded_regions__contains=[code])

    def closing_within(self, found: QuerySet[Any], _name: str, days: str) -> QuerySet[Any]:
        now = self.request.actor.now
        return found.filter(closes_at__gt=now, closes_at__lte=now + timedelta(days=int(days)))
