"""The list of programs and its filters."""

import django_filters
import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from portal.web.columns import DateTimeColumn, LinkColumn, StatusColumn
from programs.plans.models import Program
from programs.plans.workflow import State


class ProgramTable(tables.Table):
    name = LinkColumn("programs:detail")
    year = tables.Column()
    target_startups = tables.Column(attrs={"td": {"class": "num"}, "th": {"class": "num"}})
    state = StatusColumn()
    opened_at = DateTimeColumn(verbose_name=_("공고일"))

    class Meta:
        model = Program
        fields = ("name", "year", "target_startups", "state", "opened_at")


class ProgramFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(field_name="name", lookup_expr="icontains", label=_("검색"))
    year = django_filters.NumberFilter(label=_("연도"))
    state = django_filters.ChoiceFilter(choices=State.choices, label=_("상태"))

    class Meta:
        model = Program
        fields = ["search", "year", "state"]
