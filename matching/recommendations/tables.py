"""The lists of recommendations, of uploaded files, and of one file's rows."""

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matching.recommendations import queries
from matching.recommendations.models import Recommendation, Upload, UploadRow
from matching.recommendations.rows import COLUMNS
from matching.recommendations.workflow import State, UploadState
from portal.kernel.roles import Kind
from portal.security.search import found_by
from portal.web.columns import CodeColumn, DateTimeColumn, LinkColumn, StatusColumn

LABELS = {column.name: column.label for column in COLUMNS}
TONES = {"new": "success", "changed": "info", "unchanged": "neutral", "error": "danger"}


class RecommendationTable(tables.Table):
    company = LinkColumn("recommendations:detail")
    demand_number = CodeColumn()
    demand_title = tables.Column()
    corporation = tables.Column(verbose_name=_("수요 기업"), order_by="corporation__name")
    center = tables.Column(verbose_name=_("추천 센터"), order_by="center__name")
    priority = tables.Column(attrs={"td": {"class": "num"}, "th": {"class": "num"}})
    state = StatusColumn()
    submitted_at = DateTimeColumn(verbose_name=_("제출일"))

    class Meta:
        model = Recommendation
        fields = (
            "company", "demand_number", "demand_title", "corporation", "center", "priority", "state", "submitted_at",
        )  # fmt: skip


class RecommendationFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(method="find", label=_("검색"))
    state = django_filters.ChoiceFilter(choices=State.choices, label=_("상태"))

    road = django_filters.ChoiceFilter(choices=list(queries.ROAD.items()), method="stands", label=_("진행 단계"))
    coordinator = django_filters.BooleanFilter(method="mine", label=_("내가 담당"), widget=forms.CheckboxInput)

    class Meta:
        model = Recommendation
        fields = ["search", "state", "road", "coordinator"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if getattr(getattr(self.request, "actor", None), "kind", None) != Kind.CENTER:
            del self.filters["road"], self.filters["coordinator"]

    def stands(self, found: QuerySet[Recommendation], _name: str, where: str) -> QuerySet[Recommendation]:
        return queries.standing(found, where)

    def mine(self, found: QuerySet[Recommendation], _name: str, wanted: bool) -> QuerySet[Recommendation]:
        actor = self.request.actor
        return found.filter(coordinator_id=actor.membership_id) if wanted else found

    def find(self, found: QuerySet[Recommendation], _name: str, text: str) -> QuerySet[Recommendation]:
        return found_by(found, text)


class UploadTable(tables.Table):
    file = LinkColumn("recommendation-uploads:detail", verbose_name=_("파일"), order_by="file__name")
    program = tables.Column(verbose_name=_("사업"), order_by="program__year")
    rows_read = tables.Column(
        accessor="rows",
        verbose_name=pgettext_lazy("count", "행"),
        attrs={"td": {"class": "num"}, "th": {"class": "num"}},
    )
    errors = tables.Column(verbose_name=_("오류"), attrs={"td": {"class": "num"}, "th": {"class": "num"}})
    state = StatusColumn()
    uploaded_at = DateTimeColumn(verbose_name=_("올린 때"))

    class Meta:
        model = Upload
        fields = ("file", "program", "rows_read", "errors", "state", "uploaded_at")


class UploadFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=UploadState.choices, label=_("상태"))

    class Meta:
        model = Upload
        fields = ["state"]


class UploadRowTable(tables.Table):
    number = tables.Column(verbose_name=_("행"))
    outcome = tables.Column(verbose_name=_("처리"), orderable=False)
    company = tables.Column(accessor="values__company", verbose_name=_("기업명"), orderable=False)
    business_no = CodeColumn(accessor="values__business_no", verbose_name=_("사업자등록번호"), orderable=False)
    demand_no = CodeColumn(accessor="values__demand_no", verbose_name=_("수요번호"), orderable=False)
    remarks = tables.Column(empty_values=(), verbose_name=_("확인할 점"), orderable=False)

    class Meta:
        model = UploadRow
        fields = ("number", "outcome", "company", "business_no", "demand_no", "remarks")

    def render_number(self, value: int) -> str:
        return _("%(row)d행") % {"row": value}

    def render_outcome(self, record: UploadRow) -> str:
        return format_html(
            '<span class="krds-badge p-badge {}">{}</span>', TONES[record.outcome], record.get_outcome_display()
        )

    def render_remarks(self, record: UploadRow) -> Any:
        found = [(LABELS[p["column"]], p["words"]) for p in record.problems]
        found += [(_("참고"), words) for words in record.warnings]
        return format_html_join("", "<p><strong>{}</strong> {}</p>", found) or "–"
