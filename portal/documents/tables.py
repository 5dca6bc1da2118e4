"""The list of documents and its filters."""

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.documents.models import Batch, Document
from portal.web.columns import CodeColumn, DateTimeColumn, LinkColumn, StatusColumn


class DocumentTable(tables.Table):
    number = CodeColumn()
    title = LinkColumn("documents:detail")
    issuer = tables.Column(verbose_name=_("발급 기관"))
    issued_at = DateTimeColumn()
    state = StatusColumn()

    class Meta:
        model = Document
        fields = ("number", "title", "issuer", "issued_at", "state")


class BatchTable(tables.Table):
    title = LinkColumn("document-batches:detail")
    total = tables.Column()
    started_at = DateTimeColumn()
    finished_at = DateTimeColumn()

    class Meta:
        model = Batch
        fields = ("title", "total", "started_at", "finished_at")


class DocumentFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(method="find", label=_("검색"))
    state = django_filters.ChoiceFilter(choices=Document.State.choices, label=_("상태"))

    class Meta:
        model = Document
        fields = ["search", "state"]

    def find(self, found: QuerySet[Document], _name: str, text: str) -> QuerySet[Document]:
        return found.filter(Q(number__icontains=text) | Q(title__icontains=text))
