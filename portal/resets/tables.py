"""The list of resets."""

import django_filters
import django_tables2 as tables
from django.utils.translation import gettext_lazy

from portal.resets.models import SecondFactorReset
from portal.resets.workflow import State
from portal.web.columns import DateTimeColumn, LinkColumn, StatusColumn


class ResetTable(tables.Table):
    user = LinkColumn("second-factor-resets:detail", order_by="user__name")
    state = StatusColumn()
    asked_at = DateTimeColumn()
    confirmed_at = DateTimeColumn()

    class Meta:
        model = SecondFactorReset
        fields = ("user", "reason", "state", "asked_at", "confirmed_at")


class ResetFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=State.choices, label=gettext_lazy("상태"))

    class Meta:
        model = SecondFactorReset
        fields = ["state"]
