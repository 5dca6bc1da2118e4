"""Lists of selections and results, and the lines on a selection's page."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from matching.selections.models import Line, Selection
from matching.selections.queries import LineRow
from matching.selections.workflow import State
from portal.web.columns import DateTimeColumn, LinkColumn, MoneyColumn, StatusColumn

_number: dict[str, Any] = {"td": {"class": "p-number"}, "th": {"class": "p-number"}}


class SelectionTable(tables.Table):
    demand = LinkColumn("selections:detail", verbose_name=_("협업 수요"), order_by="demand__title")
    corporation = tables.Column(verbose_name=_("수요 기업"), order_by="corporation__name")
    state = StatusColumn()
    proposed_at = DateTimeColumn(verbose_name=_("제안일"))
    announced_at = DateTimeColumn(verbose_name=_("발표일"))

    class Meta:
        model = Selection
        fields = ("demand", "corporation", "state", "proposed_at", "announced_at")


class SelectionFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(field_name="demand__title", lookup_expr="icontains", label=_("검색"))
    state = django_filters.ChoiceFilter(choices=State.choices, label=_("상태"))

    class Meta:
        model = Selection
        fields = ["search", "state"]


class NoticeTable(tables.Table):
    application = LinkColumn("notices:detail", verbose_name=_("접수번호"), order_by="application__number")
    startup = tables.Column(verbose_name=_("신청 기업"), order_by="startup__name")
    corporation = tables.Column(verbose_name=_("수요 기업"), order_by="corporation__name")
    decision = tables.Column(verbose_name=_("결과"))
    amount = MoneyColumn()
    announced_at = DateTimeColumn(verbose_name=_("발표일"))

    class Meta:
        model = Line
        fields = ("application", "startup", "corporation", "decision", "amount", "announced_at")


class NoticeFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(field_name="application__number", lookup_expr="icontains", label=_("접수번호"))
    decision = django_filters.ChoiceFilter(choices=Line.Decision.choices, label=_("결과"))

    class Meta:
        model = Line
        fields = ["search", "decision"]


class LineTable(tables.Table):
    """The lines of a selection."""

    rank = tables.Column(verbose_name=_("순위"), attrs=_number)
    application = tables.Column(
        accessor="line__application__number", verbose_name=_("접수번호"), attrs={"td": {"class": "p-num"}}
    )
    startup = tables.Column(accessor="line__startup", verbose_name=_("신청 기업"))
    mean = tables.Column(verbose_name=_("평균"), attrs=_number)
    decision = tables.Column(accessor="line__get_decision_display", verbose_name=_("결정"))
    amount = MoneyColumn(accessor="line__amount", verbose_name=_("지원금"))
    departs = tables.Column(accessor="departs", verbose_name=_("순위와 다르게 정한 사유"))
    message = tables.Column(accessor="line__message", verbose_name=_("기업에 전할 의견"))

    class Meta:
        orderable = False

    def render_departs(self, record: LineRow) -> str:
        if record.line.departure_reason:
            return record.line.departure_reason
        return str(_("사유를 적어 주십시오.") if record.departs else "—")
