"""The list of demands and its filters."""

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.security.search import found_by
from portal.web.columns import DateTimeColumn, LinkColumn, StatusColumn
from programs.demands.models import Demand
from programs.demands.workflow import State


class DemandTable(tables.Table):
    number = tables.Column()
    title = LinkColumn("demands:detail")
    corporation = tables.Column(verbose_name=_("수요 기업"), order_by="corporation__name")
    min_trl = tables.Column(verbose_name="TRL")
    state = StatusColumn()
    published_at = DateTimeColumn(verbose_name=_("공고일"))

    class Meta:
        model = Demand
        fields = ("number", "title", "corporation", "min_trl", "state", "published_at")


class DemandFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(method="find", label=_("검색"))
    state = django_filters.ChoiceFilter(choices=State.choices, label=_("상태"))

    class Meta:
        model = Demand
        fields = ["search", "state"]

    def find(self, found: QuerySet[Demand], _name: str, text: str) -> QuerySet[Demand]:
        return found_by(found, text)
