"""The list of legal cases, and the counts."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from agreements.legal.models import LegalCase
from agreements.legal.workflow import State
from portal.kernel.roles import Kind
from portal.web.columns import DateTimeColumn, LinkColumn, StatusColumn
from portal.web.forms import code_choices


class CaseTable(tables.Table):
    number = LinkColumn("legal-cases:detail", attrs={"td": {"class": "p-code"}, "th": {"class": "p-code"}})
    startup_name = tables.Column(verbose_name=_("스타트업"))
    subject = tables.Column()
    counterparty = tables.Column()
    state = StatusColumn()
    urgent = tables.Column()
    received_at = DateTimeColumn(verbose_name=_("접수일"))

    class Meta:
        model = LegalCase
        fields = ("number", "startup_name", "subject", "counterparty", "state", "urgent", "received_at")

    def __init__(self, *args: Any, request: Any, **kwargs: Any) -> None:
        if request.actor.kind == Kind.STARTUP:
            kwargs["exclude"] = ("startup_name",)
        super().__init__(*args, request=request, **kwargs)
        self.subjects = dict(code_choices("legal_subject"))

    def render_subject(self, value: str) -> str:
        return self.subjects.get(value, value)

    def render_urgent(self, value: bool) -> str:
        return _now("긴급") if value else _now("보통")


class CaseFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(method="find", label=_("검색"))
    state = django_filters.ChoiceFilter(choices=State.choices, label=_("상태"))

    class Meta:
        model = LegalCase
        fields = ["search", "state"]

    def find(self, found: QuerySet[LegalCase], _name: str, text: str) -> QuerySet[LegalCase]:
        return found.filter(Q(number__iexact=text) | Q(counterparty__icontains=text) | Q(question__icontains=text))


class CountTable(tables.Table):
    subject = tables.Column(verbose_name=_("자문 주제"))
    cases = tables.Column(
        verbose_name=_("건수"), empty_values=(), attrs={"td": {"class": "num"}, "th": {"class": "num"}}
    )

    class Meta:
        orderable = False

    def render_cases(self, value: int | None) -> str:
        return _now("3건 미만") if value is None else _now("%(count)s건") % {"count": value}
