"""The list of files and its filters."""

import django_filters
import django_tables2 as tables
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from portal.files.models import File
from portal.files.workflow import State
from portal.web.columns import DateTimeColumn, LinkColumn, StatusColumn


class FileTable(tables.Table):
    name = LinkColumn("files:detail")
    size = tables.Column(verbose_name=_("크기"), attrs={"td": {"class": "num"}, "th": {"class": "num"}})
    state = StatusColumn(verbose_name=_("안전 검사"))
    uploaded_at = DateTimeColumn()

    class Meta:
        model = File
        fields = ("name", "size", "state", "uploaded_at")

    def render_size(self, value: int) -> str:
        return filesizeformat(value)

    def value_size(self, value: int) -> int:
        return value


class FileFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(field_name="name", lookup_expr="icontains", label=_("검색"))
    state = django_filters.ChoiceFilter(choices=State.choices, label=_("안전 검사"))

    class Meta:
        model = File
        fields = ["search", "state"]
