"""The list of join requests, and its filter."""

import django_filters
import django_tables2 as tables
from django.utils.translation import gettext_lazy

from portal.joining.models import JoinRequest
from portal.joining.workflow import State
from portal.web.columns import DateTimeColumn, LinkColumn, StatusColumn


class JoinRequestTable(tables.Table):
    user = LinkColumn("join-requests:detail", verbose_name=gettext_lazy("이름"), order_by="user__name")
    email = tables.Column(accessor="user__email", verbose_name=gettext_lazy("이메일"))
    state = StatusColumn()
    asked_at = DateTimeColumn()
    expires_at = DateTimeColumn()

    class Meta:
        model = JoinRequest
        fields = ("user", "email", "business_no", "state", "asked_at", "expires_at")


class JoinRequestFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=State.choices, label=gettext_lazy("상태"))

    class Meta:
        model = JoinRequest
        fields = ["state"]
