"""The list of merges."""

import django_filters
import django_tables2 as tables
from django.utils.translation import gettext_lazy

from portal.merging.models import StartupMerge
from portal.merging.workflow import State
from portal.web.columns import DateTimeColumn, LinkColumn, StatusColumn


class MergeTable(tables.Table):
    duplicate = LinkColumn("startup-merges:detail", order_by="duplicate__name")
    into = tables.Column(order_by="into__name")
    state = StatusColumn()
    proposed_at = DateTimeColumn()
    decided_at = DateTimeColumn()

    class Meta:
        model = StartupMerge
        fields = ("duplicate", "into", "reason", "state", "proposed_at", "decided_at")


class MergeFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=State.choices, label=gettext_lazy("상태"))

    class Meta:
        model = StartupMerge
        fields = ["state"]
