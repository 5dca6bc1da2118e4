"""Lists of evaluations, their filters, and the tables on a round's page."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import django_filters
import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matching.evaluations.models import Assignment, Round, Sheet
from matching.evaluations.queries import Progress, ResultRow
from matching.evaluations.workflow import AssignmentState, RoundState, SheetState
from portal.web.columns import DateTimeColumn, LinkColumn, StatusColumn

_number: dict[str, Any] = {"td": {"class": "p-number"}, "th": {"class": "p-number"}}


class RoundTable(tables.Table):
    demand = LinkColumn("evaluations:detail", verbose_name=_("협업 수요"), order_by="demand__title")
    corporation = tables.Column(verbose_name=_("수요 기업"), order_by="corporation__name")
    state = StatusColumn()
    opened_at = DateTimeColumn(verbose_name=_("시작"))
    closed_at = DateTimeColumn(verbose_name=pgettext_lazy("state", "마감"))

    class Meta:
        model = Round
        fields = ("demand", "corporation", "state", "opened_at", "closed_at")


class RoundFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(field_name="demand__title", lookup_expr="icontains", label=_("검색"))
    state = django_filters.ChoiceFilter(choices=RoundState.choices, label=_("상태"))

    class Meta:
        model = Round
        fields = ["search", "state"]


class AssignmentTable(tables.Table):
    application = LinkColumn("assignments:detail", verbose_name=_("접수번호"), order_by="application__number")
    startup = tables.Column(verbose_name=_("신청 기업"), order_by="startup__name")
    demand = tables.Column(accessor="round__demand", verbose_name=_("협업 수요"), order_by="round__demand__title")
    evaluator_name = tables.Column(verbose_name=_("평가위원"))
    state = StatusColumn()
    assigned_at = DateTimeColumn(verbose_name=_("배정일"))

    class Meta:
        model = Assignment
        fields = ("application", "startup", "demand", "evaluator_name", "state", "assigned_at")


class AssignmentFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(field_name="application__number", lookup_expr="icontains", label=_("접수번호"))
    state = django_filters.ChoiceFilter(choices=AssignmentState.choices, label=_("상태"))

    class Meta:
        model = Assignment
        fields = ["search", "state"]


class SheetTable(tables.Table):
    application = LinkColumn("sheets:detail", verbose_name=_("접수번호"), order_by="application__number")
    startup = tables.Column(verbose_name=_("신청 기업"), order_by="startup__name")
    evaluator_name = tables.Column(
        accessor="assignment__evaluator_name", verbose_name=_("평가위원"), order_by="assignment__evaluator_name"
    )
    total = tables.Column(attrs=_number)
    state = StatusColumn()
    submitted_at = DateTimeColumn(verbose_name=_("제출일"))

    class Meta:
        model = Sheet
        fields = ("application", "startup", "evaluator_name", "total", "state", "submitted_at")


class SheetFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(field_name="application__number", lookup_expr="icontains", label=_("접수번호"))
    state = django_filters.ChoiceFilter(choices=SheetState.choices, label=_("상태"))

    class Meta:
        model = Sheet
        fields = ["search", "state"]


class ProgressTable(tables.Table):
    """How far each application is; no scores."""

    application = tables.Column(accessor="application__number", verbose_name=_("접수번호"))
    startup = tables.Column(accessor="application__startup", verbose_name=_("신청 기업"))
    assigned = tables.Column(verbose_name=_("서약 대기"), attrs=_number)
    accepted = tables.Column(verbose_name=_("평가 중"), attrs=_number)
    submitted = tables.Column(verbose_name=_("제출"), attrs=_number)
    conflicted = tables.Column(verbose_name=_("이해충돌"), attrs=_number)

    class Meta:
        orderable = False


class ResultTable(tables.Table):
    """The figures of a closed round."""

    rank = tables.Column(verbose_name=_("순위"), attrs=_number)
    application = tables.Column(accessor="result__application__number", verbose_name=_("접수번호"))
    startup = tables.Column(accessor="result__startup", verbose_name=_("신청 기업"))
    mean = tables.Column(accessor="result__mean", verbose_name=_("평균"), attrs=_number)
    spread = tables.Column(accessor="result__spread", verbose_name=_("표준편차"), attrs=_number)
    passed = tables.BooleanColumn(accessor="result__passed", verbose_name=_("기준 충족"), yesno=(_("충족"), _("미달")))

    class Meta:
        orderable = False

    def render_passed(self, value: bool) -> str:
        return str(_("충족") if value else _("미달"))


def progress_table(rows: Sequence[Progress], request: Any) -> ProgressTable:
    return ProgressTable(rows, request=request)


def result_table(rows: Sequence[ResultRow], names: Mapping[UUID, str], request: Any) -> ResultTable:
    """The results with one more column per evaluator: the total of this evaluator's sheet."""
    data = [
        {"rank": r.rank, "result": r.result} | {f"by_{name.hex}": total for name, total in r.totals.items()}
        for r in rows
    ]
    columns = [(f"by_{name.hex}", tables.Column(verbose_name=words, attrs=_number)) for name, words in names.items()]
    return ResultTable(data, extra_columns=columns, request=request)
