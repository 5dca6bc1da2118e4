"""The list of documents and its filters."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal.documents.models import Document
from portal.web.columns import DateTimeColumn, LinkColumn

TONES = {
    Document.State.WAITING: "info",
    Document.State.READY: "success",
    Document.State.FAILED: "warning",
    Document.State.REPLACED: "neutral",
    Document.State.REVOKED: "danger",
}


def state_badge(document: Document) -> SafeString:
    return format_html(
        '<span class="p-badge {}">{}</span>', TONES[Document.State(document.state)], document.get_state_display()
    )


class DocumentTable(tables.Table):
    number = tables.Column()
    title = LinkColumn("documents:detail")
    issuer = tables.Column(verbose_name=_("발급 기관"))
    issued_at = DateTimeColumn()
    state = tables.Column(verbose_name=_("상태"))

    class Meta:
        model = Document
        fields = ("number", "title", "issuer", "issued_at", "state")

    def render_state(self, record: Document) -> SafeString:
        return state_badge(record)

    def value_state(self, record: Document) -> Any:
        return record.get_state_display()


class DocumentFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(method="find", label=_("검색"))
    state = django_filters.ChoiceFilter(choices=Document.State.choices, label=_("상태"))

    class Meta:
        model = Document
        fields = ["search", "state"]

    def find(self, found: QuerySet[Document], _name: str, text: str) -> QuerySet[Document]:
        return found.filter(Q(number__icontains=text) | Q(title__icontains=text))
