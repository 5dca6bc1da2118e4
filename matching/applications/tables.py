"""The list of applications and its filters."""

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from matching.applications.models import Application
from matching.applications.workflow import State
from portal.organizations.models import Organization
from portal.security.search import found_with
from portal.web.columns import CodeColumn, DateTimeColumn, LinkColumn, MoneyColumn, StatusColumn
from programs.demands.models import Demand


class ApplicationTable(tables.Table):
    number = CodeColumn(default=_("접수 전"))
    title = LinkColumn("applications:detail", accessor="demand__title", verbose_name=_("협업 수요"))
    startup = tables.Column(verbose_name=_("스타트업"), order_by="startup__name")
    corporation = tables.Column(verbose_name=_("수요 기업"), order_by="corporation__name")
    requested_amount = MoneyColumn(verbose_name=_("신청 금액"))
    state = StatusColumn()
    submitted_at = DateTimeColumn(verbose_name=_("제출일"))

    class Meta:
        model = Application
        fields = ("number", "title", "startup", "corporation", "requested_amount", "state", "submitted_at")


class ApplicationFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(method="find", label=_("검색"))
    state = django_filters.ChoiceFilter(choices=State.choices, label=_("상태"))

    class Meta:
        model = Application
        fields = ["search", "state"]

    def find(self, found: QuerySet[Application], _name: str, text: str) -> QuerySet[Application]:
        """What the application itself says, whom it is from, or which demand it is for."""
        actor = self.request.actor
        demands, startups = Demand.objects.visible_to(actor), Organization.objects.visible_to(actor)
        return found_with(found, text, demand=demands, startup=startups)
