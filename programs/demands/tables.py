"""The list of demands and its filters."""

from datetime import timedelta
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.kernel.formats import active_language, instant
from portal.kernel.roles import Kind
from portal.organizations.models import Organization
from portal.security.search import found_by
from portal.web.columns import DateTimeColumn, LinkColumn, StatusColumn
from portal.web.forms import code_choices
from portal.web.templatetags.portal import left_in_words
from programs.demands.models import Demand
from programs.demands.workflow import State


class ClosingColumn(tables.Column):
    """Until when the demand may be answered, and how long that is."""

    def render(self, value: Any, table: Any) -> str:
        return f"{instant(value, active_language())} ({left_in_words(value, table.request.actor.now)})"


class DemandTable(tables.Table):
    number = tables.Column()
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


class DemandFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(method="find", label=_("검색"))
    field = django_filters.ChoiceFilter(
        choices=lambda: code_choices("tech_field"), method="in_field", label=_("기술분야")
    )
    collaboration = django_filters.ChoiceFilter(
        choices=lambda: code_choices("collaboration_type"), method="by_type", label=_("협업 유형")
    )
    region = django_filters.ChoiceFilter(
        choices=lambda: code_choices("region"), method="in_region", label=_("우리 기업의 지역")
    )
    trl = django_filters.NumberFilter(
        field_name="min_trl", lookup_expr="lte", min_value=1, max_value=9, label=_("우리 기술의 TRL")
    )
    corporation = django_filters.ModelChoiceFilter(queryset=_corporations, label=_("수요 기업"))
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

    def in_field(self, found: QuerySet[Demand], _name: str, code: str) -> QuerySet[Demand]:
        return found.filter(tech_fields__contains=[code])

    def by_type(self, found: QuerySet[Demand], _name: str, code: str) -> QuerySet[Demand]:
        return found.filter(collaboration_types__contains=[code])

    def in_region(self, found: QuerySet[Demand], _name: str, code: str) -> QuerySet[Demand]:
        """Demands that a startup of the region may answer."""
        wanted = Q(regions=[]) | Q(regions__contains=[code])
        return found.filter(wanted).exclude(excluded_regions__contains=[code])

    def closing_within(self, found: QuerySet[Any], _name: str, days: str) -> QuerySet[Any]:
        now = self.request.actor.now
        return found.filter(closes_at__gt=now, closes_at__lte=now + timedelta(days=int(days)))
